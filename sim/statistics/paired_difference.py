"""The difference of a key figure on common luck, replication by replication, with its interval.

Notation: a is the side compared with, b the other.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.base.arrays import Reals
from sim.statistics import intervals


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
    """share of replications in which b is above a"""
    variance_ratio: float
    """variance of the difference of two independent runs over that on common luck"""
    known: int
    a_low: float = np.nan
    a_high: float = np.nan
    b_low: float = np.nan
    b_high: float = np.nan

    @property
    def clear(self) -> bool:
        """Whether the interval leaves out 0."""
        return self.low > 0 or self.high < 0


def difference(kpi: str, unit: str, a: Reals, b: Reals) -> Difference:
    """The paired difference of two columns of the same replications; what is not known on both sides is left out.

    Source of the paired interval and of the comparison with independent runs: Law 2015, sections 10.2.1 and 11.2.
    """
    known = ~(np.isnan(a) | np.isnan(b))
    a, b = a[known], b[known]
    if not a.size:
        return Difference(kpi, unit, np.nan, np.nan, np.nan, -np.inf, np.inf, np.nan, np.nan, 0)
    gap = b - a
    mean, low, high = intervals.mean_interval(gap)
    if unit == "probability":
        low, high = intervals.paired_shares(a, b)
    apart = float(a.var(ddof=1) + b.var(ddof=1)) if a.size > 1 else np.nan
    together = float(gap.var(ddof=1)) if a.size > 1 else np.nan
    ratio = apart / together if together > 0 else np.inf if apart > 0 else np.nan
    above = float((gap > 0).mean() + 0.5 * (gap == 0).mean())
    sides = (end for one in (a, b) for end in _ends(unit, one))
    return Difference(kpi, unit, float(a.mean()), float(b.mean()), mean, low, high, above, ratio, int(a.size), *sides)


def _ends(unit: str, values: Reals) -> tuple[float, float]:
    """Interval of one side's mean."""
    if unit == "probability":
        return intervals.wilson(float(values.sum()), values.size)
    return intervals.mean_interval(values)[1:]
