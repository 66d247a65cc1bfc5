"""True-ups of the rows whose window premium is refunded from: what is left of its volume, and what that demands.

Notation: p product, s slice (a segment of a replication), i partner row; n rows, m of them with refunds, P products, S
segments, R replications. Pairs [2, n] are of the earlier months of a window and of this month.
"""

from __future__ import annotations

from sim.base.arrays import Flags, Integers, Reals, Words
from sim.base.functions import round_line
from sim.base.kernels import kernel
from sim.policy.kernels.true_ups import of_rate

EARLIER, NOW, CONTRACTS, BACK = range(4)
"""lines of what was refunded: premium of earlier months and of this one, contracts, commission on the first"""


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
    rows: Words,
    refunded: Integers,
    slices: Reals,
    reached: Reals,
    accrued: Integers,
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
) -> None:
    """True up the windows of the rows with refunds, in place of what `true_ups.settle` has made of them.

    Parameters
    ----------
    rows : uint64[m]
        With refunds, in order.
    refunded : int64[4, m], slices : float64[m]
        Of these rows, as `gather` leaves them.
    reached : float64[m], accrued : int64[m]
        Rate (marginal: payout) of these rows now; what they had booked before that.
    released : int64[n], taken_back : int64[n]
        Deferred commission of what was cancelled, which has been taken back; where none was known, the commission on
        what is refunded is added to what is taken back.
    measure : int64[n]
        Volume of the window, net.
    standing : float64[months or 0, n]
        As in `gather`; updated.
    change, kept : int64[2, n]
        As `true_ups.settle` returns them; written.
    edges, cells, marginal, by_premium, forgives, then, measured, premium, fresh, booked, before, settled
        As in `true_ups.settle`.
    """
    s = 0
    for k in range(rows.size):
        i = rows[k]
        while edges[s + 1] <= i:
            s += 1
        lost_earlier, lost_now, contracts, back = refunded[0, k], refunded[1, k], refunded[2, k], refunded[3, k]
        lost, now = lost_earlier + lost_now, reached[k]
        counted = measured[i] != 0 or fresh[0, i] != 0 or lost != 0 or contracts != 0
        if not counted or not cells[:, s % cells.shape[1]].any():
            continue
        fresh_kept = fresh[0, i] - lost_now
        stood, fixed = (before[0, i], settled[0, i]) if before.shape[0] > 0 else (0, 0)
        earlier, had = premium[i] - fresh_kept - stood, accrued[k] - fixed
        if not marginal:
            back = _part(had, lost_earlier, earlier)
        back_now = _part(fresh[1, i], lost_now, fresh_kept)
        held, held_now = had - back, fresh[1, i] - back_now
        whole = earlier + fresh_kept
        if marginal:
            total = _of_slices(
                by_premium, then[i], now, slices[k], lost + contracts, measure[i],
                whole if by_premium else premium[i], held + held_now,
            )  # fmt: skip
            up_now = 0 if forgives or total == 0 or whole == 0 else round_line(fresh_kept / whole, total)
            up = 0 if forgives else total - up_now
        else:
            up, up_now = of_rate(forgives, then[i], now, earlier, fresh[0, i], fresh[1, i], fresh_kept, held, held_now)
        if earlier <= 0:
            up, up_now = 0, up + up_now
        if lost > 0 and released[i] == 0 and not forgives:
            taken_back[i] += back + back_now
        change[0, i], change[1, i] = up, up_now
        kept[0, i], kept[1, i] = earlier, fresh[0, i] if forgives else fresh_kept
        stays = fresh[1, i] + up_now
        stays -= _part(stays, lost_now, fresh_kept) if forgives else back_now
        booked[i] = held + up + stays + fixed
        if lost > 0 and whole > 0:
            for m in range(standing.shape[0]):
                standing[m, i] += (up + up_now) / whole


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
