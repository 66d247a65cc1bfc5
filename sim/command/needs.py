"""What a run of a scenario needs: bytes of state a partner, column by column, memory and time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.command.frame.stages import duration, size
from sim.scenario.load import Loaded

if TYPE_CHECKING:
    from sim.engine.layout.outline import Outline

WORDS = {True: "state", False: "work space"}


def needs(loaded: Loaded) -> list[str]:
    """Lines of text for people."""
    from sim.runs.case import Case

    outline = Case.of(loaded).outline
    return [*_state(outline), "", *_estimate(outline)]


def _state(outline: Outline) -> list[str]:
    table = outline.table(1)
    lines = []
    for keeps, word in WORDS.items():
        lines.append(f"{word} of a partner: {table.bytes_per_row(keeps):.0f} bytes")
        sized = [(table.array(name).nbytes, name) for name, column in table.columns.items() if column.keeps is keeps]
        lines += [f"  {size:>6}  {table.owners[name]}.{name}" for size, name in sorted(sized, key=_largest_first)]
    return lines


def _largest_first(sized: tuple[int, str]) -> tuple[int, str]:
    return -sized[0], sized[1]


def _estimate(outline: Outline) -> list[str]:
    from sim.report.run import folder
    from sim.runs.resources import available_memory, estimate

    scenario = outline.scenario
    memory, seconds = estimate(outline, scenario.replications)
    there = available_memory()
    free = f" ({size(there)} free)" if there is not None else ""
    return [
        f"{outline.partners} partners, {scenario.months} months after {scenario.opening.months} of warm-up, "
        f"{scenario.replications} replications",
        f"memory: about {size(memory)}{free}",
        f"disk: about {size(folder.size(scenario.replications, scenario.months))}",
        f"time: about {duration(seconds)} on one processor",
    ]
