"""What a run of a scenario needs: bytes of state a partner, column by column, memory and time."""

from __future__ import annotations

from sim.command.progress import duration
from sim.scenario.load import Loaded

WORDS = {True: "state", False: "work space"}


def needs(loaded: Loaded) -> list[str]:
    """Lines of text for people."""
    return [*_state(loaded), "", *_estimate(loaded)]


def _state(loaded: Loaded) -> list[str]:
    from sim.base.columns import Table
    from sim.engine.plan import make

    plan = make(loaded.scenario)  # without the roster: a partner's columns do not depend on how many there are
    table = Table(plan.columns, plan.sizes, 1)
    lines = []
    for keeps, word in WORDS.items():
        lines.append(f"{word} of a partner: {table.bytes_per_row(keeps):.0f} bytes")
        sized = [(table.array(name).nbytes, name) for name, column in table.columns.items() if column.keeps is keeps]
        lines += [f"  {size:>6}  {table.owners[name]}.{name}" for size, name in sorted(sized, key=_largest_first)]
    return lines


def _largest_first(sized: tuple[int, str]) -> tuple[int, str]:
    return -sized[0], sized[1]


def _estimate(loaded: Loaded) -> list[str]:
    from sim.experiments.guard import available_memory, estimate

    scenario = loaded.scenario
    memory, seconds = estimate(loaded, scenario.replications)
    partners = len(loaded.roster) if loaded.roster else sum(one.partners for one in scenario.segments.values())
    there = available_memory()
    free = f" ({_bytes(there)} free)" if there is not None else ""
    return [
        f"{partners} partners, {scenario.months} months after {scenario.opening.months} of warm-up, "
        f"{scenario.replications} replications",
        f"memory: about {_bytes(memory)}{free}",
        f"time: about {duration(seconds)} on one processor",
    ]


def _bytes(number: float) -> str:
    return f"{number / 2**30:.1f} GiB" if number >= 2**30 else f"{number / 2**20:.0f} MiB"
