"""One offer among thousands of alike ones, and traffic that success draws.

Notation: affiliates choose among products by a logit with utility weight 100 rate + attraction; a class of n alike
products counts n times. The rate of most profit solves 100 weight (1 - share)(M - rate) = 1, M = 1 - cost of goods, so
100 weight (M - rate) - 1 = W(exp(100 weight M - 1 + own attraction) / others), W Lambert's function.

Two principals with popularity p: x <- x + review (1 / (1 + exp(-(a + p (2 x - 1)))) - x). Fixed points are the roots of
logit x - a - p (2 x - 1), which turns at x (1 - x) = 1 / (2 p): one root up to p = 2, at most three beyond.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import scipy

from sim.theory.arrays import Floats
from sim.theory.channels.bounds import at_least, shares

POINTS = 100.0
ON_THE_LINE = 1e-12  # of the difference at a turning point that is a root itself


@dataclass(frozen=True)
class Offers:
    """A class of so many alike products, each with this commission rate and attraction."""

    count: int
    rate: float
    attraction: float = 0.0


@dataclass(frozen=True)
class Listed:
    """Our share of the traffic, rank (1 + products with more each), profit for one of all sales, at a rate."""

    rate: float
    share: float
    rank: int
    profit: float


@dataclass(frozen=True)
class Market:
    """Our offer among classes of others; `weight` is of a point of commission, at least 0."""

    weight: float
    own_attraction: float
    classes: Sequence[Offers]

    def __post_init__(self) -> None:
        """Raise a ValueError for a negative weight or count, a rate outside 0 to 1, or nobody else."""
        at_least(0.0, weight=self.weight, count=[one.count for one in self.classes])
        shares(rate=[one.rate for one in self.classes])
        at_least(1, **{"products of others": sum(one.count for one in self.classes)})

    def utility(self, rate: float, attraction: float) -> float:
        """Of a product with such a rate and attraction."""
        return self.weight * POINTS * rate + attraction

    @property
    def others(self) -> float:
        """Log of the sum of exp(utility) over all other products."""
        each = [self.utility(one.rate, one.attraction) for one in self.classes]
        return float(scipy.special.logsumexp(each, b=[one.count for one in self.classes]))


def listed_at(market: Market, rate: float, cost_of_goods: float) -> Listed:
    """Share, rank and profit at a rate, profit share (1 - cost of goods - rate).

    Raises
    ------
    ValueError
        For a rate or cost outside 0 to 1.
    """
    shares(rate=rate, cost_of_goods=cost_of_goods)
    ours = market.utility(rate, market.own_attraction)
    share = float(scipy.special.expit(ours - market.others))
    ahead = sum(one.count for one in market.classes if market.utility(one.rate, one.attraction) > ours)
    return Listed(rate, share, 1 + ahead, share * (1.0 - cost_of_goods - rate))


def first_from_rate(market: Market) -> float:
    """Lowest rate at which no product has more traffic; infinite where rates do not count and we are behind."""
    lead = max(market.utility(one.rate, one.attraction) for one in market.classes if one.count)
    behind = max(0.0, lead - market.own_attraction)
    if behind == 0.0:
        return 0.0
    return behind / (POINTS * market.weight) if market.weight else np.inf


def best_rate(market: Market, cost_of_goods: float) -> Listed:
    """The rate of most profit, at least 0, and what it brings."""
    shares(cost_of_goods=cost_of_goods)
    slope, room = POINTS * market.weight, 1.0 - cost_of_goods
    if not slope:
        return listed_at(market, 0.0, cost_of_goods)
    above = float(scipy.special.wrightomega(slope * room - 1.0 + market.own_attraction - market.others).real)
    return listed_at(market, max(0.0, room - (1.0 + above) / slope), cost_of_goods)


@dataclass(frozen=True)
class Fixed:
    """Fixed points of our share, rising, and which of them are stable."""

    fixed_points: list[float]
    stable: list[bool]


def popularity_fixed_points(advantage: float, popularity: float, review: float) -> Fixed:
    """Where shares come to rest, and whether they return there after a small push.

    Raises
    ------
    ValueError
        For a review outside 0 to 1.
    """
    shares(review=review)
    points = sorted(float(scipy.special.expit(root)) for root in _roots(advantage, popularity))
    slopes = [1.0 + review * (2.0 * popularity * x * (1.0 - x) - 1.0) for x in points]
    return Fixed(points, [abs(slope) < 1.0 for slope in slopes])


def _roots(advantage: float, popularity: float) -> list[float]:
    """Fixed points as logits, from one turning point to the next."""

    def gap(y: float) -> float:
        return y - advantage - popularity * float(np.tanh(y / 2.0))

    reach = abs(advantage) + abs(popularity) + 1.0
    turning = 2.0 * float(np.arccosh(np.sqrt(popularity / 2.0))) if popularity > 2.0 else 0.0
    edges = [-reach, -turning, turning, reach] if turning else [-reach, reach]
    roots = [edge for edge in edges if abs(gap(edge)) < ON_THE_LINE]
    for low, high in pairwise(edges):
        if low not in roots and high not in roots and gap(low) * gap(high) < 0.0:
            roots.append(float(scipy.optimize.brentq(gap, low, high, xtol=1e-15)))
    return roots


def popularity_path(advantage: float, popularity: float, review: float, start: float, months: int) -> Floats:
    """Our share after each month, float64[months]."""
    shares(review=review, start=start)
    at_least(0, months=months)
    path, share = np.empty(months), start
    for month in range(months):
        share += review * (float(scipy.special.expit(advantage + popularity * (2.0 * share - 1.0))) - share)
        path[month] = share
    return path
