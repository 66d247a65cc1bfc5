"""New sales: counts by their law, within capacity, and their premium.

Notation: i partner, p product. mu mean number of contracts of the month.
"""

from __future__ import annotations

import numpy as np

from sim.base.arrays import Counts, Flags, HalfReals, Integers, Months, Reals, Words
from sim.base.functions import round_half_even
from sim.base.kernels import kernel
from sim.base.samplers import negative_binomial
from sim.base.severities import gamma_sum, single


@kernel
def means(edges: Words, reach: Reals, per_buyer: Reals, out: Reals) -> None:
    """Mean number of contracts of the buyers that come to us; per_buyer[segments]."""
    for s in range(edges.size - 1):
        bought = per_buyer[s % per_buyer.size]
        for i in range(edges[s], edges[s + 1]):
            out[i] = reach[i] * bought


@kernel
def add_brought(
    edges: Words,
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
    for s in range(edges.size - 1):
        bought = per_buyer[s % per_buyer.size]
        for i in range(edges[s], edges[s + 1]):
            rise = max(0.0, share[i] - share_then[i])
            out[i] += rise * flow[i] * bought * (present[i] and entered[i] <= then)


@kernel
def expected_counts(
    edges: Words,
    fixed: Flags,  # [segments]
    mu: Reals,
    carry: Reals,
    out: Integers,
) -> None:
    """Sell the expectation where the law is `fixed`: whole contracts, the fraction carried to the next month."""
    for s in range(edges.size - 1):
        for i in range(edges[s], edges[s + 1] if fixed[s % fixed.size] else edges[s]):
            total = mu[i] + carry[i]
            out[i] = int(total)
            carry[i] = total - out[i]


@kernel
def mixed_counts(
    edges: Words,
    shape: Reals,  # [segments]
    mu: Reals,
    u: Reals,
    out: Integers,
) -> None:
    """Draw negative binomial sales where a segment has a mixing shape (1 / cv**2), not 0."""
    for s in range(edges.size - 1):
        mixing = shape[s % shape.size]
        for i in range(edges[s], edges[s + 1] if mixing > 0.0 else edges[s]):
            out[i] = negative_binomial(mu[i], mixing, u[i])


def limit(
    edges: Words,
    capacity: Reals,
    decay: Reals,
    flow: Reals,
    waiting: Counts,
    count: Integers,
) -> None:
    """Cut the sales of a month to the partner's capacity; what is over waits, with decay.

    Parameters
    ----------
    capacity : float64[segments]
        Contracts a month as a multiple of the partner's flow; infinite where there is no limit.
    decay : float64[segments]
        Share of those waiting lost a month.
    flow : float64[n]
    waiting : int32[P, n]
    count : int64[P, n]
        New contracts asked for; on return those sold. A cut is shared over products by largest remainder.
    """
    if (capacity < np.inf).any():  # few markets have a limit: the others do not compile it
        _limit(edges, capacity, decay, flow, waiting, count)


@kernel
def _limit(edges: Words, capacity: Reals, decay: Reals, flow: Reals, waiting: Counts, count: Integers) -> None:
    for s in range(edges.size - 1):
        most, lost = capacity[s % capacity.size], decay[s % decay.size]
        for i in range(edges[s], edges[s + 1] if most < np.inf else edges[s]):
            _serve(i, int(most * flow[i]), lost, waiting, count)


@kernel
def _serve(
    i: int,
    room: int,
    decay: float,
    waiting: Counts,  # [P, n]
    count: Integers,  # [P, n]
) -> None:
    products = count.shape[0]
    total = 0
    for p in range(products):
        count[p, i] += waiting[p, i]
        total += count[p, i]
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


@kernel
def sized_premium(
    count: Integers,
    price: int,
    kind: int,
    params: Reals,
    keys: Words,
    purpose: np.uint64,
    rows: Integers,
    sizes: Integers,
    out: Integers,
) -> None:
    """Draw the premium of each contract, of mean price, by a law of mean 1; write their sums to out[n].

    rows, sizes : int64[contracts of all rows], written: whose a contract is, and its premium.
    """
    k = 0
    for i in range(count.size):
        out[i] = 0
        for j in range(count[i]):
            size = round_half_even(price * single(kind, params, keys[i], purpose, j))
            rows[k], sizes[k] = i, size
            out[i] += size
            k += 1
