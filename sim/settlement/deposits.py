"""Deposits against blanks: a partner may owe us and hold in blanks a multiple of its deposit (model, section 9).

Notation: i partner, s segment. D deposit, b blanks out, v value of a blank, E net premium sold and not remitted,
k multiple. At all times b v + E <= k D. Amounts are in minor units.
"""

from __future__ import annotations

import numpy as np

from sim.base.arrays import Counts, Flags, Integers, Months, Reals, Words
from sim.base.functions import round_half_even
from sim.base.kernels import AT_HAND, inlined, kernel

RELATIVE = 4.0 * 2.0**-53  # error of a decimal fraction and of its product
FRACTION = 1e-3  # and no more, however large the sum
ROUNDING = 1e-9  # contracts: an expected number that is whole but for its last bits


@kernel
def exposures(
    edges: Words,
    net: Flags,
    due_commission: Integers,
    arrears_commission: Integers,
    receivable: Integers,
    out: Integers,
) -> None:
    """Net premium sold and not remitted, E: what a net partner keeps of it is not owed.

    Parameters
    ----------
    net : bool[segments]
    due_commission : int64[batches, n], arrears_commission, receivable, out : int64[n]
    """
    for s in range(edges.size - 1):
        for i in range(edges[s], edges[s + 1]):
            out[i] = receivable[i]
        if net[s % net.size]:
            for i in range(edges[s], edges[s + 1]):
                out[i] -= arrears_commission[i]
            for b in range(due_commission.shape[0]):
                for i in range(edges[s], edges[s + 1]):
                    out[i] -= due_commission[b, i]


@inlined
def limit(deposit: int, multiple: float) -> int:
    """What a deposit covers, k D, in whole minor units, as if k were the decimal fraction it is written as.

    0.7 x 10 covers 7, although the double nearest to 0.7 lies a little below it.
    """
    x = multiple * deposit
    nearest = round_half_even(x)
    return nearest if abs(x - nearest) <= min(x * RELATIVE, FRACTION) else int(x)


@kernel
def covering(amount: int, multiple: float) -> int:
    """The smallest deposit that covers an amount."""
    deposit = int(max(amount, 0) / multiple)
    while limit(deposit, multiple) < amount:
        deposit += 1
    while deposit > 0 and limit(deposit - 1, multiple) >= amount:
        deposit -= 1
    return deposit


@kernel
def join(edges: Words, asked: Flags, chosen: Integers, in_scheme: Flags) -> None:
    """Ask partners of some segments, bool[segments], for a deposit: all, or those once chosen.

    chosen : int64[n], above 0 where chosen; int64[0] means all.
    """
    for s in range(edges.size - 1):
        all_of_them = asked[s % asked.size]
        for i in range(edges[s], edges[s + 1]):
            it_is = chosen.size == 0 or in_scheme[i] or chosen[i] > 0
            in_scheme[i] = all_of_them and it_is


@kernel
def want(
    edges: Words,
    reach: Reals,
    per_buyer: Reals,
    ours: Flags,
    due: Counts,
    rows: Integers,
    renewal: Reals,
    spare: float,
    expected: Reals,
    wanted: Integers,
) -> None:
    """Blanks for the contracts that a partner expects this month, and the spare ones.

    Parameters
    ----------
    reach : float64[n]
        Buyers a month whom it may sell to.
    per_buyer : float64[segments]
        New contracts of each.
    ours : bool[n]
        Whose contracts we renew.
    due : int32[any, n], rows : int64[m], renewal : float64[m]
        The rows of `due` that hold contracts at their terms, and the chance of each to be renewed.
    spare : as a share of what is expected
    expected : float64[n], wanted : int64[n]
        Written.
    """
    for s in range(edges.size - 1):
        sold = per_buyer[s % per_buyer.size]
        for i in range(edges[s], edges[s + 1]):
            expected[i] = reach[i] * sold
    for m in range(rows.size):
        _expect(due[rows[m]], ours, renewal[m], expected)
    for i in range(wanted.size):
        wanted[i] = int(np.ceil(expected[i] * (1.0 + spare) - ROUNDING))


@kernel
def _expect(due: Counts, ours: Flags, renewal: float, expected: Reals) -> None:
    for i in range(expected.size):
        expected[i] += due[i] * ours[i] * renewal


@kernel
def pay_in(
    in_scheme: Flags,
    present: Flags,
    wanted: Integers,
    value: int,
    multiple: float,
    funds: Integers,
    exposure: Integers,
    deposit: Integers,
    deposit_in: Integers,
) -> None:
    """Let partners pay in what the blanks they want need, up to their own funds.

    Parameters
    ----------
    wanted : int64[n]
        Blanks for the month that they expect.
    value, multiple : int, float
    funds : int64[n]
        The largest deposit a partner can afford; negative: any.
    exposure, deposit : int64[n]
    deposit_in : int64[n]
        Written.
    """
    short = np.empty(AT_HAND, np.bool_)
    for first in range(0, deposit.size, AT_HAND):
        here = slice(first, min(first + AT_HAND, deposit.size))
        asked = in_scheme[here], present[here], wanted[here], exposure[here]
        deposit_in[here] = 0
        found = _find_short(*asked, value, multiple, deposit[here], short)
        for at in range(deposit[here].size if found > 0 else 0):
            if short[at]:
                i = first + at
                most = covering(exposure[i] + wanted[i] * value, multiple)
                most = most if funds[i] < 0 else min(most, funds[i])
                deposit_in[i] = max(most - deposit[i], 0)
                deposit[i] += deposit_in[i]


@kernel
def _find_short(
    in_scheme: Flags,
    present: Flags,
    wanted: Integers,
    exposure: Integers,
    value: int,
    multiple: float,
    deposit: Integers,
    short: Flags,
) -> int:
    """Mark partners whose deposit does not cover what they want; how many. A short loop, so that it is vectorised."""
    found = 0
    for i in range(deposit.size):
        lacks = limit(deposit[i], multiple) < exposure[i] + wanted[i] * value
        short[i] = in_scheme[i] & present[i] & lacks
        found += short[i]
    return found


@kernel
def pay_back(
    in_scheme: Flags,
    present: Flags,
    idle: Months,
    quiet: int,
    wanted: Integers,
    value: int,
    multiple: float,
    exposure: Integers,
    receivable: Integers,
    abused: Integers,
    blanks: Integers,
    deposit: Integers,
    deposit_out: Integers,
) -> None:
    """Give back what the limit does not need, after so many months without a sale under the scheme.

    Blanks come back first.
    A partner that has left, or that the scheme no longer asks, gets all of it once it owes us nothing.
    `deposit_out` is written.
    """
    deposit_out[:] = 0
    for i in range(deposit.size):
        if deposit[i] == 0 or idle[i] < quiet or abused[i] > 0:
            continue
        if in_scheme[i] and present[i]:
            amount = exposure[i] + wanted[i] * value
            if limit(deposit[i] - 1, multiple) < amount:
                continue  # all of it is needed: mostly so
            needed = covering(amount, multiple)
        else:
            needed = deposit[i] if receivable[i] > 0 else 0
        back = max(deposit[i] - needed, 0)
        if back == 0:
            continue
        deposit[i] -= back
        blanks[i] = min(blanks[i], max(limit(deposit[i], multiple) - exposure[i], 0) // value)
        deposit_out[i] = back


@kernel
def issue(
    in_scheme: Flags,
    present: Flags,
    value: int,
    multiple: float,
    exposure: Integers,
    deposit: Integers,
    blanks: Integers,
) -> None:
    """Issue blanks to the limit, (k D - E) / v of them; what is out over it is called back."""
    for i in range(deposit.size):
        room = max(limit(deposit[i], multiple) - exposure[i], 0)
        whole = int(room / value)  # the division of integers is not vectorised; this one is put right
        left = room - whole * value
        whole += int(left >= value) - int(left < 0)
        blanks[i] = whole if in_scheme[i] & present[i] else 0


@kernel
def hold(in_scheme: Flags, blanks: Integers, room: Integers) -> None:
    """Let partners of the scheme sell no more contracts than they hold blanks: room[n]."""
    for i in range(room.size):
        room[i] = blanks[i] if in_scheme[i] else room[i]


@kernel
def sold(new: Integers, renewed: Integers, abusing: Flags, out: Integers) -> None:
    """Contracts sold and renewed, int64[P, n] each: out[n]; none by those that abuse blanks."""
    out[:] = 0
    for p in range(new.shape[0]):
        _add(new[p], renewed[p], out)
    for i in range(out.size):
        out[i] = 0 if abusing[i] else out[i]


@kernel
def _add(new: Integers, renewed: Integers, out: Integers) -> None:
    for i in range(out.size):
        out[i] += new[i] + renewed[i]


@kernel
def use(in_scheme: Flags, sold: Integers, blanks: Integers, idle: Months) -> int:
    """Take a blank for each contract sold, int64[n]; count the months without one.

    Returns
    -------
    int
        The first row that sold more than it had blanks, or -1.
    """
    wrong = 0
    for i in range(blanks.size):
        some = in_scheme[i] & (sold[i] > 0)
        idle[i] = 0 if some else min(idle[i] + 1, 30_000)
        blanks[i] -= sold[i] if some else 0
        wrong += some & (blanks[i] < 0)
    for i in range(blanks.size if wrong > 0 else 0):
        if in_scheme[i] and sold[i] > 0 and blanks[i] < 0:
            return i
    return -1


@kernel
def set_off(
    failed: Flags,
    abuse: float,
    forfeited: bool,
    deposit: Integers,
    blanks: Integers,
    abused: Integers,
    lost: Integers,
    taken: Integers,
    back: Integers,
    kept: Integers,
) -> None:
    """Take the deposit of failed partners, bool[n], for what would be lost of their debt.

    The rest goes back or is ours.
    Their blanks are void. Where a share of them is sold all the same, `abused`[n], the rest waits until that is
    settled.

    `lost`, `taken`, `back`, `kept` : int64[n].
    """
    for i in range(deposit.size):
        if not failed[i]:
            continue
        amount = min(deposit[i], lost[i])
        lost[i] -= amount
        taken[i] += amount
        deposit[i] -= amount
        abused[i] = round_half_even(abuse * blanks[i])
        blanks[i] = 0
        if abused[i] == 0:
            back[i] += 0 if forfeited else deposit[i]
            kept[i] += deposit[i] if forfeited else 0
            deposit[i] = 0


@kernel
def pay_interest(rate: float, abused: Integers, deposit: Integers, out: Integers) -> None:
    """Interest of a month on deposits, int64[n]; none on what is left of a defaulted partner's."""
    for i in range(deposit.size):
        out[i] = round_half_even(rate * deposit[i]) if abused[i] == 0 else 0


@kernel
def outstanding(
    edges: Words,
    in_scheme: Flags,
    value: int,
    exposure: Integers,
    blanks: Integers,
    out: Integers,  # [slices]
) -> None:
    """Sum of b v + E over the partners of the scheme."""
    for s in range(edges.size - 1):
        total = 0
        for i in range(edges[s], edges[s + 1]):
            total += (blanks[i] * value + exposure[i]) * in_scheme[i]
        out[s] = total
