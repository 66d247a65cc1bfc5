"""Amounts that are no plain rate: sums for each unit, limits, splits.

Notation: p product, s slice (a segment of a replication), i partner row; n rows, P products, S segments, R
replications. `edges` are the slices' first rows, uint64[R S + 1]; values by segment are read in turn, so they may be by
slice as well. Money is in minor units. A line is rounded half to even where it comes into being. Sums over rows are
added to `sums`, a value a slice: int64[R S].
"""

from __future__ import annotations

import numpy as np

from sim.base.arrays import Flags, Integers, Reals, Words
from sim.base.functions import round_line
from sim.base.kernels import kernel


@kernel
def per_unit(edges: Words, price: Reals, units: Integers, out: Integers) -> None:
    """Add the lines price[S] x units[n] to out[n]."""
    for s in range(edges.size - 1):
        here = price[s % price.size]
        if here != 0.0:
            for i in range(edges[s], edges[s + 1]):
                out[i] += round_line(here, units[i])


@kernel
def per_contract(edges: Words, price: Reals, count: Integers, out: Integers) -> None:
    """Write the lines price[P, S] x count[P, n] to out[P, n], where there is a price."""
    for p in range(price.shape[0]):
        for s in range(edges.size - 1):
            here = price[p, s % price.shape[1]]
            if here != 0.0:
                for i in range(edges[s], edges[s + 1]):
                    out[p, i] = round_line(here, count[p, i])


@kernel
def misfit(amount: Integers, parts: Integers) -> int:
    """First row whose parts[m, n] are of another sign than amount[n] or together more than it; -1: there is none."""
    for i in range(amount.size):
        left = amount[i]
        for k in range(parts.shape[0]):
            if parts[k, i] < min(left, 0) or parts[k, i] > max(left, 0):
                return i
            left -= parts[k, i]
    return -1


@kernel
def any_of(parts: Integers) -> bool:
    """Whether any of parts[m, n] is not 0: ends with the first that is not."""
    for k in range(parts.shape[0]):
        for i in range(parts.shape[1]):
            if parts[k, i] != 0:
                return True
    return False


@kernel
def commission(
    accrued: Integers,  # [P, n]
    passed: Integers,  # [P or 0, n]
    received: Integers,
    expensed: Integers,
    reversed_: Integers,
    out: Integers,
) -> None:
    """Write each partner's commission of the month, before clawback, into out[n]."""
    for i in range(out.size):
        out[i] = received[i] + expensed[i] - reversed_[i]
    for p in range(accrued.shape[0]):
        for i in range(out.size):
            out[i] += accrued[p, i]
    for p in range(passed.shape[0]):
        for i in range(out.size):
            out[i] -= passed[p, i]


# --- what is cut, and who bears it -----------------------------------------------------------------------------------


@kernel
def bear(i: int, cut: int, whole: int, on_new: Integers, fees: Integers) -> None:
    """Let row i's commission on sales, on_new[m, n] and fees[k, n], bear its share of a cut from a whole commission.

    The share is in proportion: what is paid for a sale is its commission less its share of every cut. Where something
    else lowers the whole, sales are all there is to cut. Parts add up to the last minor unit.
    """
    sold = 0
    for parts in (on_new, fees):
        for p in range(parts.shape[0]):
            sold += parts[p, i]
    whole = max(whole, sold) if whole > 0 else min(whole, sold)
    reached, done = 0, 0
    for parts in (on_new, fees):
        for p in range(parts.shape[0]):
            reached += parts[p, i]
            up_to = round_line((whole - cut) / whole, reached)
            parts[p, i] = up_to - done
            done = up_to


@kernel
def share_cut(cut: Integers, whole: Integers, on_new: Integers, fees: Integers) -> None:
    """Let commission on sales bear its share of what is cut[n] of a whole[n], where anything is."""
    for i in range(cut.size):
        if cut[i] > 0:
            bear(i, cut[i], whole[i], on_new, fees)


@kernel
def hold_under(
    edges: Words,
    cap: Reals,  # [S]
    new: Integers,
    renewal: Integers,
    passed: Integers,  # [1 or 0, n]
    on_new: Integers,  # [1 or 0, n]
    accrued: Integers,
    sums: Integers,
) -> None:
    """Hold what is accrued on one product under cap[S] x premium; add what was cut, below 0, to sums[R S].

    Rows without premium are left alone: there is nothing to cap, or the rule does not cover them. More credited than
    written gives back no more than the cap had let through. Sponsors keep their
    part; that on new business bears its share of what is cut of the seller's own.
    """
    for s in range(edges.size - 1):
        rate = cap[s % cap.size]
        if rate == np.inf:
            continue
        first, last, total = edges[s], edges[s + 1], 0
        if not _any_above(rate, new[first:last], renewal[first:last], accrued[first:last]):
            continue
        for i in range(first, last):
            premium = new[i] + renewal[i]
            others = passed[0, i] if passed.shape[0] > 0 else 0
            limit = round_line(rate, premium)
            limit = max(limit, others) if premium > 0 else min(limit, others)
            cut = accrued[i] - limit
            if premium == 0 or (cut <= 0 if premium > 0 else cut >= 0):
                continue
            bear(i, cut, accrued[i] - others, on_new, on_new[:0])
            accrued[i] = limit
            total -= cut
        sums[s] += total


@kernel
def _any_above(rate: float, new: Integers, renewal: Integers, accrued: Integers) -> bool:
    """Whether any of accrued[n] is larger than rate x premium: mostly none is, and the loop is vectorised."""
    above = 0
    for i in range(accrued.size):
        above |= abs(accrued[i]) > abs(round_line(rate, new[i] + renewal[i]))
    return above != 0


@kernel
def split_accrued(
    edges: Words,
    share: Reals,  # [S]
    carve: bool,
    new: Integers,
    renewal: Integers,
    passed: Integers,  # [1 or 0, n]
    on_new: Integers,  # [1 or 0, n]
    accrued: Integers,
    sums: Integers,
) -> None:
    """Add the lines share[S] x a partner's own part of what is accrued on one product to sums[R S].

    `carve`: they are taken out of it, and that on new business bears its share. Rows without premium are left alone.
    """
    for s in range(edges.size - 1):
        here = share[s % share.size]
        if here == 0.0:
            continue
        total = 0
        for i in range(edges[s], edges[s + 1]):
            own = accrued[i] - (passed[0, i] if passed.shape[0] > 0 else 0)
            if own == 0 or new[i] + renewal[i] == 0:
                continue
            line = round_line(here, own)
            total += line
            if carve:
                bear(i, line, own, on_new, on_new[:0])
                accrued[i] -= line
        sums[s] += total


@kernel
def split_expensed(
    edges: Words,
    share: Reals,  # [S]
    carve: bool,
    where: Flags,
    reversed_: Integers,
    fees: Integers,  # [P or 0, n]
    expensed: Integers,
    sums: Integers,
) -> None:
    """Add the lines share[S] x what the statement expenses net of what it takes back to sums[R S].

    `carve`: they are taken out of it, and fees for sales bear their share.
    """
    for s in range(edges.size - 1):
        here = share[s % share.size]
        if here == 0.0:
            continue
        total = 0
        for i in range(edges[s], edges[s + 1]):
            net = expensed[i] - reversed_[i]
            if net > 0 and where[i]:
                line = round_line(here, net)
                total += line
                if carve:
                    bear(i, line, net, fees[:0], fees)
                    expensed[i] -= line
        sums[s] += total
