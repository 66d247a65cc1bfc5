"""Booking of tiers: the month's premium at the rate reached. What its window demands beyond: `true_ups`.

Notation: p product, s slice (a segment of a replication), i partner row; n rows, P products, S segments, R
replications.
"""

from __future__ import annotations

import numpy as np

from sim.base.arrays import Flags, Integers, Reals, Words
from sim.base.functions import round_line
from sim.base.kernels import AT_HAND, kernel
from sim.policy.kernels.scale import tiers_reached


@kernel
def book(
    edges: Words,
    cells: Flags,
    premium_new: Integers,
    premium_renewal: Integers,
    count_new: Integers,
    count_renewal: Integers,
    bounds: Reals,
    rates: Reals,
    marginal: bool,
    left: bool,
    trailing: bool,
    by_premium: bool,
    measured: Integers,
    measure: Integers,
    window_premium: Integers,
    fresh: Integers,
    standing: Reals,
    accrued: Integers,
    on_new: Integers,
    sums: Integers,
) -> None:
    """Accrue one month of tiers at the rate that the window has reached.

    Parameters
    ----------
    edges : uint64[R S + 1]
        First row of each slice.
    cells : bool[P, S]
        Products whose volume counts and earns; read in turn.
    premium_new, premium_renewal, count_new, count_renewal : int64[P, n]
    bounds, rates : float64[tiers]
        In minor units of premium, or in contracts.
    measured : int64[n]
        Written: volume of the month in the scale's unit.
    measure, window_premium : int64[n]
        The window so far; updated.
    fresh : int64[2 or 0, n]
        Written: premium of the month, and what is accrued on it.
    standing : float64[1 or 0, n]
        Written: the rate on it.
    accrued : int64[P, n], on_new : int64[P or 0, n]
        Added to: the rate reached (marginal: that of the slices reached) on this month's premium.
    sums : int64[R S]
        Commission booked, minor units, is added to it.
    """
    amounts, rooms, reached = np.empty((3, AT_HAND), dtype=np.int64), np.empty((4, AT_HAND)), np.empty(AT_HAND)
    for s in range(edges.size - 1):
        covered = cells[:, s % cells.shape[1]]
        if not covered.any():
            continue
        last = int(edges[s + 1])
        for a in range(int(edges[s]), last, AT_HAND):
            b = min(a + AT_HAND, last)
            month, volume, total = amounts[0, : b - a], amounts[1, : b - a], amounts[2, : b - a]
            rate = reached[: b - a]
            month[:] = 0
            volume[:] = 0
            total[:] = 0
            for p in range(covered.size):
                if covered[p]:
                    _add(premium_new[p, a:b], premium_renewal[p, a:b], month)
                    if not by_premium:
                        _add(count_new[p, a:b], count_renewal[p, a:b], volume)
            counted = month if by_premium else volume
            _rates(counted, measure[a:b], bounds, rates, marginal and not trailing, left, rooms, rate)
            _count(counted, month, measured[a:b], measure[a:b], window_premium[a:b])
            for p in range(covered.size):
                if covered[p]:
                    new, renewal = premium_new[p, a:b], premium_renewal[p, a:b]
                    if on_new.shape[0] > 0:
                        _accrue_noted(rate, new, renewal, on_new[p, a:b], accrued[p, a:b], total)
                    else:
                        _accrue_line(rate, new, renewal, accrued[p, a:b], total)
            sums[s] += total.sum()
            if fresh.shape[0] > 0:
                fresh[0, a:b] = month
                fresh[1, a:b] = total
            if standing.shape[0] > 0:
                standing[0, a:b] = rate


@kernel
def _rates(
    counted: Integers,
    measure: Integers,
    bounds: Reals,
    rates: Reals,
    slices: bool,
    left: bool,
    rooms: Reals,  # [4, n or more]
    rate: Reals,
) -> None:
    """Write the rate of what a month counts on top of a measure[n]; tiers that no row has reached are passed over."""
    before, reached, top = rooms[0, : rate.size], rooms[1, : rate.size], 0
    for i in range(counted.size):
        now = measure[i] + counted[i]
        before[i], reached[i] = measure[i], now
        top = max(top, measure[i], now)
    tiers = tiers_reached(top, bounds)
    rate[:] = rates[0]
    for j in range(1, tiers):
        for i in range(rate.size):
            there = reached[i] > bounds[j] or (left and reached[i] == bounds[j])
            rate[i] = rates[j] if there else rate[i]
    if not slices:
        return
    due, paid = rooms[2, : rate.size], rooms[3, : rate.size]
    due[:] = 0.0
    paid[:] = 0.0
    for j in range(tiers):
        upper = bounds[j + 1] if j + 1 < bounds.size else np.inf
        for i in range(rate.size):
            due[i] += max(0.0, min(reached[i], upper) - bounds[j]) * rates[j]
            paid[i] += max(0.0, min(before[i], upper) - bounds[j]) * rates[j]
    for i in range(rate.size):
        rate[i] = (due[i] - paid[i]) / counted[i] if counted[i] != 0 else rate[i]


@kernel
def _count(counted: Integers, month: Integers, measured: Integers, measure: Integers, premium: Integers) -> None:
    for i in range(counted.size):
        measured[i] = counted[i]
        measure[i] += counted[i]
        premium[i] += month[i]


@kernel
def _add(left: Integers, right: Integers, out: Integers) -> None:
    for i in range(out.size):
        out[i] += left[i] + right[i]


@kernel
def book_at(
    edges: Words,
    cells: Flags,
    rate: Reals,
    premium_new: Integers,
    premium_renewal: Integers,
    accrued: Integers,
    on_new: Integers,  # [P or 0, n]
    month: Integers,
) -> None:
    """Add rate[n] x the month's premium of the covered cells[P, S] to accrued[P, n]; write sums by row to month[n]."""
    month[:] = 0
    for s in range(edges.size - 1):
        first, last = edges[s], edges[s + 1]
        for p in range(cells.shape[0]):
            if cells[p, s % cells.shape[1]]:
                new, renewal = premium_new[p, first:last], premium_renewal[p, first:last]
                here, line, total = rate[first:last], accrued[p, first:last], month[first:last]
                if on_new.shape[0] > 0:
                    _accrue_noted(here, new, renewal, on_new[p, first:last], line, total)
                else:
                    _accrue_line(here, new, renewal, line, total)


@kernel
def _accrue_line(
    rate: Reals, premium_new: Integers, premium_renewal: Integers, accrued: Integers, month: Integers
) -> None:
    for i in range(rate.size):
        line = round_line(rate[i], premium_new[i]) + round_line(rate[i], premium_renewal[i])
        accrued[i] += line
        month[i] += line


@kernel
def _accrue_noted(
    rate: Reals,
    premium_new: Integers,
    premium_renewal: Integers,
    on_new: Integers,
    accrued: Integers,
    month: Integers,
) -> None:
    for i in range(rate.size):
        first = round_line(rate[i], premium_new[i])
        line = first + round_line(rate[i], premium_renewal[i])
        on_new[i] += first
        accrued[i] += line
        month[i] += line
