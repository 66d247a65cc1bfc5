"""One input at a time: what its low and its high value change, the rest at the base."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.base.arrays import Reals
from sim.statistics.evaluation import Estimate, Evaluate, estimate
from sim.statistics.uncertainty import Uncertainty, medians

REACH = 0.9  # share of the law between the low and the high value: its 5 % and 95 % quantiles


@dataclass(frozen=True)
class Bar:
    """One input: its values, and the paired changes against the base (`swing` is high less low)."""

    name: str
    low_value: float
    high_value: float
    low: Estimate
    high: Estimate
    swing: Estimate

    @property
    def length(self) -> float:
        """Largest of the three changes, by which bars are ordered."""
        return max(abs(self.low.figure), abs(self.high.figure), abs(self.swing.figure))


@dataclass(frozen=True)
class Tornado:
    """The base's figure and the bars, longest first."""

    base: Estimate
    bars: tuple[Bar, ...]


def tornado(
    evaluate: Evaluate, uncertainties: Sequence[Uncertainty], base: Reals | None = None, reach: float = REACH
) -> Tornado:
    """Play the base and each input at its low and high quantile; 1 + 2 d points.

    Parameters
    ----------
    base : array, shape (d,)
        The present values; the medians if left out.
    reach : float
        Probability between low and high.

    Notes
    -----
    Changes are taken replication by replication, so luck common to both points drops out; their intervals are
    Student's over replications and say nothing (are unbounded) for one replication.
    """
    centre = medians(uncertainties) if base is None else np.asarray(base, dtype=np.float64)
    ends = np.array([one.quantile(np.array([0.5 - reach / 2, 0.5 + reach / 2])) for one in uncertainties])
    points = np.tile(centre, (1 + 2 * len(uncertainties), 1))
    for i in range(len(uncertainties)):
        points[1 + 2 * i : 3 + 2 * i, i] = ends[i]
    values = evaluate(points)
    bars = [_bar(one.name, ends[i], values[0], *values[1 + 2 * i : 3 + 2 * i]) for i, one in enumerate(uncertainties)]
    return Tornado(estimate(values[0]), tuple(sorted(bars, key=lambda bar: -bar.length)))


def _bar(name: str, ends: Reals, base: Reals, low: Reals, high: Reals) -> Bar:
    changes = (_change(low - base), _change(high - base), _change(high - low))
    return Bar(name, float(ends[0]), float(ends[1]), *changes)


def _change(differences: Reals) -> Estimate:
    """Mean difference; a change that is the same in every replication has no noise, even where it is 0 or 1."""
    from sim.statistics.intervals import mean_interval

    return Estimate(*mean_interval(differences))
