"""Criteria that can break, each by how well every replication keeps it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from sim.base.arrays import Reals
from sim.results.kpis import Kpi, is_mean, not_means
from sim.runs.sheet import Sheet
from sim.scenario.reads_claims import Claims, readers
from sim.scenario.schema import Criterion, Scenario
from sim.statistics.breaking import Gauge, rank_of_share

UNDER = {  # what a figure of 0 and 1 looks at, and its bound
    "ruined": ("equity_lowest", 0.0),
    "loss": ("result", 0.0),
    "insolvent": ("solvency_ratio_lowest", 1.0),
}


@dataclass(frozen=True)
class Kept:
    """What a criterion looks at: a key figure, its bound, and on which side of it the figure must lie."""

    kpi: str
    bound: float
    way: float
    """1: it must lie above, -1: below"""
    share: float | None
    """of replications in which it must; None: its mean must"""

    @classmethod
    def by(cls, one: Criterion, figures: Mapping[str, Kpi]) -> Kept:
        """Of a probability the figure under it, where that tells it in every replication."""
        limit = one.at_least if one.at_least is not None else one.at_most
        assert limit is not None
        if one.kpi in UNDER and one.in_share is None and one.at_most is not None and 0.0 <= limit < 1.0:
            under, bound = UNDER[one.kpi]
            if np.array_equal(figures[under].values < bound, figures[one.kpi].values == 1.0):
                return cls(under, bound, 1.0, 1.0 - limit)
        return cls(one.kpi, limit, 1.0 if one.at_least is not None else -1.0, one.in_share)

    def u(self, kpi: Kpi) -> Reals:
        """By how much each replication keeps it: float64[k]; of a ratio so that the mean is that of the sums."""
        return self.way * ((kpi.averaged if self.share is None and kpi.terms else kpi.compared) - self.bound)


def levels(criteria: Sequence[Criterion], figures: Mapping[str, Kpi]) -> Reals:
    """How well each criterion is kept by the replications as they are, float64[c]: below 0 it is broken.

    By the mean of those in which the figure has a value, or the share of all that keep the bound; NaN without a value.
    """
    return np.array([_level(Kept.by(one, figures), figures) for one in criteria])


def _level(kept: Kept, figures: Mapping[str, Kpi]) -> float:
    u = kept.u(figures[kept.kpi])
    if kept.share is not None:
        return float(np.sort(np.nan_to_num(u, nan=-np.inf))[rank_of_share(u.size, kept.share)])
    known = u[~np.isnan(u)]
    return float(known.mean()) if known.size else np.nan


@dataclass(frozen=True)
class Criteria:
    """The criteria that can break, each as a gauge over the stated run."""

    names: tuple[str, ...]
    kept: tuple[Kept, ...]
    gauges: tuple[Gauge, ...]
    stated: tuple[Kpi, ...]
    """the key figure that each looks at, in the stated run"""
    broken: tuple[str, ...]
    unknown: tuple[str, ...]
    """have no value in some replication"""

    @classmethod
    def of(cls, declared: Mapping[str, Criterion], figures: Mapping[str, Kpi]) -> Criteria:
        """Those of a scenario that hold in the stated run."""
        held: list[tuple[str, Kept, Gauge, Kpi]] = []
        broken, unknown = [], []
        for name, one in declared.items():
            kept = Kept.by(one, figures)
            kpi = figures[kept.kpi]
            gauge = Gauge(kept.u(kpi), kept.share)
            if np.isnan(gauge.stated).any():
                unknown.append(name)
            elif gauge.level.figure >= 0.0:
                held.append((name, kept, gauge, kpi))
            else:
                broken.append(name)
        names, bounds, gauges, kpis = zip(*held, strict=True) if held else ((), (), (), ())
        return cls(tuple(names), tuple(bounds), tuple(gauges), tuple(kpis), tuple(broken), tuple(unknown))

    def here(self, k: int) -> list[Reals]:
        """u[k] of the first replications of the stated run, by criterion."""
        return [one.u(_first(kpi, k)) for one, kpi in zip(self.kept, self.stated, strict=True)]

    def there(self, sheet: Sheet) -> list[Reals]:
        """u[k] of a sheet by criterion."""
        return [one.u(sheet.figure(one.kpi)) for one in self.kept]


def _first(kpi: Kpi, k: int) -> Kpi:
    terms = [(above[:k], below[:k]) for above, below in kpi.terms]
    return replace(kpi, values=kpi.values[:k], terms=terms)


def claims_played(scenario: Scenario, claims: Claims) -> Claims:
    """Expected claims, where all criteria bound means and nothing acts on drawn ones; else those of the run."""
    bending = not_means(scenario)
    if not any(product.claims for product in scenario.products.values()):
        return claims
    means = all(is_mean(one, bending) for one in scenario.criteria.values())
    return "expected" if means and next(readers(scenario), None) is None else claims
