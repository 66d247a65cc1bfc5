"""Before a run starts: would it need more memory or time than the machine has?"""

from __future__ import annotations

from collections.abc import Sequence

from sim.base.errors import OutputError
from sim.base.memory.free import available_memory as available_memory
from sim.base.notes import Note
from sim.engine.layout.outline import Outline
from sim.runs.ahead import Part, Room

RESULT_METRICS = 160
BYTES = 8
LONG_HOURS = 2.0
MONTHLY = "replications"  # the part that is kept month by month: that of a run
FIGURES_BYTES = 8_000  # of the key figures of a replication in the store, at most
TABLE_BYTES = 3 * 2**27  # of replications in one table: calls from Python weigh little; a few seconds of work
# Measured as CPU time on the machine of bench/RESULTS.md: whole months of 1, 10 and 60 replications in one table,
# of 100 to 12 000 rows with one product and with six. Another machine may differ by a factor of two.
MONTH_NANOSECONDS = 2_000_000  # calls from Python, whatever the number of partners and replications in one table
ROW_NANOSECONDS = 110
PRODUCT_NANOSECONDS = 30  # of a row, for each product
NETWORK_NANOSECONDS = 350  # of a network broker more: its cash, and its agents by joining month
OTHER_BYTES = 250  # of a row besides its columns: fixed attributes, id, key, uniforms
COHORT_BYTES = 3 * BYTES  # of a broker's agents that joined in one month
PLACE_SECONDS, PLACE_ROW_SECONDS = 0.05, 15e-6  # of laying out a scenario and reading its figures, and of a row more
BESIDE_SECONDS = 2.0  # of kernels that are loaded and of files that are written
CASE_SECONDS = 0.02  # of a case beside others in one table, which shares partners and figures with them


def estimate(outline: Outline, replications: int, workers: int = 1) -> tuple[float, float]:
    """(bytes of memory, seconds of one processor) that a run is expected to need."""
    scenario = outline.scenario
    rows, brokers = _rows(outline)
    most = replications_together(rows + 1, outline.bytes_per_row) if outline.batched else 1
    together = min(most, max(replications, 1))
    state = rows * (outline.bytes_per_row + OTHER_BYTES) + brokers * (outline.months + 1) * COHORT_BYTES
    memory = state * together * (workers + 1) + 3 * replications * _months_bytes(outline)
    of_row = ROW_NANOSECONDS + PRODUCT_NANOSECONDS * len(scenario.products)
    month = MONTH_NANOSECONDS / together + rows * of_row + brokers * NETWORK_NANOSECONDS
    return float(memory), outline.months * replications * month * 1e-9


def replications_together(rows: float, bytes_per_row: float) -> int:
    """Replications of so many rows that are best played in one table, where there is memory."""
    return max(1, int(TABLE_BYTES / (rows * (bytes_per_row + OTHER_BYTES))))


def place_seconds(outline: Outline, replications: int, together: int = 1) -> float:
    """Seconds of one processor that a scenario's key figures over so many replications take, laying it out included.

    `together` : cases that are played side by side, of which it is one.
    """
    beside = (CASE_SECONDS if together > 1 else PLACE_SECONDS) + PLACE_ROW_SECONDS * outline.rows / together
    return estimate(outline, replications * together)[1] / together + beside


def room(outline: Outline, parts: Sequence[Part], workers: int, stored: bool) -> Room:
    """Memory and disk that parts need; `stored`: their replications are kept, the first part's month by month."""
    most = max((one.each for one in parts), default=0)
    months = parts[0].replications * _months_bytes(outline) if parts and parts[0].name == MONTHLY else 0
    figures = sum(one.replications for one in parts) * FIGURES_BYTES
    return Room(estimate(outline, most, workers)[0], float(months + figures) if stored else 0.0)


def _months_bytes(outline: Outline) -> int:
    """Bytes of a replication's figures month by month."""
    scenario = outline.scenario
    metrics = RESULT_METRICS + 12 * (len(scenario.segments) + len(scenario.products))
    return BYTES * scenario.months * metrics


def _rows(outline: Outline) -> tuple[float, float]:
    """Rows that are kept for partners, entrants, recruits and other names; how many of them are network brokers."""
    segments, found = outline.scenario.segments, outline.rooms
    brokers = sum(one.rows for name, one in found.items() if segments[name].network is not None)
    return sum(one.rows for one in found.values()), brokers


def check_resources(outline: Outline, replications: int, workers: int = 2) -> list[Note]:
    """Refuse a run that cannot fit into this machine's memory; returns a warning where it will take hours.

    Raises
    ------
    OutputError
    """
    memory, seconds = estimate(outline, replications, workers)
    there = available_memory()
    if there is not None and memory > there:
        raise OutputError(
            f"the run needs about {memory / 2**30:.1f} GiB of memory and {there / 2**30:.1f} GiB are free: "
            "lower the number of partners, replications or workers"
        )
    hours = seconds / max(workers, 1) / 3600
    if hours < LONG_HOURS:
        return []
    return [Note("long_run", f"this run may take about {hours:.0f} hours; fewer --replications take less")]
