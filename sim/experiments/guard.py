"""Before a run starts: would it need more memory or time than the machine has?"""

from __future__ import annotations

import os

from sim.base.errors import OutputError
from sim.base.notes import Note
from sim.scenario.load import Loaded

STATE_BYTES = 1600  # of a partner: state and work space
RESULT_METRICS = 160
BYTES = 8
NANOSECONDS = 300  # a partner-month, on a slow machine
LONG_HOURS = 2.0


def estimate(loaded: Loaded, replications: int, workers: int = 1) -> tuple[float, float]:
    """(bytes of memory, seconds of one processor) that a run is expected to need."""
    scenario = loaded.scenario
    partners = len(loaded.roster) if loaded.roster else sum(one.partners for one in scenario.segments.values())
    months = scenario.months + scenario.opening.months
    metrics = RESULT_METRICS + 12 * (len(scenario.segments) + len(scenario.products))
    memory = partners * STATE_BYTES * (workers + 1) + 3 * BYTES * replications * scenario.months * metrics
    return float(memory), partners * months * replications * NANOSECONDS * 1e-9


def check_resources(loaded: Loaded, replications: int, workers: int = 2) -> None:
    """Refuse a run that cannot fit into this machine's memory."""
    memory, _ = estimate(loaded, replications, workers)
    there = available_memory()
    if there is not None and memory > there:
        raise OutputError(
            f"the run needs about {memory / 2**30:.1f} GiB of memory and {there / 2**30:.1f} GiB are free: "
            "lower the number of partners, replications or workers"
        )


def time_note(loaded: Loaded, replications: int, workers: int) -> Note | None:
    """A warning where a run will take hours."""
    _, seconds = estimate(loaded, replications, workers)
    hours = seconds / max(workers, 1) / 3600
    if hours < LONG_HOURS:
        return None
    return Note("long_run", f"this run may take about {hours:.0f} hours; fewer --replications take less")


def available_memory() -> int | None:
    """Bytes of memory that are free, or None where the system does not tell."""
    try:
        with open("/proc/meminfo", encoding="ascii") as lines:  # noqa: PTH123 - not a file of ours
            found = {line.split(":")[0]: int(line.split()[1]) * 1024 for line in lines if "kB" in line}
        return found.get("MemAvailable")
    except OSError:
        pass
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_AVPHYS_PAGES")
    except (ValueError, OSError, AttributeError):
        return None
