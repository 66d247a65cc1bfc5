"""What the methods ask of a model, and how they state a figure.

Notation: n points, d inputs, k replications, m measures. Replication k has the same luck at every point (common luck),
so differences between points are taken replication by replication.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sim.base.arrays import Reals
from sim.statistics import intervals

Evaluate = Callable[[Reals], Reals]
"""points[n, d] in natural units -> values[n, k]; a function without luck gives k = 1"""

Play = Callable[[Reals, range], Reals]
"""points[n, d], replications (their numbers) -> values[n, k, m]; equal numbers mean equal luck"""


@dataclass(frozen=True)
class Estimate:
    """A figure and its two-sided interval."""

    figure: float
    low: float
    high: float

    @property
    def half(self) -> float:
        """Half the interval, its longer side where the sides differ."""
        return max(self.high - self.figure, self.figure - self.low)

    def within(self, bounds: tuple[float, float]) -> Estimate:
        """The same with its interval cut to what is possible."""
        return Estimate(self.figure, max(self.low, bounds[0]), min(self.high, bounds[1]))

    @property
    def above_zero(self) -> bool:
        """The interval lies above zero."""
        return self.low > 0.0

    @property
    def below_zero(self) -> bool:
        """The interval lies below zero."""
        return self.high < 0.0


def estimate(values: Reals, confidence: float = intervals.CONFIDENCE, probability: bool = False) -> Estimate:
    """Mean of values[k]: Wilson's interval of a probability, whose values are 0 and 1, Student's otherwise.

    What a figure is says its unit, not its values: money that is 0 in every replication is no event never seen.
    """
    if probability:
        low, high = intervals.wilson(float(values.sum()), values.size, confidence)
        return Estimate(float(values.mean()), low, high)
    return Estimate(*intervals.mean_interval(values, confidence))


def bounded(values: Reals, bounds: tuple[float, float], probability: bool, confidence: float) -> Estimate:
    """Mean of values[k] and its interval within bounds; NaN, and all that the bounds leave, without values.

    Cut to what is possible an interval covers as often as before. Wilson's for a probability, Student's otherwise.
    """
    low, high = bounds
    if not values.size:
        return Estimate(np.nan, low, high)
    return estimate(values, confidence, probability).within(bounds)


def space_filling(n: int, dimensions: int, seed: int) -> Reals:
    """Scrambled Sobol' points[n, dimensions] of the unit cube; n is best a power of two."""
    from scipy.stats import qmc

    power = max(int(np.ceil(np.log2(n))), 0)
    sampler = qmc.Sobol(dimensions, rng=np.random.default_rng(seed))
    return np.asarray(sampler.random_base2(power)[:n], dtype=np.float64)
