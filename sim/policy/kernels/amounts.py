"""Amounts that are no plain rate: sums for each unit, sums by volume, limits, splits.

Notation: p product, s segment, i partner row. `bounds` are the segments' first rows, uint64[segments + 1]; money is in
minor units. A line is rounded half to even where it comes into being.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.base.functions import round_line
from sim.base.kernels import kernel

NOTHING = np.zeros(0, dtype=np.int64)
UNLIMITED = 2**62


def line_of(columns: NDArray[Any], p: int) -> NDArray[Any]:
    """Row p of a column that not every scenario has, or an empty one."""
    return np.asarray(columns[p]) if len(columns) else NOTHING


@kernel
def volume(bounds, cells, new, renewal, out):  # type: ignore[no-untyped-def]
    """Add new + renewal, int64[P, n], of the cells bool[P, S] to out[n]."""
    for p in range(cells.shape[0]):
        for s in range(cells.shape[1]):
            if cells[p, s]:
                for i in range(bounds[s], bounds[s + 1]):
                    out[i] += new[p, i] + renewal[p, i]


@kernel
def per_unit(bounds, price, units, out):  # type: ignore[no-untyped-def]
    """Add the lines price[S] x units[n] to out[n]."""
    for s in range(price.size):
        if price[s] != 0.0:
            for i in range(bounds[s], bounds[s + 1]):
                out[i] += round_line(price[s], units[i])


@kernel
def per_contract(bounds, price, count, out):  # type: ignore[no-untyped-def]
    """Write the lines price[P, S] x count[P, n] to out[P, n], where there is a price."""
    for p in range(price.shape[0]):
        for s in range(price.shape[1]):
            if price[p, s] != 0.0:
                for i in range(bounds[s], bounds[s + 1]):
                    out[p, i] = round_line(price[p, s], count[p, i])


@kernel
def share_where(bounds, rate, where, new, renewal, on_new, out):  # type: ignore[no-untyped-def]
    """Write the lines rate[S] x premium of one product, where bool[n] says so, to out[n], those on new to on_new[n]."""
    for s in range(rate.size):
        for i in range(bounds[s], bounds[s + 1]):
            rated = rate[s] if where[i] else 0.0
            on_new[i] = round_line(rated, new[i])
            out[i] = on_new[i] + round_line(rated, renewal[i])


@kernel
def misfit(amount, parts):  # type: ignore[no-untyped-def]
    """First row whose parts[m, n] are of another sign than amount[n] or together more than it; -1: there is none."""
    for i in range(amount.size):
        left = amount[i]
        for k in range(parts.shape[0]):
            if parts[k, i] < min(left, 0) or parts[k, i] > max(left, 0):
                return i
            left -= parts[k, i]
    return -1


# --- limits ----------------------------------------------------------------------------------------------------------


@kernel
def hold_under(bounds, cap, new, renewal, passed, on_new, accrued):  # type: ignore[no-untyped-def]
    """Hold what is accrued on one product under cap[S] x premium; the sum of what was cut, below 0.

    Rows without premium are left alone: there is nothing to cap, or the rule does not cover them. Sponsors keep their
    part (passed[n or 0]); the part on new business (on_new[n or 0]) shrinks in proportion.
    """
    total = 0
    for s in range(cap.size):
        if cap[s] == np.inf:
            continue
        for i in range(bounds[s], bounds[s + 1]):
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
    return total


@kernel
def commission(accrued, passed, received, expensed, reversed_, out):  # type: ignore[no-untyped-def]
    """Write each partner's commission of the month, before clawback, into out[n]."""
    for i in range(out.size):
        out[i] = received[i] + expensed[i] - reversed_[i]
    for p in range(accrued.shape[0]):
        for i in range(out.size):
            out[i] += accrued[p, i]
    for p in range(passed.shape[0]):
        for i in range(out.size):
            out[i] -= passed[p, i]


@kernel
def excess(bounds, per_month, per_year, where, earned, year, out):  # type: ignore[no-untyped-def]
    """Write what commission earned[n] exceeds its limits by into out[n], negative.

    Parameters
    ----------
    per_month, per_year : int64[S]
        `UNLIMITED` where there is none.
    where : bool[n]
    earned : int64[n]
    year : int64[1 or 0, n]
        Commission of the year before this month; with this month's on return.
    """
    for s in range(per_month.size):
        for i in range(bounds[s], bounds[s + 1]):
            room = per_month[s]
            for y in range(year.shape[0]):
                room = min(room, max(per_year[s] - year[y, i], 0))
            over = max(earned[i] - room, 0) if where[i] else 0
            out[i] = -over
            for y in range(year.shape[0]):
                year[y, i] += earned[i] - over


@kernel
def shortfall(bounds, least, where, earned, out):  # type: ignore[no-untyped-def]
    """Write what commission earned[n] lacks to least[S] into out[n], where bool[n] says so; nothing where least is 0."""
    for s in range(least.size):
        for i in range(bounds[s], bounds[s + 1]):
            out[i] = max(least[s] - earned[i], 0) if where[i] and least[s] > 0 else 0


# --- splits ----------------------------------------------------------------------------------------------------------


@kernel
def split_premium(bounds, share, new, renewal):  # type: ignore[no-untyped-def]
    """Sum of the lines share[S] x premium of one product."""
    total = 0
    for s in range(share.size):
        if share[s] > 0.0:
            for i in range(bounds[s], bounds[s + 1]):
                total += round_line(share[s], new[i] + renewal[i])
    return total


@kernel
def split_accrued(bounds, share, carve, new, renewal, passed, on_new, accrued):  # type: ignore[no-untyped-def]
    """Sum of the lines share[S] x a partner's own part of what is accrued on one product; carve: taken out of it.

    Rows without premium are left alone. passed[n or 0]; on_new[n or 0] shrinks in proportion.
    """
    total = 0
    for s in range(share.size):
        if share[s] == 0.0:
            continue
        for i in range(bounds[s], bounds[s + 1]):
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
    return total


@kernel
def split_expensed(bounds, share, carve, where, reversed_, expensed):  # type: ignore[no-untyped-def]
    """Sum of the lines share[S] x what the statement expenses net of what it takes back; carve: taken out of it."""
    total = 0
    for s in range(share.size):
        if share[s] == 0.0:
            continue
        for i in range(bounds[s], bounds[s + 1]):
            net = expensed[i] - reversed_[i]
            if net > 0 and where[i]:
                line = round_line(share[s], net)
                total += line
                expensed[i] -= line if carve else 0
    return total
