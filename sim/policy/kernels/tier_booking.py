"""Booking of tiers: the month's premium at the rate reached, and what the window's payout demands beyond that.

Notation: p product, s slice (a segment of a replication), i partner row; n rows, P products, S segments, R
replications.
"""

from __future__ import annotations

import numpy as np

from sim.base.arrays import Flags, Integers, Reals, Words
from sim.base.functions import round_line
from sim.base.kernels import kernel


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
    booked: Integers,
    accrued: Integers,
    on_new: Integers,
    expensed: Integers,
    reversed_: Integers,
    sums: Integers,
    earlier: Integers,
    settled: Integers,
) -> None:
    """Book one month of tiers.

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
    measure, window_premium, booked : int64[n]
        The window so far; updated.
    accrued : int64[P, n], on_new : int64[P or 0, n]
        Added to: the rate reached (marginal: that of the slices reached) on this month's premium.
    expensed, reversed_ : int64[n]
        Added to: what the window's payout demands beyond that, or takes back.
    sums : int64[R S]
        Commission booked, minor units, is added to it.
    earlier, settled : int64[0 or 1, n]
        Premium of the window before its scale changed, and the commission booked on it, which stays.
    """
    for s in range(edges.size - 1):
        covered = cells[:, s % cells.shape[1]]
        if not covered.any():
            continue
        first, last = edges[s], edges[s + 1]
        n = int(last - first)
        month, volume, total = np.zeros(n, np.int64), np.zeros(n, np.int64), np.zeros(n, np.int64)
        for p in range(covered.size):
            if covered[p]:
                _add(premium_new[p, first:last], premium_renewal[p, first:last], month)
                if not by_premium:
                    _add(count_new[p, first:last], count_renewal[p, first:last], volume)
        volume = month if by_premium else volume
        before = measure[first:last].astype(np.float64)
        for i in range(n):
            measured[first + i] = volume[i]
            measure[first + i] += volume[i]
            window_premium[first + i] += month[i]
        reached = measure[first:last].astype(np.float64)
        rate, due = np.empty(n), np.zeros(n)
        _rates(before, reached, volume, bounds, rates, marginal, left, trailing, rate, due)
        for p in range(covered.size):
            if covered[p]:
                new, renewal = premium_new[p, first:last], premium_renewal[p, first:last]
                _accrue_line(rate, new, renewal, accrued[p, first:last], total)
                if on_new.shape[0] > 0:
                    _add_line(rate, new, on_new[p, first:last])
        sums[s] += total.sum()
        if trailing or (marginal and not by_premium):
            if not trailing:
                _add_to(total, booked[first:last])
            continue
        if not by_premium:
            due = rate * window_premium[first:last]
        for c in range(earlier.shape[0]):
            _leave(rate, bounds, rates, marginal, earlier[c, first:last], settled[c, first:last], due)
        sums[s] += _settle(due, month, volume, total, booked[first:last], expensed[first:last], reversed_[first:last])


@kernel
def _settle(
    due: Reals,
    month: Integers,
    volume: Integers,
    accrued: Integers,
    booked: Integers,
    expensed: Integers,
    reversed_: Integers,
) -> int:
    """Book what due[n] demands beyond what the window has booked and the month has accrued; the sum of it."""
    everything = 0
    for i in range(due.size):
        idle = month[i] == 0 and volume[i] == 0
        change = 0 if idle else round_line(1.0, due[i]) - booked[i] - accrued[i]
        booked[i] += accrued[i] + change
        expensed[i] += max(change, 0)
        reversed_[i] += max(-change, 0)
        everything += change
    return everything


@kernel
def _rates(
    before: Reals,
    reached: Reals,
    volume: Integers,
    bounds: Reals,
    rates: Reals,
    marginal: bool,
    left: bool,
    trailing: bool,
    rate: Reals,
    due: Reals,
) -> None:
    """Write the rate of this month's premium to rate[n], and the payout of the window's volume to due[n]."""
    for i in range(rate.size):
        rate[i] = rates[0]
    for j in range(1, bounds.size):
        for i in range(rate.size):
            there = reached[i] > bounds[j] or (left and reached[i] == bounds[j])
            rate[i] = rates[j] if there else rate[i]
    if not marginal:
        for i in range(rate.size):
            due[i] = reached[i] * rate[i]
        return
    paid = np.zeros(rate.size)
    for j in range(bounds.size):
        upper = bounds[j + 1] if j + 1 < bounds.size else np.inf
        for i in range(rate.size):
            due[i] += max(0.0, min(reached[i], upper) - bounds[j]) * rates[j]
            paid[i] += max(0.0, min(before[i], upper) - bounds[j]) * rates[j]
    if not trailing:
        for i in range(rate.size):
            rate[i] = (due[i] - paid[i]) / volume[i] if volume[i] > 0 else rate[i]


@kernel
def _leave(
    rate: Reals, bounds: Reals, rates: Reals, marginal: bool, earlier: Integers, settled: Integers, due: Reals
) -> None:
    """Put into due[n] the commission settled[n] in place of what the scale says of earlier[n] premium."""
    for i in range(due.size):
        if earlier[i] == 0 and settled[i] == 0:
            continue
        said = 0.0 if marginal else rate[i] * earlier[i]
        for j in range(bounds.size if marginal else 0):
            upper = bounds[j + 1] if j + 1 < bounds.size else np.inf
            said += max(0.0, min(float(earlier[i]), upper) - bounds[j]) * rates[j]
        due[i] += settled[i] - said


@kernel
def _add(left: Integers, right: Integers, out: Integers) -> None:
    for i in range(out.size):
        out[i] += left[i] + right[i]


@kernel
def _add_to(amount: Integers, out: Integers) -> None:
    for i in range(out.size):
        out[i] += amount[i]


@kernel
def _add_line(rate: Reals, premium: Integers, out: Integers) -> None:
    for i in range(out.size):
        out[i] += round_line(rate[i], premium[i])


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
                _accrue_line(rate[first:last], new, renewal, accrued[p, first:last], month[first:last])
                if on_new.shape[0] > 0:
                    _add_line(rate[first:last], new, on_new[p, first:last])


@kernel
def _accrue_line(
    rate: Reals, premium_new: Integers, premium_renewal: Integers, accrued: Integers, month: Integers
) -> None:
    for i in range(rate.size):
        line = round_line(rate[i], premium_new[i]) + round_line(rate[i], premium_renewal[i])
        accrued[i] += line
        month[i] += line


@kernel
def true_up(
    rate: Reals,
    window_premium: Integers,
    month: Integers,
    booked: Integers,
    earlier: Integers,
    settled: Integers,
    out: Integers,
) -> None:
    """Write to out[n] what rate[n] x the window's premium demands beyond what it has booked and the month accrued.

    Of the premium before its scale changed, earlier[0 or 1, n], stays what was booked, settled[0 or 1, n].
    """
    for i in range(out.size):
        before, kept = 0, 0
        for c in range(earlier.shape[0]):
            before, kept = earlier[c, i], settled[c, i]
        due = round_line(rate[i], window_premium[i] - before) + kept
        out[i] = due - booked[i] - month[i]
        booked[i] = due
