"""Pictures of a comparison: what moved the result, the result so far, who goes on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from sim.experiments.answer import OWN, Amount, Chart, Lines, Sentence, Series
from sim.experiments.tables.waterfall import MOST, waterfall
from sim.judgement.result import Result
from sim.statistics import intervals, ratios
from sim.statistics.evaluation import estimate

if TYPE_CHECKING:
    import pandas


def charts(results: Mapping[str, Result], months: pandas.DataFrame, drivers: pandas.DataFrame) -> list[Chart]:
    """All pictures; the first result is what the others are compared with."""
    base, *others = results
    by_policy = [(name, months[months.policy == name]) for name in others]
    so_far = [
        Series(OWN + name, *(part[c].to_numpy() for c in ("so_far", "so_far_low", "so_far_high")))
        for name, part in by_policy
    ]
    found: list[Chart] = [
        *([_apart(results)] if len(others) > 1 else []),
        *(waterfall("compare_waterfall", base, name, drivers[drivers.policy == name]) for name in others[:MOST]),
        Lines("compare_so_far", _months(results), so_far, "month", "money"),
    ]
    return found + [one for one in (_surviving(results, "brokers"), _solvent(results)) if one is not None]


def _apart(results: Mapping[str, Result]) -> Chart:
    """By how much each result differs from the first, the best on top."""
    (base, first), *others = results.items()
    found = {name: one.figures["result"].less(first.figures["result"]) for name, one in others}
    names = sorted(found, key=lambda name: -found[name].difference)
    gaps = np.array([(found[name].difference, found[name].low, found[name].high) for name in names])
    better = Amount(sum(one.clear and one.difference > 0 for one in found.values()), "count")
    finding = Sentence("shows_results", {"better": better, "count": Amount(len(names), "count"), "base": base})
    series = Series("column.difference", *gaps.T)
    return Lines("compare_results", names, [series], "policy", "money", "lying", finding=finding)


def _surviving(results: Mapping[str, Result], metric: str) -> Chart | None:
    """Network brokers that go on, as a share of those at the start."""
    if not all(metric in one.cube.position for one in results.values()):
        return None
    series = []
    for name, one in results.items():
        count = one.cube.series(metric)
        start = count[:, 0] + one.cube.series("broker_defaults")[:, 0]
        found = [estimate(ratios.linearised([(month, start)])) for month in count.T]
        series.append(Series(OWN + name, *np.array([(at.figure, max(at.low, 0.0), at.high) for at in found]).T))
    return Lines("broker_survival", _months(results), series, "month", "share")


def _solvent(results: Mapping[str, Result]) -> Chart | None:
    """Replications that are not ruined yet, by month: the survival curve of collapse dates."""
    series = []
    for name, one in results.items():
        ruined = np.nan_to_num(one.figures["ruin_month"].values, nan=np.inf)
        alive = np.array([(ruined > m + 1).sum() for m in range(len(one.cube.months))])
        bounds = [intervals.wilson(float(count), ruined.size) for count in alive]
        low, high = np.array(bounds).T
        series.append(Series(OWN + name, alive / ruined.size, low, high))
    if all((one.y == 1.0).all() for one in series):
        return None
    return Lines("not_ruined", _months(results), series, "month", "share")


def _months(results: Mapping[str, Result]) -> list[str]:
    return list(next(iter(results.values())).cube.months)
