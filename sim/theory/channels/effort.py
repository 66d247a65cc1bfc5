"""How hard a partner works for a commission, and when its own product suffers: one optimum.

Notation: effort e = (c pass_through / reference)^elasticity between bounds; beyond `free` the partner loses own_value
points of our premium for each unit of effort. Our share of it is 1 / (1 + exp(rival_utility - weight (100 c - loss))),
sales are share times effort, profit is sales times (margin - c). The maximum is smooth between the commissions at which
effort meets a bound or `free`, or lies at one of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import scipy

from sim.theory.arrays import Floats, FloatsLike, floats
from sim.theory.channels.bounds import above, at_least

POINTS = 100.0
LOOKED_AT = 2001  # commissions on each smooth piece, before the best is refined


@dataclass(frozen=True)
class Worker:
    """A partner with a product of its own; `weight` is a point of premium, `own_value` in points (complements < 0)."""

    reference: float
    elasticity: float
    low: float
    high: float
    free: float
    own_value: float
    weight: float
    rival_utility: float
    pass_through: float = 1.0

    def __post_init__(self) -> None:
        """Raise a ValueError for a reference not above 0, negative figures or bounds that cross."""
        above(0.0, reference=self.reference)
        at_least(0.0, elasticity=self.elasticity, low=self.low, free=self.free, pass_through=self.pass_through)
        at_least(self.low, high=self.high)


@dataclass(frozen=True)
class Worked:
    """Effort, own loss in points, our share and sales relative to full effort, profit; arrays by commission."""

    commission: Floats
    effort: Floats
    own_loss_points: Floats
    share: Floats
    sales: Floats
    profit: Floats


@dataclass(frozen=True)
class BestPay:
    """Commission of most profit, that profit, and the commission of most sales, all in shares of the premium."""

    best_commission: float
    best_profit: float
    commission_of_most_sales: float


def effort_at(worker: Worker, commissions: FloatsLike, margin: float) -> Worked:
    """What the partner does at each commission, at least 0, in shares of the premium; all shapes (commissions,)."""
    at_least(0.0, commissions=commissions)
    c = floats(commissions)
    power = (c * worker.pass_through / worker.reference) ** worker.elasticity
    effort = np.clip(power, worker.low, worker.high)
    loss = worker.own_value * np.maximum(0.0, effort - worker.free)
    share = scipy.special.expit(worker.weight * (POINTS * c - loss) - worker.rival_utility)
    return Worked(c, effort, loss, share, share * effort, share * effort * (margin - c))


def best_pay(worker: Worker, margin: float, most: float | None = None) -> BestPay:
    """Commissions between 0 and `most` (the margin unless stated) of most profit and of most sales.

    Raises
    ------
    ValueError
        If the highest commission is not above 0.
    """
    highest = margin if most is None else most
    above(0.0, most=highest)

    def profit(c: FloatsLike) -> Floats:
        return effort_at(worker, c, margin).profit

    def sales(c: FloatsLike) -> Floats:
        return effort_at(worker, c, margin).sales

    knots = _knots(worker, highest)
    best = _highest(profit, knots)
    return BestPay(best, float(profit(best)[0]), _highest(sales, knots))


def _knots(worker: Worker, highest: float) -> Floats:
    """Ends of the smooth pieces: commissions at which effort meets a bound or goes beyond what is free."""
    at = [0.0, highest]
    if worker.elasticity > 0.0 and worker.pass_through > 0.0:
        levels = np.array([worker.low, worker.free, worker.high])
        with np.errstate(over="ignore"):  # levels that effort hardly moves to are met nowhere below
            met = worker.reference / worker.pass_through * levels ** (1.0 / worker.elasticity)
        at += [float(c) for c in met if c < highest]
    return np.unique(at)


def _highest(value: Callable[[FloatsLike], Floats], knots: Floats) -> float:
    """The lowest commission at which the value is highest."""
    found = [float(knot) for knot in knots]
    for low, high in pairwise(knots):
        tried = np.linspace(low, high, LOOKED_AT)
        top = int(np.argmax(value(tried)))
        around = (float(tried[max(top - 1, 0)]), float(tried[min(top + 1, LOOKED_AT - 1)]))
        refined = scipy.optimize.minimize_scalar(
            lambda c: -float(value(float(c))[0]), bounds=around, method="bounded", options={"xatol": 1e-13}
        )
        found.append(float(refined.x))
    found.sort()
    return found[int(np.argmax(value(found)))]
