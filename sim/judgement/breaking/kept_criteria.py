"""Criteria that can break, each by how well every replication keeps it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from sim.base.arrays import Reals
from sim.results.kpis import Kpi, is_mean, not_means
from sim.runs.sheet import Sheet
from sim.scenario.reads_claims import Claims, readers
from sim.scenario.schema import Criterion, Scenario
from sim.statistics.breaking import Gauge

UNDER = {"ruined": ("equity_lowest", 0.0), "loss": ("result", 0.0)}  # what a figure of 0 and 1 looks at, and its bound


@dataclass(frozen=True)
class Criteria:
    """The criteria that can break, each as a gauge over the stated run."""

    names: tuple[str, ...]
    kpis: tuple[tuple[str, float, float], ...]
    """key figure looked at, its bound, and 1 where it must lie above, -1 below"""
    gauges: tuple[Gauge, ...]
    broken: tuple[str, ...]
    unknown: tuple[str, ...]
    """have no value in some replication"""

    @classmethod
    def of(cls, declared: Mapping[str, Criterion], figures: Mapping[str, Kpi]) -> Criteria:
        """Those of a scenario that hold in the stated run."""
        held: list[tuple[str, tuple[str, float, float], Gauge]] = []
        broken, unknown = [], []
        for name, one in declared.items():
            kpi = _looked_at(one, figures)
            gauge = Gauge(kept_by(kpi, figures[kpi[0]].values), _share(one, kpi[0]))
            if np.isnan(gauge.stated).any():
                unknown.append(name)
            elif gauge.level.figure >= 0.0:
                held.append((name, kpi, gauge))
            else:
                broken.append(name)
        names, kpis, gauges = zip(*held, strict=True) if held else ((), (), ())
        return cls(tuple(names), tuple(kpis), tuple(gauges), tuple(broken), tuple(unknown))

    def here(self, k: int) -> list[Reals]:
        """u[k] of the stated run by criterion."""
        return [gauge.stated[:k] for gauge in self.gauges]

    def there(self, sheet: Sheet) -> list[Reals]:
        """u[k] of a sheet by criterion."""
        return [kept_by(kpi, sheet.figure(kpi[0]).values) for kpi in self.kpis]


def _looked_at(one: Criterion, figures: Mapping[str, Kpi]) -> tuple[str, float, float]:
    """What a criterion looks at: of a probability the figure under it, where that tells it in every replication."""
    limit = one.at_least if one.at_least is not None else one.at_most
    assert limit is not None
    if one.kpi in UNDER and _is_probability(one) and UNDER[one.kpi][0] in figures:
        under, bound = UNDER[one.kpi]
        if np.array_equal(figures[under].values < bound, figures[one.kpi].values == 1.0):
            return under, bound, 1.0
    return one.kpi, limit, 1.0 if one.at_least is not None else -1.0


def _is_probability(one: Criterion) -> bool:
    return one.in_share is None and one.at_most is not None and 0.0 <= one.at_most < 1.0


def _share(one: Criterion, looked_at: str) -> float | None:
    """The share of replications in which u must not be below 0; None where its mean must not."""
    if looked_at != one.kpi:
        assert one.at_most is not None
        return 1.0 - one.at_most
    return one.in_share


def kept_by(kpi: tuple[str, float, float], values: Reals) -> Reals:
    """u[k]: by how much values keep a bound."""
    _, bound, way = kpi
    return way * (values - bound)


def claims_played(scenario: Scenario, claims: Claims) -> Claims:
    """Expected claims, where all criteria bound means and nothing acts on drawn ones; else those of the run."""
    bending = not_means(scenario)
    if not any(product.claims for product in scenario.products.values()):
        return claims
    means = all(is_mean(one, bending) for one in scenario.criteria.values())
    return "expected" if means and next(readers(scenario), None) is None else claims
