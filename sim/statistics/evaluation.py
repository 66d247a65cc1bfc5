"""What the methods ask of a model, at which points, and how they state a figure.

Notation: n points, d inputs, k replications, m measures. Replication k has the same luck at every point (common luck),
so differences between points are taken replication by replication.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sim.base.arrays import Integers, Reals
from sim.statistics import intervals

Evaluate = Callable[[Reals], Reals]
"""points[n, d] in natural units -> values[n, k]; a function without luck gives k = 1"""

Play = Callable[[Reals, range], Reals]
"""points[n, d], replications (their numbers) -> values[n, k, m]; equal numbers mean equal luck"""

BITS = 30  # of a coordinate of a space-filling point
DIRECTIONS = (
    (3, (1,)), (7, (1, 3)), (11, (1, 3, 1)), (13, (1, 1, 1)), (19, (1, 1, 3, 3)), (25, (1, 3, 5, 13)),
    (37, (1, 1, 5, 5, 17)), (41, (1, 1, 5, 5, 5)), (47, (1, 1, 7, 11, 19)), (55, (1, 1, 5, 1, 1)),
    (59, (1, 1, 1, 3, 11)), (61, (1, 3, 5, 5, 31)), (67, (1, 3, 3, 9, 7, 49)), (91, (1, 1, 1, 15, 21, 21)),
    (97, (1, 3, 1, 13, 27, 49)), (103, (1, 1, 1, 15, 7, 5)), (109, (1, 3, 1, 15, 13, 25)), (115, (1, 1, 5, 5, 19, 61)),
    (131, (1, 3, 7, 11, 23, 15, 103)), (137, (1, 3, 7, 13, 13, 15, 69)), (143, (1, 1, 3, 13, 7, 35, 63)),
)  # fmt: skip
"""by dimension from the second on: coefficients of a primitive polynomial as bits, and the first direction numbers"""


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
    """Scrambled Sobol' points[n, d] of the unit cube, each by itself uniform; n is best a power of two, d at most 22.

    Direction numbers by Joe and Kuo (2008), a random linear scramble and a digital shift (Matoušek 1998), in the order
    of the Gray code: the points of `scipy.stats.qmc.Sobol`, bit for bit, whose room takes long to import.
    """
    numbers, shift = _scrambled(dimensions, np.random.default_rng(seed).spawn(1)[0])
    place = np.arange(n)
    gray = place ^ place >> 1
    points = np.tile(shift, (n, 1))
    for j in range(max(n - 1, 0).bit_length()):
        points ^= (gray >> j & 1)[:, None] * numbers[:, j]
    return np.asarray(points * 0.5**BITS)


def _scrambled(dimensions: int, generator: np.random.Generator) -> tuple[Integers, Integers]:
    """Direction numbers, int64[d, BITS], and the shift of all points, int64[d]."""
    worth = 1 << np.arange(BITS)
    shift = generator.integers(2, size=(dimensions, BITS), dtype=np.uint32) @ worth
    below = np.tril(generator.integers(2, size=(dimensions, BITS, BITS), dtype=np.uint32), -1)
    numbers = np.array([_direction_numbers(one) for one in range(dimensions)])
    bits = numbers[:, :, None] >> np.arange(BITS)[::-1] & 1  # the highest first
    return ((bits + bits @ below.transpose(0, 2, 1)) & 1) @ worth[::-1], shift


def _direction_numbers(dimension: int) -> list[int]:
    """Those of a dimension, the first 0, as whole numbers of so many bits."""
    if dimension == 0:
        return [1 << (BITS - 1 - j) for j in range(BITS)]
    polynomial, first = DIRECTIONS[dimension - 1]
    degree, found = len(first), list(first)
    for j in range(degree, BITS):
        number = found[j - degree]
        for k in range(1, degree + 1):
            number ^= (polynomial >> (degree - k) & 1) * (found[j - k] << k)
        found.append(number)
    return [number << (BITS - 1 - j) for j, number in enumerate(found)]
