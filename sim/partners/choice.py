"""Choosing a principal: softmax of utilities, with inertia, at random review dates (model, section 4).

Notation: i partner, k principal (0 is us), s segment. V utilities, nu review rate.
"""

from __future__ import annotations

import numpy as np

from sim.base.arrays import Codes, Flags, HalfWords, Integers, Months, Reals, Words
from sim.base.functions import exp, strands
from sim.base.kernels import kernel
from sim.base.listing import list_true


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
    single: Flags,
    edges: Words,
    ours: Reals,
    table: Reals,
    inertia: Reals,
    review: Reals,
    present: Flags,
    u_review: Reals,
    u_pick: Reals,
    weight: Reals,
    principal: Codes,
    share: Reals,
    surprise: Reals,
    to_us: Integers,
    away: Integers,
) -> None:
    """Let single-homing partners review and choose.

    Parameters
    ----------
    single : bool[segments]
        Where they are.
    ours : float64[n]
        Utility of us, inertia apart.
    table : float64[segments, K]
        Utility of each principal, inertia apart (column 0 is not read).
    inertia, review : float64[segments]
    present : bool[n]
        False: the partner is not there and chooses nothing.
    u_review, u_pick : float64[n]
    weight : float64[n]
        Expected premium a month, the value of the surprise.
    principal : int8[n], share : float64[K, n]
    surprise : float64[slices], to_us, away : int64[slices]
        Written: sum of (ours - its probability) x weight over those that review; moves to us and from us.
    """
    reviewing = np.empty(present.size, dtype=np.bool_)
    surprise[:] = 0.0
    to_us[:] = 0
    away[:] = 0
    for s in range(edges.size - 1):
        first, last, rate = edges[s], edges[s + 1], review[s % review.size]
        if not single[s % single.size]:
            continue
        for i in range(first, last):
            reviewing[i] = present[i] & (u_review[i] < rate)
        rows = list_true(reviewing[first:last])
        for j in range(rows.size):
            rows[j] += first
        odds = _odds_of(rows, ours, table[s % table.shape[0]], inertia[s % inertia.size], principal)
        for j in range(rows.size):
            i = rows[j]
            chosen = _pick(odds[:, j], u_pick[i])
            surprise[s] += ((chosen == 0) - odds[0, j]) * weight[i]
            if chosen != principal[i]:
                to_us[s] += chosen == 0
                away[s] += principal[i] == 0
                share[principal[i], i] = 0.0
                share[chosen, i] = 1.0
                principal[i] = chosen


@kernel
def _odds_of(
    rows: HalfWords,
    ours: Reals,
    table: Reals,  # [K]
    inertia: float,
    principal: Codes,
) -> Reals:
    """Logit shares, float64[K, rows], of some rows of one slice that hold to their principal."""
    odds = np.empty((table.size, rows.size))
    top = np.full(rows.size, -np.inf)
    total = np.zeros(rows.size)
    for k in range(table.size):
        for j in range(rows.size):
            fixed = ours[rows[j]] if k == 0 else table[k]
            odds[k, j] = fixed + inertia if principal[rows[j]] == k else fixed
            top[j] = max(top[j], odds[k, j])
    for k in range(table.size):
        _exponentials(odds[k], top, total)
    for k in range(table.size):
        for j in range(rows.size):
            odds[k, j] /= total[j]
    return odds


@kernel
def _pick(odds: Reals, u: float) -> int:
    """The principal at u in (0, 1) where odds[K] are laid end to end."""
    running = 0.0
    for k in range(odds.size):
        running += odds[k]
        if u < running:
            return k
    return odds.size - 1


@kernel
def split_flow(
    multi: Flags,  # [segments]
    edges: Words,
    ours: Reals,
    table: Reals,  # [segments, K]
    inertia: Reals,  # [segments]
    review: Reals,  # [segments]
    present: Flags,
    share: Reals,  # [K, n]
    to_us: Reals,  # [slices]
    away: Reals,  # [slices]
) -> None:
    """Move the shares of multi-homing partners: x <- (1 - nu) x + nu softmax(V + inertia x); arrays as above.

    What of our shares came and went, in partners, is written to `to_us` and `away`, 0 where they hold to one principal.
    """
    to_us[:] = 0.0
    away[:] = 0.0
    for s in range(edges.size - 1):
        if multi[s % multi.size]:
            row, stay, rate = s % table.shape[0], inertia[s % inertia.size], review[s % review.size]
            before = share[0, edges[s] : edges[s + 1]].copy()
            _split(edges[s], edges[s + 1], ours, table[row], stay, rate, present, share)
            to_us[s], away[s] = _moved(before, share[0, edges[s] : edges[s + 1]])


@kernel
def _split(
    first: int,
    last: int,
    ours: Reals,
    table: Reals,  # [K]
    inertia: float,
    review: float,
    present: Flags,
    share: Reals,  # [K, n]
) -> None:
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


@kernel
def _moved(before: Reals, after: Reals) -> tuple[float, float]:
    """What shares have gained, and what they have lost."""
    gained, lost = 0.0, 0.0
    for i in range(before.size):
        step = after[i] - before[i]
        gained += max(step, 0.0)
        lost += max(-step, 0.0)
    return gained, lost


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
    edges: Words,
    fixed: Reals,  # [segments]
    weight_commission: Reals,  # [segments]
    offer: Reals,
    weight_reliability: Reals,  # [segments]
    reliability: Reals,
    out: Reals,
) -> None:
    """Utility of us, inertia apart: what a segment sees alike, the offer's yield in points, learned reliability."""
    for s in range(edges.size - 1):
        alike = fixed[s % fixed.size]
        by_offer = weight_commission[s % weight_commission.size]
        by_trust = weight_reliability[s % weight_reliability.size]
        for i in range(edges[s], edges[s + 1]):
            out[i] = alike + by_offer * offer[i] + by_trust * reliability[i]


@kernel
def volumes(
    edges: Words,
    weight: Reals,
    present: Flags,
    share: Reals,
    out: Reals,
    ours: Integers,
    agents: Reals,
) -> None:
    """Expected buyers by slice and principal, out[slices, K] = sum of weight[i] share[k, i] over those present.

    ours : int64[slices], agents : float64[slices]
        Partners that sell for us at all, and partners by our share of what they sell.
    """
    for s in range(edges.size - 1):
        first, last = edges[s], edges[s + 1]
        there = weight[first:last] * present[first:last]
        for k in range(share.shape[0]):
            out[s, k] = strands(there, share[k, first:last])
        selling, parts = 0, 0.0
        for i in range(first, last):
            selling += present[i] & (share[0, i] > 0.0)
            parts += share[0, i] if present[i] else 0.0
        ours[s] = selling
        agents[s] = parts


@kernel
def reach(
    edges: Words,
    flow: Reals,
    pull: Reals,  # [segments]
    present: Flags,
    entered: Months,
    month: int,
    ramp: Reals,  # [segments]
    own_ramp: Reals,  # [n or 0], in place of it where partners of a segment differ
    share: Reals,  # [K, n]
    out: Reals,
) -> None:
    """Buyers a month that come to us: flow x presence x (pull + (1 - pull) x share); pull, ramp by segment."""
    for s in range(edges.size - 1):
        months, by_name = ramp[s % ramp.size], pull[s % pull.size]
        for i in range(edges[s], edges[s + 1]):
            grown = min(1.0, (month - entered[i] + 1.0) / (own_ramp[i] if own_ramp.size else months))
            out[i] = present[i] * grown * flow[i] * (by_name + (1.0 - by_name) * share[0, i])


@kernel
def open_choices(
    edges: Words,
    odds: Reals,  # [segments, K]
    us_share: Reals,
    rank: Reals,
    multi: Flags,  # [segments]
    share: Reals,  # [K, n]
    principal: Codes,
) -> None:
    """Give partners their opening principals: our share as stated, the rest by `odds`.

    Our own row states a share of 1, so that it is with us whatever its odds.
    """
    mine = np.empty(odds.shape[1])
    for s in range(edges.size - 1):
        row, splits = s % odds.shape[0], multi[s % multi.size]
        others = 1.0 - odds[row, 0]
        for i in range(edges[s], edges[s + 1]):
            ours = odds[row, 0] if np.isnan(us_share[i]) else us_share[i]
            for k in range(mine.size):
                mine[k] = ours if k == 0 else (odds[row, k] * (1.0 - ours) / others if others > 0.0 else 0.0)
            settle(i, rank[i], mine, splits, share, principal)


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
def learn(
    edges: Words,
    target: float,
    recovery: Reals,  # [segments]
    penalty: Reals,  # [segments]
    reliability: Reals,
) -> None:
    """Let trust in us recover towards its target and fall by this month's penalty."""
    for s in range(edges.size - 1):
        late, back = penalty[s % penalty.size], recovery[s % recovery.size]
        for i in range(edges[s], edges[s + 1]):
            reliability[i] += (target - reliability[i]) * back - late
