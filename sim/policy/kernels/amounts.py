"""Amounts that are no plain rate: sums for each unit, limits, splits.

Notation: p product, s segment, i partner row; n rows, P products, S segments. `edges` are the segments' first rows,
uint64[S + 1]; money is in minor units. A line is rounded half to even where it comes into being. Sums over rows are
added to `sums`, a value a segment: int64[S].
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.base.arrays import Flags, Integers, Reals, Words
from sim.base.functions import round_line
from sim.base.kernels import kernel

NOTHING: Integers = np.zeros(0, dtype=np.int64)


def line_of(columns: NDArray[Any], p: int) -> NDArray[Any]:
    """Row p of a column that not every scenario has, or an empty one."""
    return np.asarray(columns[p]) if len(columns) else NOTHING


@kernel
def per_unit(edges: Words, price: Reals, units: Integers, out: Integers) -> None:
    """Add the lines price[S] x units[n] to out[n]."""
    for s in range(price.size):
        if price[s] != 0.0:
            for i in range(edges[s], edges[s + 1]):
                out[i] += round_line(price[s], units[i])


@kernel
def per_contract(edges: Words, price: Reals, count: Integers, out: Integers) -> None:
    """Write the lines price[P, S] x count[P, n] to out[P, n], where there is a price."""
    for p in range(price.shape[0]):
        for s in range(price.shape[1]):
            if price[p, s] != 0.0:
                for i in range(edges[s], edges[s + 1]):
                    out[p, i] = round_line(price[p, s], count[p, i])


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


# --- limits ----------------------------------------------------------------------------------------------------------


@kernel
def hold_under(
    edges: Words,
    cap: Reals,  # [S]
    new: Integers,
    renewal: Integers,
    passed: Integers,  # [n or 0]
    on_new: Integers,  # [n or 0]
    accrued: Integers,
    sums: Integers,
) -> None:
    """Hold what is accrued on one product under cap[S] x premium; add what was cut, below 0, to sums[S].

    Rows without premium are left alone: there is nothing to cap, or the rule does not cover them. Sponsors keep their
    part; the part on new business shrinks in proportion.
    """
    for s in range(cap.size):
        if cap[s] == np.inf:
            continue
        total = 0
        for i in range(edges[s], edges[s + 1]):
            premium = new[i] + renewal[i]
            limit = round_line(cap[s], premium)
            if passed.size > 0:
                limit = max(limit, passed[i])
            before = accrued[i]
            if premium == 0 or before <= limit:
                continue
            accrued[i] = limit
            total += limit - before
            if on_new.size > 0:
                on_new[i] = round_line(limit / before, on_new[i])
        sums[s] += total


# --- splits ----------------------------------------------------------------------------------------------------------


@kernel
def split_accrued(
    edges: Words,
    share: Reals,  # [S]
    carve: bool,
    new: Integers,
    renewal: Integers,
    passed: Integers,  # [n or 0]
    on_new: Integers,  # [n or 0]
    accrued: Integers,
    sums: Integers,
) -> None:
    """Add the lines share[S] x a partner's own part of what is accrued on one product to sums[S].

    `carve`: they are taken out of it; the part on new business shrinks in proportion. Rows without premium are left
    alone.
    """
    for s in range(share.size):
        if share[s] == 0.0:
            continue
        total = 0
        for i in range(edges[s], edges[s + 1]):
            before = accrued[i]
            own = before - (passed[i] if passed.size > 0 else 0)
            if own <= 0 or new[i] + renewal[i] == 0:
                continue
            line = round_line(share[s], own)
            total += line
            if carve:
                accrued[i] -= line
                if on_new.size > 0:
                    on_new[i] = round_line((before - line) / before, on_new[i])
        sums[s] += total


@kernel
def split_expensed(
    edges: Words,
    share: Reals,  # [S]
    carve: bool,
    where: Flags,
    reversed_: Integers,
    expensed: Integers,
    sums: Integers,
) -> None:
    """Add the lines share[S] x what the statement expenses net of what it takes back to sums[S].

    `carve`: they are taken out of it.
    """
    for s in range(share.size):
        if share[s] == 0.0:
            continue
        total = 0
        for i in range(edges[s], edges[s + 1]):
            net = expensed[i] - reversed_[i]
            if net > 0 and where[i]:
                line = round_line(share[s], net)
                total += line
                expensed[i] -= line if carve else 0
        sums[s] += total
