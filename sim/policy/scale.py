"""Scales of tiers: the payout of a volume, slice by slice or on all of it at the rate reached.

Notation: V volume of a window, b lower bounds of the tiers, r their rates.
"""

from __future__ import annotations

from sim.base.functions import kernel, round_line


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
def book(first, last, covered, premium_new, premium_renewal, count_new, count_renewal, bounds, rates, marginal, left, trailing, by_premium, measured, measure, window_premium, booked, accrued, on_new, expensed, reversed_):  # type: ignore[no-untyped-def]
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
    everything = 0
    for i in range(first, last):
        month, volume = _volume(i, covered, premium_new, premium_renewal, count_new, count_renewal, by_premium)
        measured[i] = volume
        if month == 0 and volume == 0 and not trailing:
            continue
        before = float(measure[i])
        measure[i] += volume
        window_premium[i] += month
        reached = float(measure[i])
        rate = rate_reached(reached, bounds, rates, left)
        if marginal and not trailing and volume > 0:
            slices = payout(reached, bounds, rates, True, left) - payout(before, bounds, rates, True, left)
            rate = slices / volume
        total = _accrue(i, covered, rate, premium_new, premium_renewal, accrued, on_new)
        everything += total
        if not trailing:
            due = booked[i] + total
            if by_premium:
                due = round_line(1.0, payout(reached, bounds, rates, marginal, left))
            elif not marginal:
                due = round_line(rate, window_premium[i])
            true_up = due - booked[i] - total
            booked[i] = due
            expensed[i] += max(true_up, 0)
            reversed_[i] += max(-true_up, 0)
            everything += true_up
    return everything


@kernel
def _volume(i, covered, premium_new, premium_renewal, count_new, count_renewal, by_premium):  # type: ignore[no-untyped-def]
    month = 0
    contracts = 0
    for p in range(covered.size):
        if covered[p]:
            month += premium_new[p, i] + premium_renewal[p, i]
            contracts += count_new[p, i] + count_renewal[p, i]
    return month, month if by_premium else contracts


@kernel
def _accrue(i, covered, rate, premium_new, premium_renewal, accrued, on_new):  # type: ignore[no-untyped-def]
    total = 0
    for p in range(covered.size):
        if covered[p]:
            new = round_line(rate, premium_new[p, i])
            line = new + round_line(rate, premium_renewal[p, i])
            if on_new.shape[0] > 0:
                on_new[p, i] += new
            accrued[p, i] += line
            total += line
    return total


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
