"""True-ups: what a window's volume demands beyond the commission that its premium has, where nothing is refunded.

Of rows with refunds: `refunded_windows`.

Notation: p product, s slice (a segment of a replication), i partner row; n rows, P products, S segments, R
replications. Pairs [2, n] are of the earlier months of a window and of this month.
"""

from __future__ import annotations

import numpy as np

from sim.base.arrays import Flags, Integers, Reals, Words
from sim.base.functions import round_line
from sim.base.kernels import AT_HAND, kernel
from sim.policy.kernels.scale import tiers_reached


@kernel
def read(
    edges: Words,
    cells: Flags,
    bounds: Reals,
    rates: Reals,
    marginal: bool,
    left: bool,
    measure: Integers,
    out: Reals,
) -> None:
    """Write the rate that a volume measure[n] has reached, marginal: its payout, to out[n], where cells[P, S] are."""
    for s in range(edges.size - 1):
        if cells[:, s % cells.shape[1]].any():
            last = int(edges[s + 1])
            for first in range(int(edges[s]), last, AT_HAND):
                end = min(first + AT_HAND, last)
                volume, found = measure[first:end], out[first:end]
                if marginal:
                    _payouts(volume, bounds, rates, found)
                else:
                    _rates_reached(volume, bounds, rates, left, found)


@kernel
def _payouts(volume: Integers, bounds: Reals, rates: Reals, out: Reals) -> None:
    out[:] = 0.0
    for j in range(tiers_reached(volume.max(), bounds)):
        upper = bounds[j + 1] if j + 1 < bounds.size else np.inf
        for i in range(out.size):  # vectorised, as one over tiers is not
            out[i] += max(0.0, min(float(volume[i]), upper) - bounds[j]) * rates[j]


@kernel
def _rates_reached(volume: Integers, bounds: Reals, rates: Reals, left: bool, out: Reals) -> None:
    out[:] = rates[0]
    for j in range(1, tiers_reached(volume.max(), bounds)):
        for i in range(out.size):
            there = volume[i] > bounds[j] or (left and volume[i] == bounds[j])
            out[i] = rates[j] if there else out[i]


@kernel
def payout(volume: float, bounds: Reals, rates: Reals) -> float:
    """What a volume pays, each slice at its own rate."""
    due = 0.0
    for j in range(bounds.size):
        upper = min(volume, bounds[j + 1]) if j + 1 < bounds.size else volume
        due += max(0.0, upper - bounds[j]) * rates[j]
    return due


@kernel
def settle(
    edges: Words,
    cells: Flags,
    marginal: bool,
    by_premium: bool,
    forgives: bool,
    then: Reals,
    now: Reals,
    measured: Integers,
    premium: Integers,
    fresh: Integers,
    booked: Integers,
    before: Integers,
    settled: Integers,
    some: bool,
) -> tuple[Integers, Integers]:
    """True the windows up at the statement where nothing is refunded.

    Parameters
    ----------
    forgives : bool
        Commission on refunded premium stays with the partner, and nothing booked in earlier months comes back.
    then, now : float64[n]
        Rate (marginal: payout) of the window before and after what the statement has told of it.
    measured : int64[n]
        Volume of the month; a window without any, and without refunds, is left alone.
    premium : int64[n]
        Of the window, net.
    fresh : int64[2, n]
        Premium of the month, gross, and what was accrued on it.
    booked : int64[n]
        Commission of the premium kept, of earlier months; on return of this month, too.
    before, settled : int64[0 or 1, n]
        Premium of the window before its scale changed, and its commission: no payout is of it, and none changes it.
    some : bool
        There are rows with refunds.

    Returns
    -------
    change, kept : int64[2, n or 0]
        True-ups and, where there is one, the premium that it is on; of length 0 where there is none and no row has
        refunds.
    """
    none, parts = np.zeros(AT_HAND, dtype=np.int64), np.empty((2, AT_HAND), dtype=np.int64)
    size = now.size if some else 0
    change, kept = np.zeros((2, size), dtype=np.int64), np.empty((2, size), dtype=np.int64)
    for s in range(edges.size - 1):
        last = int(edges[s + 1])
        if not cells[:, s % cells.shape[1]].any():
            continue
        for a in range(int(edges[s]), last, AT_HAND):
            b = min(a + AT_HAND, last)
            stood, fixed = (before[0, a:b], settled[0, a:b]) if before.shape[0] > 0 else (none[: b - a], none[: b - a])
            month = measured[a:b], fresh[0, a:b], fresh[1, a:b]
            window = premium[a:b], stood, booked[a:b], fixed
            up, up_now, moved = parts[0, : b - a], parts[1, : b - a], 0
            if not marginal:
                moved = _true_up_to_rates(forgives, then[a:b], now[a:b], *month, *window, up, up_now)
            elif by_premium and not forgives:
                moved = _true_up_to_payouts(now[a:b], *month, *window, up, up_now)
            if moved == 0:
                _close(*month, booked[a:b])
                continue
            if change.shape[1] == 0:
                change, kept = np.zeros((2, now.size), dtype=np.int64), np.empty((2, now.size), dtype=np.int64)
            change[0, a:b], change[1, a:b] = up, up_now
            _close_trued_up(*month, *window, up, up_now, kept[0, a:b], kept[1, a:b])
    return change, kept


# loops without branches, so that they are vectorised


@kernel
def _true_up_to_rates(
    forgives: bool,
    then: Reals,
    now: Reals,
    measured: Integers,
    fresh: Integers,
    accrued: Integers,
    premium: Integers,
    stood: Integers,
    booked: Integers,
    fixed: Integers,
    up: Integers,
    up_now: Integers,
) -> int:
    """Write the true-ups of windows whose whole premium earns one rate; 0: there is none."""
    moved = 0
    for i in range(up.size):
        earlier, held = premium[i] - fresh[i] - stood[i], booked[i] - fixed[i]
        of_earlier, of_now = of_rate(
            forgives, then[i], now[i], earlier, fresh[i], accrued[i], fresh[i], held, accrued[i]
        )
        live, alone = (measured[i] | fresh[i]) != 0, earlier <= 0
        up[i] = 0 if alone | (not live) else of_earlier
        up_now[i] = (of_now + (of_earlier if alone else 0)) if live else 0
        moved |= up[i] | up_now[i]
    return moved


@kernel
def _true_up_to_payouts(
    now: Reals,
    measured: Integers,
    fresh: Integers,
    accrued: Integers,
    premium: Integers,
    stood: Integers,
    booked: Integers,
    fixed: Integers,
    up: Integers,
    up_now: Integers,
) -> int:
    """Write the true-ups of windows that earn a payout now[n]; 0: there is none."""
    moved = 0
    for i in range(up.size):
        held = booked[i] - fixed[i] + accrued[i]
        due = round_line(1.0, now[i]) - held
        there = ((measured[i] | fresh[i]) != 0) & ((premium[i] > stood[i]) | (held != 0))
        up[i] = due if there else 0
        moved |= up[i]
    if moved == 0:
        return 0
    for i in range(up.size):
        whole = premium[i] - stood[i]
        of_now = round_line(fresh[i] / (whole if whole != 0 else 1), up[i])
        of_now = of_now if whole != 0 else 0
        up_now[i] = up[i] if whole <= fresh[i] else of_now
        up[i] -= up_now[i]
    return moved


@kernel
def _close(measured: Integers, fresh: Integers, accrued: Integers, booked: Integers) -> None:
    for i in range(booked.size):
        booked[i] += accrued[i] if (measured[i] | fresh[i]) != 0 else 0


@kernel
def _close_trued_up(
    measured: Integers,
    fresh: Integers,
    accrued: Integers,
    premium: Integers,
    stood: Integers,
    booked: Integers,
    fixed: Integers,  # as the others have it
    up: Integers,
    up_now: Integers,
    earlier: Integers,
    now: Integers,
) -> None:
    """Book the month with its true-ups; write the premium that these are on, earlier[n] and now[n]."""
    for i in range(up.size):
        live = (measured[i] | fresh[i]) != 0
        booked[i] += (accrued[i] + up[i] + up_now[i]) if live else 0
        earlier[i] = (premium[i] - stood[i] - fresh[i]) if live else 0
        now[i] = fresh[i]


@kernel
def of_rate(
    forgives: bool,
    then: float,
    now: float,
    earlier: int,
    fresh: int,
    accrued: int,
    fresh_kept: int,
    held: int,
    held_now: int,
) -> tuple[int, int]:
    """True-ups of earlier months and of this one, of which `accrued` is on `fresh`, where all has the rate reached."""
    if forgives:
        up_now = 0 if then == now else round_line(now, fresh) - accrued
        return max(round_line(now, earlier) - held, 0), up_now
    due_now = held_now if then == now else round_line(now, fresh_kept)
    return round_line(now, earlier + fresh_kept) - due_now - held, due_now - held_now


@kernel
def on_new(edges: Words, cells: Flags, change: Integers, kept: Integers, premium: Integers, out: Integers) -> None:
    """Add to out[P, n] what of a true-up of this month's premium, change[n] on kept[n], is on new business."""
    for s in range(edges.size - 1):
        for i in range(edges[s], edges[s + 1]):
            if change[i] != 0:
                for p in range(cells.shape[0]):
                    if cells[p, s % cells.shape[1]]:
                        out[p, i] += round_line(change[i] / kept[i], premium[p, i])
