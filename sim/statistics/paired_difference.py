"""The difference of a key figure on common luck, replication by replication, with its interval.

Notation: a is the side compared with, b the other.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.base.arrays import Reals
from sim.statistics import intervals
from sim.statistics.evaluation import bounded


@dataclass(frozen=True)
class Difference:
    """One key figure under b less under a, replication by replication."""

    kpi: str
    unit: str
    a: float
    b: float
    difference: float
    low: float
    high: float
    better: float
    """share of replications in which b is above a; one in which they are equal is none of them"""
    variance_ratio: float
    """variance of the difference of two independent runs over that on common luck"""
    known: int
    a_low: float = np.nan
    a_high: float = np.nan
    b_low: float = np.nan
    b_high: float = np.nan
    equal: float = np.nan
    """share of replications in which they are equal"""

    @property
    def clear(self) -> bool:
        """Whether the interval leaves out 0."""
        return self.low > 0 or self.high < 0


def difference(
    kpi: str,
    unit: str,
    a: Reals,
    b: Reals,
    own: tuple[Reals, Reals] | None = None,
    bounds: tuple[float, float] = (-np.inf, np.inf),
) -> Difference:
    """The paired difference of two columns of the same replications; what is not known on both sides is left out.

    `own` are the values of each replication where those that are averaged are others (`statistics.ratios`): which side
    is above is counted on them. `bounds` are those of the figure.

    Source of the paired interval and of the comparison with independent runs: Law 2015, sections 10.2.1 and 11.2.
    """
    better, equal = _above(*(own or (a, b)))
    known = ~(np.isnan(a) | np.isnan(b))
    a, b = a[known], b[known]
    if not a.size:
        return Difference(kpi, unit, np.nan, np.nan, np.nan, -np.inf, np.inf, np.nan, np.nan, 0)
    gap, most = b - a, bounds[1] - bounds[0]
    mean, low, high = intervals.mean_interval(gap)
    low, high = intervals.paired_shares(a, b) if unit == "probability" else (max(low, -most), min(high, most))
    apart = float(a.var(ddof=1) + b.var(ddof=1)) if a.size > 1 else np.nan
    together = float(gap.var(ddof=1)) if a.size > 1 else np.nan
    ratio = apart / together if together > 0 else np.inf if apart > 0 else np.nan
    (a_low, a_high), (b_low, b_high) = (_ends(unit, one, bounds) for one in (a, b))
    sides = (a_low, a_high, b_low, b_high)
    return Difference(
        kpi, unit, float(a.mean()), float(b.mean()), mean, low, high, better, ratio, int(a.size), *sides, equal
    )


def _above(a: Reals, b: Reals) -> tuple[float, float]:
    """Shares of the replications known on both sides in which b is above a, and in which they are equal."""
    gap = (b - a)[~(np.isnan(a) | np.isnan(b))]
    return (float((gap > 0).mean()), float((gap == 0).mean())) if gap.size else (np.nan, np.nan)


def _ends(unit: str, values: Reals, bounds: tuple[float, float]) -> tuple[float, float]:
    """Interval of one side's mean."""
    found = bounded(values, bounds, unit == "probability", intervals.CONFIDENCE)
    return found.low, found.high
