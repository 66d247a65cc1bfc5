"""What a preset brings into a scenario, said before a run: who comes, who leaves, how many are left."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from sim.partners.segments import Segment
from sim.scenario.language.findings import Findings
from sim.scenario.language.nodes import plain
from sim.scenario.language.presets import FILE, NAME
from sim.scenario.language.reading import Reader
from sim.scenario.schema import Scenario


class Coming(NamedTuple):
    """How many partners of a segment there will be, on average."""

    segment: str
    now: int
    leave: float
    """chance a month, at the start"""
    come: float
    """number a month, at the start"""
    months: int
    left: float


def presets() -> dict[str, dict[str, Any]]:
    """The presets as the file of the package states them, by name."""
    found: dict[str, dict[str, Any]] = plain(Reader(Findings()).read(FILE, NAME, "preset"))
    return found


def comings(scenario: Scenario) -> Iterator[Coming]:
    """Segments whose number of partners changes by itself by a tenth or more over the horizon."""
    for name, segment in scenario.segments.items():
        number = segment.partners or 0
        left = _left(segment, number, scenario)
        if number and abs(left - number) >= number / 10:
            leave, come = (one.at(scenario.start) for one in (segment.turnover.leave, segment.turnover.entry))
            yield Coming(name, number, leave, come, scenario.months, left)


def _left(segment: Segment, number: float, scenario: Scenario) -> float:
    """Month by month: those there, less the share that leaves, and those that come."""
    for ordinal in range(scenario.start, scenario.start + scenario.months):
        turnover = segment.turnover
        number += turnover.entry.at(ordinal) - number * turnover.leave.at(ordinal)
    return number


def sentences(scenario: Scenario, labels: Callable[..., str]) -> list[str]:
    """What a user should know of partners that come and go, before a run."""
    return [
        labels(
            "coming" if one.come else "coming.none", segment=one.segment, leave=f"{one.leave * 100:.3g}",
            come=f"{one.come:.3g}", now=one.now, months=one.months, left=round(one.left),
        )
        for one in comings(scenario)
    ]  # fmt: skip
