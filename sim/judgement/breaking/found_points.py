"""Breaking points: the value of each figure at which the first criterion breaks, nearest first."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import Literal

from sim.scenario.reads_claims import Claims
from sim.scenario.unknown import Knob

ONE_SPREAD = 0.1  # of a listed figure's value, where it is ranked among those that have a spread
Measure = Literal["spreads", "share"]


@dataclass(frozen=True)
class Break:
    """What one figure, or all uncertain ones together, may do before the first criterion breaks."""

    name: str
    """of the uncertainty, or the listed path; empty: all uncertain figures together"""
    knob: Knob | None
    present: float
    low: float
    high: float
    """the range looked at"""
    measure: Measure
    """how the distance is measured: spreads of its law, or a share of its value"""
    value: float | None = None
    """at which the first criterion breaks; None: none does within the range"""
    interval: tuple[float, float] | None = None
    """95 %, of `value`; None where too few replications were played, an infinite end lies beyond the range"""
    distance: float = inf
    """of the value from the present one, with its sign"""
    criterion: str = ""
    idle: bool = False
    """no key figure differs between the ends"""

    @property
    def rank(self) -> float:
        """The distance by which breaking points are ordered."""
        return abs(self.distance) / (1.0 if self.measure == "spreads" else ONE_SPREAD)


@dataclass(frozen=True)
class Breaking:
    """The breaking points of a policy."""

    points: tuple[Break, ...]
    """nearest first, then those that break nothing within their range"""
    together: Break | None
    """all uncertain figures, each so many spreads towards its bad side; None with fewer than two"""
    judged: tuple[str, ...]
    """criteria that hold at the stated figures"""
    broken: tuple[str, ...]
    """criteria that do not, so that nothing can break them"""
    left_out: tuple[str, ...]
    """figures for which there was no time, and criteria that have no value in some replication"""
    claims: Claims
    replications: tuple[int, int]
    """played at the ends of ranges, and at other places"""

    @property
    def only_together(self) -> bool:
        """Whether no uncertain figure breaks a criterion alone, and all of them do."""
        alone = any(one.value is not None for one in self.points if one.measure == "spreads")
        return self.together is not None and self.together.value is not None and not alone
