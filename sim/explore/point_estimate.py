"""What a point of the levers does to criteria and key figures, before it is played.

What the stated run knows from all its replications is moved by the paired difference of a few, with expected claims
where the scenario allows them (`sim.statistics.breaking`).

Notation: k replications played again, u how well one keeps a criterion (of a key figure: its value).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from math import hypot, isfinite
from typing import Literal

import numpy as np

from sim.base.arrays import Reals
from sim.judgement.breaking.kept_criteria import Criteria, Kept
from sim.judgement.result import Result
from sim.judgement.verdict import FAIL, PASS, UNDECIDED
from sim.statistics.breaking import Gauge, Level
from sim.statistics.intervals import CONFIDENCE

CRITERION, FIGURE = "criterion", "figure"
FIGURES = ("result", "premium", "npv", "combined_ratio", "commission_ratio", "market_share_end", "active_partners_end")
"""key figures that are told of a point, where the scenario has them"""
How = Literal["stated", "reckoned", "interpolated", "played"]


@dataclass(frozen=True)
class Told:
    """A figure and half its 95 % interval."""

    figure: float
    half: float = 0.0

    @classmethod
    def of(cls, level: Level) -> Told:
        """A level as it is told."""
        return cls(level.figure, level.half(CONFIDENCE))

    @property
    def verdict(self) -> str:
        """Of a criterion by how well it is kept: PASS, FAIL or UNDECIDED."""
        if not isfinite(self.half):
            return UNDECIDED
        return PASS if self.figure >= self.half else FAIL if self.figure < -self.half else UNDECIDED

    def moved(self, other: Told) -> Told:
        """With an independent difference added."""
        return Told(self.figure + other.figure, hypot(self.half, other.half))


@dataclass(frozen=True)
class PointEstimate:
    """What is known of a point: criteria by how well they are kept, in their own unit, and key figures."""

    how: How
    told: Mapping[str, Told]
    """by `criterion.<name>` and `figure.<key figure>`"""
    replications: int
    error: float = 0.0
    """of the interpolated result, largest seen between the points of the grid, money"""

    @property
    def criteria(self) -> dict[str, Told]:
        """Criteria by name: how well they are kept."""
        return self._of(CRITERION)

    @property
    def verdicts(self) -> dict[str, str]:
        """Of each criterion."""
        return {name: one.verdict for name, one in self.criteria.items()}

    @property
    def verdict(self) -> str:
        """PASS, FAIL or UNDECIDED; empty where nothing is judged."""
        found = set(self.verdicts.values())
        return next((word for word in (FAIL, UNDECIDED, PASS) if word in found), "")

    @property
    def figures(self) -> dict[str, Told]:
        """Key figures by name."""
        return self._of(FIGURE)

    def _of(self, kind: str) -> dict[str, Told]:
        return {name.partition(".")[2]: one for name, one in self.told.items() if name.startswith(f"{kind}.")}


def watched(result: Result) -> Criteria:
    """Criteria and key figures of a stated run as gauges; those without a value in some replication are left out."""
    figures = result.figures
    kept = {f"{CRITERION}.{name}": Kept.by(one, figures) for name, one in result.plan.scenario.criteria.items()}
    kept |= {f"{FIGURE}.{name}": Kept(name, 0.0, 1.0, None) for name in FIGURES if _tells(result, name)}
    gauges = {name: Gauge(one.u(figures[one.kpi]), one.share) for name, one in kept.items()}
    names = tuple(name for name, one in gauges.items() if not np.isnan(one.stated).any())
    unknown = tuple(name for name in gauges if name not in names)
    return Criteria(
        names, tuple(kept[name] for name in names), tuple(gauges[name] for name in names),
        tuple(figures[kept[name].kpi] for name in names), (), unknown,
    )  # fmt: skip


def stated(known: Criteria, replications: int) -> PointEstimate:
    """At the stated figures."""
    return PointEstimate("stated", _told(known, [one.level for one in known.gauges]), replications)


def on_luck(known: Criteria, there: list[Reals], here: list[Reals]) -> PointEstimate:
    """With u[k] there, played as the stated run was, and here[k] of that run."""
    levels = [gauge.moved(a, b) for gauge, a, b in zip(known.gauges, there, here, strict=True)]
    return PointEstimate("interpolated", _told(known, levels), there[0].size if there else 0)


def shifted(known: Criteria, there: list[Reals], here: list[Reals], drawn: Collection[str]) -> PointEstimate:
    """What the stated run tells, moved by a few replications: u[k] there and here.

    `drawn` are the gauges whose few were played as that run was; of the others claims are expected values, which tell
    a mean difference and no more.
    """
    told = {}
    for name, gauge, a, b in zip(known.names, known.gauges, there, here, strict=True):
        shift = Told.of(gauge.level).moved(Told.of(Gauge(a - b).level))
        told[name] = Told.of(gauge.moved(a, b)) if name in drawn else shift
    return PointEstimate("reckoned", told, there[0].size if there else 0)


def difference(known: Criteria, there: list[Reals], here: list[Reals]) -> dict[str, Told]:
    """Mean paired difference of u by gauge."""
    pairs = zip(known.names, there, here, strict=True)
    return {name: Told.of(Gauge(a - b).level) for name, a, b in pairs}


def _told(known: Criteria, levels: list[Level]) -> dict[str, Told]:
    return {name: Told.of(level) for name, level in zip(known.names, levels, strict=True)}


def _tells(result: Result, name: str) -> bool:
    return name in result.figures and result.figures[name].shown
