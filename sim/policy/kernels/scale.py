"""Scales of tiers: the payout of a volume, slice by slice or on all of it at the rate reached.

Notation: V volume of a window, b lower bounds of the tiers, r their rates.
"""

from __future__ import annotations

import numpy as np

from sim.base.functions import round_line
from sim.base.kernels import kernel


@kernel
def rate_reached(volume, bounds, rates, left):  # type: ignore[no-untyped-def]
    """Rate of the tier that a volume has reached; `left`: a volume at a bound belongs to the tier it starts."""
    rate = rates[0]
    for j in range(1, bounds.size):
        if volume > bounds[j] or (left and volume == bounds[j]):
            rate = rates[j]
    return rate


@kernel
def payout(volume, bounds, rates, marginal, left):  # type: ignore[no-untyped-def]
    """Commission on a volume: each slice at its own rate, or all of it at the rate reached."""
    if not marginal:
        return volume * rate_reached(volume, bounds, rates, left)
    total = 0.0
    for j in range(bounds.size):
        upper = bounds[j + 1] if j + 1 < bounds.size else volume
        total += max(0.0, min(volume, upper) - bounds[j]) * rates[j]
    return total


@kernel
def average_rates(volume, bounds, rates, marginal, left, out):  # type: ignore[no-untyped-def]
    """Payout over volume, out[n]; the first tier's rate where there is no volume."""
    for i in range(volume.size):
        out[i] = rates[0]
        if volume[i] > 0.0:
            out[i] = payout(volume[i], bounds, rates, marginal, left) / volume[i]


@kernel
def book(  # type: ignore[no-untyped-def]
    first,
    last,
    covered,
    premium_new,
    premium_renewal,
    count_new,
    count_renewal,
    bounds,
    rates,
    marginal,
    left,
    trailing,
    by_premium,
    measured,
    measure,
    window_premium,
    booked,
    accrued,
    on_new,
    expensed,
    reversed_,
):  # type: ignore[no-untyped-def]
    """Book one month of tiers for the rows first .. last - 1.

    Parameters
    ----------
    covered : bool[P]
        Products whose volume counts and earns.
    premium_new, premium_renewal, count_new, count_renewal : int64[P, n]
    bounds, rates : float64[tiers]
        In minor units of premium, or in contracts.
    marginal, left, trailing, by_premium : bool
    measured : int64[n]
        Written: volume of the month in the scale's unit.
    measure, window_premium, booked : int64[n]
        The window so far; updated.
    accrued : int64[P, n], on_new : int64[P or 0, n]
        Added to: the rate reached (marginal: that of the slices reached) on this month's premium.
    expensed, reversed_ : int64[n]
        Added to: what the window's payout demands beyond that, or takes back.

    Returns
    -------
    int
        Commission booked, minor units.
    """
    n = int(last - first)
    month = np.zeros(n, dtype=np.int64)
    volume = np.zeros(n, dtype=np.int64)
    for p in range(covered.size):
        if covered[p]:
            _add(premium_new[p, first:last], premium_renewal[p, first:last], month)
            if not by_premium:
                _add(count_new[p, first:last], count_renewal[p, first:last], volume)
    volume = month if by_premium else volume
    rate = np.empty(n)
    before = measure[first:last].astype(np.float64)
    for i in range(n):
        measured[first + i] = volume[i]
        measure[first + i] += volume[i]
        window_premium[first + i] += month[i]
    reached = measure[first:last].astype(np.float64)
    due = np.zeros(n)
    _rates(before, reached, volume, bounds, rates, marginal, left, trailing, rate, due)
    total = np.zeros(n, dtype=np.int64)
    for p in range(covered.size):
        if covered[p]:
            _accrue_line(
                0, n, rate, premium_new[p, first:last], premium_renewal[p, first:last], accrued[p, first:last], total
            )
            if on_new.shape[0] > 0:
                _add_line(rate, premium_new[p, first:last], on_new[p, first:last])
    everything = 0
    for i in range(n):
        everything += total[i]
    if trailing or (marginal and not by_premium):
        if not trailing:
            _add_to(total, booked[first:last])
        return everything
    owed = booked[first:last]
    window = window_premium[first:last]
    plus = expensed[first:last]
    minus = reversed_[first:last]
    for i in range(n):
        exact = round_line(1.0, due[i]) if by_premium else round_line(rate[i], window[i])
        idle = month[i] == 0 and volume[i] == 0
        true_up = 0 if idle else exact - owed[i] - total[i]
        owed[i] += total[i] + true_up
        plus[i] += max(true_up, 0)
        minus[i] += max(-true_up, 0)
        everything += true_up
    return everything


@kernel
def _rates(before, reached, volume, bounds, rates, marginal, left, trailing, rate, due):  # type: ignore[no-untyped-def]
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
def _add(left, right, out):  # type: ignore[no-untyped-def]
    for i in range(out.size):
        out[i] += left[i] + right[i]


@kernel
def _add_to(amount, out):  # type: ignore[no-untyped-def]
    for i in range(out.size):
        out[i] += amount[i]


@kernel
def _add_line(rate, premium, out):  # type: ignore[no-untyped-def]
    for i in range(out.size):
        out[i] += round_line(rate[i], premium[i])


@kernel
def reach(measured, known, bounds, rates, left, unknown, out):  # type: ignore[no-untyped-def]
    """Write the rate that a measure[n] has reached to out[n], `unknown` where it is not known[n]."""
    out[:] = rates[0]
    for j in range(1, bounds.size):
        for i in range(out.size):
            there = measured[i] > bounds[j] or (left and measured[i] == bounds[j])
            out[i] = rates[j] if there else out[i]
    for i in range(out.size):
        out[i] = out[i] if known[i] else unknown


@kernel
def reach_growth(volume, before, bounds, rates, left, out):  # type: ignore[no-untyped-def]
    """Write the rate that the growth of a volume[n] over another, before[n], has reached; the first tier's over nothing."""
    out[:] = rates[0]
    for j in range(1, bounds.size):
        for i in range(out.size):
            bound = round_line(1.0 + bounds[j], before[i])
            there = before[i] > 0 and (volume[i] > bound or (left and volume[i] == bound))
            out[i] = rates[j] if there else out[i]


@kernel
def book_at(edges, cells, rate, premium_new, premium_renewal, accrued, on_new, month):  # type: ignore[no-untyped-def]
    """Add rate[n] x the month's premium of the covered cells[P, S] to accrued[P, n]; write each row's sum to month[n]."""
    month[:] = 0
    for s in range(cells.shape[1]):
        for p in range(cells.shape[0]):
            if cells[p, s]:
                _accrue_line(edges[s], edges[s + 1], rate, premium_new[p], premium_renewal[p], accrued[p], month)
                if on_new.shape[0] > 0:
                    for i in range(edges[s], edges[s + 1]):
                        on_new[p, i] += round_line(rate[i], premium_new[p, i])


@kernel
def _accrue_line(first, last, rate, premium_new, premium_renewal, accrued, month):  # type: ignore[no-untyped-def]
    for i in range(first, last):
        line = round_line(rate[i], premium_new[i]) + round_line(rate[i], premium_renewal[i])
        accrued[i] += line
        month[i] += line


@kernel
def true_up(rate, window_premium, month, booked, out):  # type: ignore[no-untyped-def]
    """Write to out[n] what rate[n] x the window's premium demands beyond what it has booked and the month has accrued."""
    for i in range(out.size):
        due = round_line(rate[i], window_premium[i])
        out[i] = due - booked[i] - month[i]
        booked[i] = due
