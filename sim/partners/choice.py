"""Choosing a principal: softmax of utilities, with inertia, at random review dates (model, section 4).

Notation: i partner, k principal (0 is us), s segment. V utilities, nu review rate.
"""

from __future__ import annotations

import numpy as np

from sim.base.arrays import Codes, Flags, Months, Reals, Words
from sim.base.functions import exp, strands
from sim.base.kernels import kernel


@kernel
def softmax(utility: Reals, share: Reals) -> None:
    """Write the logit shares of utility[K] into share[K]; the largest is taken off first, so nothing overflows."""
    top = utility[0]
    for k in range(1, utility.size):
        top = max(top, utility[k])
    total = 0.0
    for k in range(utility.size):
        share[k] = exp(utility[k] - top)
        total += share[k]
    for k in range(utility.size):
        share[k] /= total


@kernel
def choose_one(
    first: int,
    last: int,
    ours: Reals,
    table: Reals,
    inertia: float,
    review: float,
    present: Flags,
    u_review: Reals,
    u_pick: Reals,
    weight: Reals,
    principal: Codes,
    share: Reals,
) -> tuple[float, int, int]:
    """Let the single-homing partners of the rows first .. last - 1 review and choose.

    Parameters
    ----------
    ours : float64[n]
        Utility of us, inertia apart.
    table : float64[K]
        Utility of each principal, inertia apart (entry 0 is not read).
    inertia, review : float
    present : bool[n]
        False: the partner is not there and chooses nothing.
    u_review, u_pick : float64[n]
    weight : float64[n]
        Expected premium a month, the value of the surprise.
    principal : int8[n], share : float64[K, n]

    Returns
    -------
    (surprise, to_us, away) : float, int, int
        Sum of (ours - its probability) x weight over those that review; moves to us and from us.
    """
    utility = np.empty(table.size)
    odds = np.empty(table.size)
    surprise = 0.0
    to_us = 0
    away = 0
    for i in range(first, last):
        if not present[i] or u_review[i] >= review:
            continue
        for k in range(table.size):
            utility[k] = table[k]
        utility[0] = ours[i]
        utility[principal[i]] += inertia
        softmax(utility, odds)
        running = 0.0
        chosen = table.size - 1
        for k in range(table.size):
            running += odds[k]
            if u_pick[i] < running:
                chosen = k
                break
        surprise += ((chosen == 0) - odds[0]) * weight[i]
        if chosen != principal[i]:
            to_us += chosen == 0
            away += principal[i] == 0
            share[principal[i], i] = 0.0
            share[chosen, i] = 1.0
            principal[i] = chosen
    return surprise, to_us, away


@kernel
def split_flow(
    first: int,
    last: int,
    ours: Reals,
    table: Reals,  # [K]
    inertia: float,
    review: float,
    present: Flags,
    share: Reals,  # [K, n]
) -> None:
    """Move the shares of multi-homing partners: x <- (1 - nu) x + nu softmax(V + inertia x); arrays as above."""
    rows = ours[first:last].size
    odds = np.empty((table.size, rows))
    top = np.full(rows, -np.inf)
    total = np.zeros(rows)
    for k in range(table.size):
        _raise_to(odds[k], top, ours[first:last], k == 0, table[k], inertia, share[k, first:last])
    for k in range(table.size):
        _exponentials(odds[k], top, total)
    for k in range(table.size):
        _approach(odds[k], total, review, present[first:last], share[k, first:last])


# short loops over one principal's column each, so that they are vectorised


@kernel
def _raise_to(utility: Reals, top: Reals, ours: Reals, us: bool, fixed: float, inertia: float, share: Reals) -> None:
    """Utilities of one principal, and the largest so far."""
    for i in range(utility.size):
        utility[i] = (ours[i] if us else fixed) + inertia * share[i]
        top[i] = max(top[i], utility[i])


@kernel
def _exponentials(utility: Reals, top: Reals, total: Reals) -> None:
    for i in range(utility.size):
        utility[i] = exp(utility[i] - top[i])
        total[i] += utility[i]


@kernel
def _approach(odds: Reals, total: Reals, review: float, present: Flags, share: Reals) -> None:
    for i in range(odds.size):
        step = review * (odds[i] / total[i] - share[i])
        share[i] += step if present[i] else 0.0


@kernel
def utility_of_us(
    bounds: Words,
    fixed: Reals,  # [segments]
    weight_commission: Reals,  # [segments]
    offer: Reals,
    weight_reliability: Reals,  # [segments]
    reliability: Reals,
    out: Reals,
) -> None:
    """Utility of us, inertia apart: what a segment sees alike, the offer's yield in points, learned reliability."""
    for s in range(fixed.size):
        for i in range(bounds[s], bounds[s + 1]):
            out[i] = fixed[s] + weight_commission[s] * offer[i] + weight_reliability[s] * reliability[i]


@kernel
def volumes(bounds: Words, weight: Reals, present: Flags, share: Reals, out: Reals) -> tuple[int, int]:
    """Expected buyers by segment and principal, out[S, K] = sum of weight[i] share[k, i] over those present.

    Returns
    -------
    (ours, agents) : int
        Partners that sell for us at all, and those that sell mostly for us.
    """
    ours = 0
    agents = 0
    for s in range(bounds.size - 1):
        first, last = bounds[s], bounds[s + 1]
        for k in range(share.shape[0]):
            out[s, k] = strands(weight[first:last], share[k, first:last] * present[first:last])
        for i in range(first, last):
            ours += present[i] and share[0, i] > 0.0
            agents += present[i] and share[0, i] > 0.5
    return ours, agents


@kernel
def reach(
    bounds: Words,
    flow: Reals,
    pull: Reals,  # [segments]
    present: Flags,
    entered: Months,
    month: int,
    ramp: Reals,  # [segments]
    share: Reals,  # [K, n]
    out: Reals,
) -> None:
    """Buyers a month that come to us: flow x presence x (pull + (1 - pull) x share); pull, ramp by segment."""
    for s in range(pull.size):
        for i in range(bounds[s], bounds[s + 1]):
            grown = min(1.0, (month - entered[i] + 1.0) / ramp[s])
            out[i] = present[i] * grown * flow[i] * (pull[s] + (1.0 - pull[s]) * share[0, i])


@kernel
def open_choices(
    first: int,
    last: int,
    odds: Reals,
    us_share: Reals,
    rank: Reals,
    multi: bool,
    share: Reals,  # [K, n]
    principal: Codes,
) -> None:
    """Give the rows first .. last - 1 their opening principals: our share as stated, the rest by `odds`[K]."""
    mine = np.empty(odds.size)
    for i in range(first, last):
        others = 1.0 - odds[0]
        ours = odds[0] if np.isnan(us_share[i]) else us_share[i]
        for k in range(odds.size):
            mine[k] = ours if k == 0 else (odds[k] * (1.0 - ours) / others if others > 0.0 else 0.0)
        settle(i, rank[i], mine, multi, share, principal)


@kernel
def settle(
    i: int,
    rank: float,
    odds: Reals,  # [K]
    multi: bool,
    share: Reals,  # [K, n]
    principal: Codes,
) -> None:
    """Give row i its shares: the odds themselves when multi-homing, else all to the principal at its rank."""
    running = 0.0
    chosen = -1
    for k in range(odds.size):
        running += odds[k]
        share[k, i] = odds[k] if multi else 0.0
        if chosen < 0 and rank < running:
            chosen = k
    chosen = odds.size - 1 if chosen < 0 else chosen
    principal[i] = chosen
    if not multi:
        share[chosen, i] = 1.0


@kernel
def learn(target: float, recovery: float, penalty: float, reliability: Reals) -> None:
    """Let trust in us recover towards its target and fall by this month's penalty."""
    for i in range(reliability.size):
        reliability[i] += (target - reliability[i]) * recovery - penalty
