"""New sales: counts by their law, within capacity, and their premium.

Notation: i partner, p product. mu mean number of contracts of the month.
"""

from __future__ import annotations

import numpy as np

from sim.base.arrays import Counts, Flags, HalfReals, Integers, Months, Reals, Words
from sim.base.functions import round_half_even
from sim.base.kernels import kernel
from sim.base.severities import gamma_sum


@kernel
def means(bounds: Words, reach: Reals, per_buyer: Reals, out: Reals) -> None:
    """Mean number of contracts of the buyers that come to us; per_buyer[segments]."""
    for s in range(per_buyer.size):
        for i in range(bounds[s], bounds[s + 1]):
            out[i] = reach[i] * per_buyer[s]


@kernel
def add_brought(
    bounds: Words,
    flow: Reals,
    present: Flags,
    entered: Months,
    then: int,
    share: Reals,
    share_then: HalfReals,
    per_buyer: Reals,  # [segments]
    out: Reals,
) -> None:
    """Add what partners bring along from elsewhere: the rise of our share since month `then` x their flow then."""
    for s in range(per_buyer.size):
        for i in range(bounds[s], bounds[s + 1]):
            rise = max(0.0, share[i] - share_then[i])
            out[i] += rise * flow[i] * per_buyer[s] * (present[i] and entered[i] <= then)


@kernel
def expected_counts(first: int, last: int, mu: Reals, carry: Reals, out: Integers) -> None:
    """Sell the expectation (law `fixed`): whole contracts, the fraction carried to the next month."""
    for i in range(first, last):
        total = mu[i] + carry[i]
        out[i] = int(total)
        carry[i] = total - out[i]


@kernel
def limit(first: int, last: int, capacity: float, decay: float, flow: Reals, waiting: Counts, count: Integers) -> None:
    """Cut the sales of a month to the partner's capacity; what is over waits, with decay.

    Parameters
    ----------
    capacity : float
        Contracts a month as a multiple of the partner's flow.
    decay : float
        Share of those waiting lost a month.
    flow : float64[n]
    waiting : int32[P, n]
    count : int64[P, n]
        New contracts asked for; on return those sold. A cut is shared over products by largest remainder.
    """
    products = count.shape[0]
    for i in range(first, last):
        total = 0
        for p in range(products):
            count[p, i] += waiting[p, i]
            total += count[p, i]
        room = int(capacity * flow[i])
        left = room
        for p in range(products):
            asked = count[p, i]
            count[p, i] = asked if total <= room else asked * room // total
            left -= count[p, i]
            waiting[p, i] = asked - count[p, i]
        if total > room:
            _share_remainder(i, left, total, room, count, waiting)
        for p in range(products):
            waiting[p, i] = int(waiting[p, i] * (1.0 - decay))


@kernel
def _share_remainder(
    i: int,
    left: int,
    total: int,
    room: int,
    count: Integers,  # [P, n]
    waiting: Counts,  # [P, n]
) -> None:
    for _ in range(left):
        best = -1
        best_rest = -1
        for p in range(count.shape[0]):
            rest = (count[p, i] + waiting[p, i]) * room % total
            if waiting[p, i] > 0 and rest > best_rest and (count[p, i] + waiting[p, i]) * room // total == count[p, i]:
                best, best_rest = p, rest
        if best < 0:
            return
        count[best, i] += 1
        waiting[best, i] -= 1


@kernel
def premium(count: Integers, price: int, out: Integers) -> None:
    """Premium of `count` contracts at one price (minor units)."""
    for i in range(count.size):
        out[i] = count[i] * price


@kernel
def random_premium(count: Integers, price: int, cv: float, keys: Words, purpose: np.uint64, out: Integers) -> None:
    """Premium of `count` contracts whose prices are gamma with this mean and cv: one gamma draw for their sum."""
    shape = 1.0 / (cv * cv)
    for i in range(count.size):
        out[i] = 0
        if count[i] > 0:
            out[i] = round_half_even(gamma_sum(count[i] * shape, keys[i], purpose) / shape * price)
