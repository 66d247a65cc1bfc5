"""True-ups: what a window's volume, net of refunds, demands beyond the commission that its premium has.

Notation: p product, s slice (a segment of a replication), i partner row; n rows, P products, S segments, R
replications. Pairs [2, n] are of the earlier months of a window and of this month.
"""

from __future__ import annotations

import numpy as np

from sim.base.arrays import Flags, Integers, Reals, Words
from sim.base.functions import round_line
from sim.base.kernels import kernel

BLOCK = 4096  # rows that lie in the cache from tier to tier
EARLIER, NOW, CONTRACTS, BACK = range(4)
"""lines of what was refunded: premium of earlier months and of this one, contracts, commission on the first"""


@kernel
def read(bounds: Reals, rates: Reals, marginal: bool, left: bool, measure: Integers, out: Reals) -> None:
    """Write the rate that a volume measure[n] has reached, marginal: its payout, to out[n]."""
    for first in range(0, measure.size, BLOCK):
        volume, found = measure[first : first + BLOCK], out[first : first + BLOCK]
        if marginal:
            _payouts(volume, bounds, rates, found)
        else:
            _rates_reached(volume, bounds, rates, left, found)


@kernel
def _payouts(volume: Integers, bounds: Reals, rates: Reals, out: Reals) -> None:
    out[:] = 0.0
    for j in range(bounds.size):
        upper = bounds[j + 1] if j + 1 < bounds.size else np.inf
        for i in range(out.size):  # vectorised, as one over tiers is not
            out[i] += max(0.0, min(float(volume[i]), upper) - bounds[j]) * rates[j]


@kernel
def _rates_reached(volume: Integers, bounds: Reals, rates: Reals, left: bool, out: Reals) -> None:
    out[:] = rates[0]
    for j in range(1, bounds.size):
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
def gather(
    entries: Integers,
    place: Integers,
    slot: int,
    standing: Reals,
    refunded: Integers,
    slices: Reals,
) -> None:
    """Sum refunds by row.

    Parameters
    ----------
    entries : int64[5, k]
        As in `facts.Refunds`.
    place : int64[k]
        Of the row of each entry among the m rows of which there are any.
    slot : entry of this month in the ring of `standing`
    standing : float64[months or 0, n]
        Rate at which the premium of each month stands, by month.
    refunded : int64[4, m], slices : float64[m]
        Added to: as above; rate x contracts.
    """
    months = standing.shape[0]
    for k in range(entries.shape[1]):
        i, age, premium, contracts = entries[0, k], entries[2, k], entries[3, k], entries[4, k]
        refunded[EARLIER if age > 0 else NOW, place[k]] += premium
        refunded[CONTRACTS, place[k]] += contracts
        if months > 0:
            rate = standing[(slot - age) % months, i]
            slices[place[k]] += rate * contracts
            refunded[BACK, place[k]] += round_line(rate, premium) if age > 0 else 0


@kernel
def settle(
    edges: Words,
    cells: Flags,
    marginal: bool,
    by_premium: bool,
    forgives: bool,
    then: Reals,
    now: Reals,
    rows: Words,
    refunded: Integers,
    slices: Reals,
    released: Integers,
    taken_back: Integers,
    measured: Integers,
    measure: Integers,
    premium: Integers,
    fresh: Integers,
    booked: Integers,
    standing: Reals,
    before: Integers,
    settled: Integers,
    change: Integers,
    kept: Integers,
) -> bool:
    """True the windows up at the statement, and say whether that changes anything.

    Parameters
    ----------
    forgives : bool
        Commission on refunded premium stays with the partner, and nothing booked in earlier months comes back.
    then, now : float64[n]
        Rate (marginal: payout) of the window before and after this month's refunds.
    rows : uint64[m]
        With refunds, in order.
    refunded : int64[4, m], slices : float64[m]
        Of these rows, as `gather` leaves them.
    released : int64[n], taken_back : int64[n]
        Deferred commission of what was cancelled, which has been taken back; where none was known, the commission on
        what is refunded is added to what is taken back.
    measured : int64[n]
        Volume of the month; a window without any, and without refunds, is left alone.
    measure, premium : int64[n]
        Volume and premium of the window, net.
    fresh : int64[2, n]
        Premium of the month, gross, and what was accrued on it.
    booked : int64[n]
        Commission of the premium kept, of earlier months; on return of this month, too.
    standing : float64[months or 0, n]
        As in `gather`; updated.
    before, settled : int64[0 or 1, n]
        Premium of the window before its scale changed, and its commission: no payout is of it, and none changes it.
    change : int64[2, n]
        Written: true-ups of premium kept.
    kept : int64[2, n]
        Written: premium that `change` is on.
    """
    moved, k = False, 0
    for s in range(edges.size - 1):
        there = cells[:, s % cells.shape[1]].any()
        for i in range(edges[s], edges[s + 1]):
            while k < rows.size and rows[k] < i:
                k += 1
            lost_earlier, lost_now, contracts, back, shifted = 0, 0, 0, 0, 0.0
            if k < rows.size and rows[k] == i:
                lost_earlier, lost_now, contracts, back = refunded[0, k], refunded[1, k], refunded[2, k], refunded[3, k]
                shifted = slices[k]
            lost = lost_earlier + lost_now
            if not there or (measured[i] == 0 and fresh[0, i] == 0 and lost == 0 and contracts == 0):
                change[0, i] = change[1, i] = kept[0, i] = kept[1, i] = 0
                continue
            fresh_kept = fresh[0, i] - lost_now
            stood, fixed = (before[0, i], settled[0, i]) if before.shape[0] > 0 else (0, 0)
            earlier = premium[i] - fresh_kept - stood
            accrued = booked[i] - fixed
            if not marginal:
                back = _part(accrued, lost_earlier, earlier)
            back_now = _part(fresh[1, i], lost_now, fresh_kept)
            held, held_now = accrued - back, fresh[1, i] - back_now
            whole = earlier + fresh_kept
            if marginal:
                total = _of_slices(
                    by_premium, then[i], now[i], shifted, lost + contracts, measure[i],
                    whole if by_premium else premium[i], held + held_now,
                )  # fmt: skip
                up_now = 0 if forgives or total == 0 or whole == 0 else round_line(fresh_kept / whole, total)
                up = 0 if forgives else total - up_now
            else:
                up, up_now = _of_rate(
                    forgives, then[i], now[i], earlier, fresh[0, i], fresh[1, i], fresh_kept, held, held_now
                )
            if earlier <= 0:
                up, up_now = 0, up + up_now
            if lost > 0 and released[i] == 0 and not forgives:
                taken_back[i] += back + back_now
            moved |= (up | up_now) != 0
            change[0, i], change[1, i] = up, up_now
            kept[0, i], kept[1, i] = earlier, fresh[0, i] if forgives else fresh_kept
            stays = fresh[1, i] + up_now
            stays -= _part(stays, lost_now, fresh_kept) if forgives else back_now
            booked[i] = held + up + stays + fixed
            if lost > 0 and whole > 0:
                for m in range(standing.shape[0]):
                    standing[m, i] += (up + up_now) / whole
    return moved


@kernel
def _of_rate(
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
def _of_slices(
    by_premium: bool,
    then: float,
    now: float,
    slices: float,
    lost: int,
    measure: int,
    premium: int,
    held: int,
) -> int:
    """True-up of a window whose slices have each their rate: by contracts, what refunds shift between slices."""
    if by_premium:
        return round_line(1.0, now) - held if premium > 0 or held != 0 else 0
    return round_line((now - then + slices) / measure, premium) if lost > 0 and measure > 0 else 0


@kernel
def _part(amount: int, lost: int, left: int) -> int:
    """Part of an amount that falls on what is lost of what there was, rounded half to even."""
    if lost <= 0 or left <= 0:
        return amount if lost > 0 else 0
    return round_line(lost / (lost + left), amount)


@kernel
def on_new(edges: Words, cells: Flags, change: Integers, kept: Integers, premium: Integers, out: Integers) -> None:
    """Add to out[P, n] what of a true-up of this month's premium, change[n] on kept[n], is on new business."""
    for s in range(edges.size - 1):
        for i in range(edges[s], edges[s + 1]):
            if change[i] != 0:
                for p in range(cells.shape[0]):
                    if cells[p, s % cells.shape[1]]:
                        out[p, i] += round_line(change[i] / kept[i], premium[p, i])
