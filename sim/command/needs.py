"""What a run of a scenario needs: bytes of state a partner, column by column where there is any, memory and time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.command.frame.stages import duration, size
from sim.report.language.labels import Labels
from sim.report.language.numbers import Numbers
from sim.scenario.load import Loaded

if TYPE_CHECKING:
    from sim.engine.layout.outline import Outline

WORDS = {True: "needs.state", False: "needs.work_space"}


def needs(loaded: Loaded, lang: str) -> list[str]:
    """Lines of text for people."""
    from sim.runs.case import Case

    outline, labels = Case.of(loaded).outline, Labels(lang, spoken=loaded.scenario.spoken)
    return [*_state(outline, labels), "", *_estimate(outline, labels)]


def _state(outline: Outline, labels: Labels) -> list[str]:
    table = outline.table(1)
    lines = []
    for keeps, word in WORDS.items():
        lines.append(labels(word, n=f"{table.bytes_per_row(keeps):.0f}"))
        sized = [(table.array(name).nbytes, name) for name, column in table.columns.items() if column.keeps is keeps]
        used = sorted((one for one in sized if one[0]), key=_largest_first)
        lines += [f"  {size:>6}  {table.owners[name]}.{name}" for size, name in used]
    return lines


def _largest_first(sized: tuple[int, str]) -> tuple[int, str]:
    return -sized[0], sized[1]


def _estimate(outline: Outline, labels: Labels) -> list[str]:
    from sim.report.run import folder
    from sim.runs.resources import available_memory, estimate

    scenario, lang = outline.scenario, labels.lang
    memory, seconds = estimate(outline, scenario.replications)
    there, numbers = available_memory(), Numbers(labels, scenario.currency)
    counts = {"partners": outline.partners, "months": scenario.months, "before": scenario.opening.months,
              "replications": scenario.replications}  # fmt: skip
    free = labels("needs.free", size=size(there, lang)) if there is not None else ""
    return [
        labels("needs.played", **{name: numbers.count(count) for name, count in counts.items()}),
        labels("needs.memory", size=size(memory, lang)) + free,
        labels("needs.disk", size=size(folder.size(scenario.replications, scenario.months), lang)),
        labels("needs.time", time=duration(seconds, lang)),
    ]
