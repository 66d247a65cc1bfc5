"""Settlement of a month with each partner: default, remittance, netting, payment of commission (model, section 9).

Notation: i partner; R receivable, L remittance lag (a fraction splits a batch between two months).
"""

from __future__ import annotations

import numpy as np

from sim.base.arrays import Flags, Integers, Reals, Words
from sim.base.functions import round_half_even
from sim.base.kernels import kernel
from sim.base.listing import list_true


@kernel
def push(
    edges: Words,
    month: int,
    whole: Integers,
    fraction: Reals,
    net: Flags,
    collected: Flags,
    delay: Integers,
    held: Reals,
    quiet: Integers,
    held_of: Integers,
    written: Integers,
    earned_commission: Integers,
    other: Integers,
    due_premium: Integers,
    due_commission: Integers,
    due_pay: Integers,
    due_holdback: Integers,
    receivable: Integers,
    payable: Integers,
    holdback: Integers,
    withheld: Integers,
) -> None:
    """Enter the month's premium and commission as due in later months.

    Parameters
    ----------
    month : int
    whole : int64[segments], fraction : float64[segments]
        Remittance lag: whole months, and the share of a batch that is due one month later.
    net, collected : bool[segments]
        The partner keeps `earned_commission` from the remittance, or it becomes due then.
    delay : int64[segments]
        Else it is due so many months from now.
    held : float64[segments], quiet : int64[segments]
        Share of what we are to pay that is held back, and for how many months after the rest is due.
    held_of : int64[n or 0]
        Where given, the most that the share is taken of.
    written, earned_commission, other : int64[n]
        Premium; commission accrued on it; the rest of the statement, which may be negative.
    due_premium, due_commission : int64[batches, n], due_pay : int64[pay_months, n]
    due_holdback : int64[quiet_months, n]
        By month of release; as many as the longest delay and quiet time together, and one.
    receivable, payable, withheld : int64[n], holdback : int64[1 or 0, n]
    """
    for s in range(edges.size - 1):
        keeps = net[s % net.size]
        rides = keeps or collected[s % collected.size]
        wait, share, part = delay[s % delay.size], held[s % held.size], fraction[s % fraction.size]
        pay = (month + wait) % due_pay.shape[0]
        slot = (month + whole[s % whole.size]) % due_premium.shape[0]
        later = (slot + 1) % due_premium.shape[0]
        for i in range(edges[s], edges[s + 1]):
            receivable[i] += written[i]
            owed = earned_commission[i] + other[i]
            payable[i] += owed
            kept = _kept(earned_commission[i], written[i], rides, keeps)
            due_pay[pay, i] += owed - kept
            due_premium[slot, i] += written[i]
            due_commission[slot, i] += kept
        if share > 0.0:
            release = (month + wait + quiet[s % quiet.size]) % due_holdback.shape[0]
            _hold_back(
                edges[s],
                edges[s + 1],
                share,
                held_of,
                rides,
                keeps,
                written,
                earned_commission,
                other,
                due_pay[pay],
                due_holdback[release],
                payable,
                holdback,
                withheld,
            )
        if part > 0.0:
            _split(
                edges[s],
                edges[s + 1],
                slot,
                later,
                part,
                rides,
                keeps,
                written,
                earned_commission,
                due_premium,
                due_commission,
            )


@kernel
def _kept(earned: int, written: int, rides: bool, keeps: bool) -> int:
    """Commission that is due with the premium; who keeps it from a remittance keeps no more than that."""
    return (min(earned, written) if keeps else earned) if rides else 0


@kernel
def _hold_back(
    first: int,
    last: int,
    share: float,
    held_of: Integers,  # [n or 0]
    rides: bool,
    keeps: bool,
    written: Integers,
    earned_commission: Integers,
    other: Integers,
    due_pay: Integers,
    due_holdback: Integers,
    payable: Integers,
    holdback: Integers,  # [1 or 0, n]
    withheld: Integers,
) -> None:
    """Hold back a share of what the statement would have us pay."""
    for i in range(first, last):
        kept = _kept(earned_commission[i], written[i], rides, keeps)
        whole = max(earned_commission[i] + other[i] - kept, 0)
        amount = round_half_even(share * (whole if held_of.size == 0 else min(whole, max(held_of[i], 0))))
        due_pay[i] -= amount
        payable[i] -= amount
        due_holdback[i] += amount
        holdback[0, i] += amount
        withheld[i] += amount


@kernel
def _split(
    first: int,
    last: int,
    slot: int,
    later: int,
    fraction: float,
    rides: bool,
    keeps: bool,
    written: Integers,
    earned_commission: Integers,
    due_premium: Integers,  # [batches, n]
    due_commission: Integers,  # [batches, n]
) -> None:
    """Move the part of this month's batch that is due one month later."""
    for i in range(first, last):
        kept = _kept(earned_commission[i], written[i], rides, keeps)
        premium = round_half_even(written[i] * fraction)
        commission = min(round_half_even(kept * fraction), premium)
        due_premium[slot, i] -= premium
        due_commission[slot, i] -= commission
        due_premium[later, i] += premium
        due_commission[later, i] += commission


@kernel
def default(
    edges: Words,
    hazard: Reals,
    active: Flags,
    u: Reals,
    due_premium: Integers,  # [batches, n]
    due_commission: Integers,  # [batches, n]
    arrears_premium: Integers,
    arrears_commission: Integers,
    due_pay: Integers,  # [pay_months, n]
    due_holdback: Integers,  # [quiet_months, n]
    account: Integers,
    receivable: Integers,
    payable: Integers,
    holdback: Integers,  # [1 or 0, n]
    advance: Integers,  # [1 or 0, n]
    netted: Integers,
    held_set_off: Integers,
    freed: Integers,
    advance_lost: Integers,
    lost: Integers,
    defaulted: Flags,
    count: Integers,  # [slices]
) -> None:
    """Let active partners default; count them.

    Commission, then what is held back of it, is set off against the receivable; the rest is lost, and the advance. What
    commission is left stays due to the defaulted partner. hazard[segments]; `defaulted`[n] (bool) is written.
    """
    for s in range(edges.size - 1):
        chance, failing = hazard[s % hazard.size], 0
        for i in range(edges[s], edges[s + 1]):
            defaulted[i] = active[i] & (u[i] < chance)  # no branch: the loop is vectorised
            failing += defaulted[i]
        count[s] = failing
    for i in list_true(defaulted):
        set_off = min(max(payable[i], 0), receivable[i])
        netted[i] += set_off
        payable[i] -= set_off
        receivable[i] -= set_off
        for h in range(holdback.shape[0]):
            from_held = min(holdback[h, i], receivable[i])
            held_set_off[i] += from_held
            receivable[i] -= from_held
            freed[i] += holdback[h, i] - from_held
            payable[i] += holdback[h, i] - from_held
            holdback[h, i] = 0
        lost[i] += receivable[i]
        receivable[i] = 0
        for h in range(advance.shape[0]):
            advance_lost[i] += advance[h, i]
            advance[h, i] = 0
        account[i] = payable[i]
        arrears_premium[i] = 0
        arrears_commission[i] = 0
        for b in range(due_premium.shape[0]):
            due_premium[b, i] = 0
            due_commission[b, i] = 0
        for b in range(due_pay.shape[0]):
            due_pay[b, i] = 0
        for b in range(due_holdback.shape[0]):
            due_holdback[b, i] = 0


@kernel
def remit(
    edges: Words,
    discipline: Reals,
    net: Flags,  # [segments]
    month: int,
    after: Integers,
    u: Reals,
    due_premium: Integers,
    due_commission: Integers,
    arrears_premium: Integers,
    arrears_commission: Integers,
    due_pay: Integers,  # [pay_months, n]
    receivable: Integers,
    payable: Integers,
    remitted: Integers,
    netted: Integers,
) -> None:
    """Remit the batch due (int64[n]) and the arrears with probability discipline[segments]; else they roll on.

    A net partner keeps its commission from them; that of another partner becomes due with them, or `after`[segments]
    months later.
    """
    for s in range(edges.size - 1):
        chance, keeps = discipline[s % discipline.size], net[s % net.size]
        pay = (month + after[s % after.size]) % due_pay.shape[0]
        for i in range(edges[s], edges[s + 1]):
            premium = due_premium[i] + arrears_premium[i]
            commission = due_commission[i] + arrears_commission[i]
            due_premium[i] = 0
            due_commission[i] = 0
            in_time = u[i] < chance
            arrears_premium[i] = 0 if in_time else premium
            arrears_commission[i] = 0 if in_time else commission
            premium = premium if in_time else 0
            commission = commission if in_time else 0
            kept = commission if keeps else 0
            remitted[i] += premium - kept
            netted[i] += kept
            due_pay[pay, i] += commission - kept
            receivable[i] -= premium
            payable[i] -= kept


@kernel
def release(
    edges: Words,
    forfeits: Flags,
    present: Flags,
    due_holdback: Integers,
    account: Integers,
    payable: Integers,
    holdback: Integers,  # [1, n]
    freed: Integers,
    held_lost: Integers,
) -> None:
    """Release what was held back until this month (int64[n]); a partner that left may forfeit it (bool[segments])."""
    for s in range(edges.size - 1):
        loses = forfeits[s % forfeits.size]
        for i in range(edges[s], edges[s + 1]):
            amount = due_holdback[i]
            due_holdback[i] = 0
            holdback[0, i] -= amount
            gone = loses and not present[i]
            held_lost[i] += amount if gone else 0
            amount = 0 if gone else amount
            freed[i] += amount
            payable[i] += amount
            account[i] += amount


@kernel
def pay(
    edges: Words,
    now: Flags,
    minimum: Integers,
    present: Flags,
    defaulted: Flags,
    due_pay: Integers,
    account: Integers,
    payable: Integers,
    holdback: Integers,  # [1 or 0, n]
    paid: Integers,
    debit_lost: Integers,
) -> None:
    """Pay the commission due (int64[n]); a debit balance waits, and is lost once the partner is gone for good.

    Parameters
    ----------
    now : bool[segments]
        Accounts are paid out this month.
    minimum : int64[segments]
        An account below it waits. A partner that is gone is paid at once, whatever the account holds.
    """
    for s in range(edges.size - 1):
        pays_out, least = now[s % now.size], minimum[s % minimum.size]
        for i in range(edges[s], edges[s + 1]):
            due = account[i] + due_pay[i]
            due_pay[i] = 0
            there = present[i] and not defaulted[i]
            waits = there and (not pays_out or due < least)
            out = 0 if waits else max(due, 0)
            held = holdback[0, i] if holdback.shape[0] > 0 else 0
            gone = due < 0 and payable[i] == due and held == 0 and not there
            off = -due if gone else 0
            paid[i] += out
            debit_lost[i] += off
            payable[i] += off - out
            account[i] = due + off - out


@kernel
def advance_moves(
    advanced: Integers,
    drawn: Integers,  # [1 or 0, n]
    written_down: Integers,
    back: Integers,
    advance: Integers,  # [1 or 0, n]
) -> int:
    """Enter what was advanced, drawn, written down and charged back (int64[n]) into the advances, int64[1 or 0, n].

    Returns
    -------
    int
        The first row below 0, or -1.
    """
    worst = -1
    for h in range(drawn.shape[0]):
        for i in range(advanced.size):
            advance[0, i] += drawn[h, i]
    for h in range(advance.shape[0]):
        for i in range(advanced.size):
            advance[h, i] += advanced[i] - written_down[i] - back[i]
            worst = i if advance[h, i] < 0 and worst < 0 else worst
    return worst


def prove(
    due_premium: Integers, due_commission: Integers, arrears_premium: Integers, arrears_commission: Integers,
    due_pay: Integers, due_holdback: Integers, account: Integers, receivable: Integers, payable: Integers,
    holdback: Integers, waiting: Integers,
) -> int:  # fmt: skip
    """Row whose receivable, payable or holdback is not the sum of what is due, or -1: the proof of the sub-ledger."""
    if len(due_holdback) and (row := int(_first_uneven(due_holdback, holdback[0]))) >= 0:
        return row
    owed = np.zeros(receivable.size, dtype=np.int64)
    kept = np.zeros(receivable.size, dtype=np.int64)
    _difference(arrears_premium, receivable, owed)
    _difference(arrears_commission, payable, kept)
    _add(account, kept)
    for parts, total in ((due_premium, owed), (due_commission, kept), (due_pay, kept), (waiting, kept)):
        for part in parts:
            _add(part, total)
    return int(_first_fault(owed, kept, receivable))


@kernel
def _difference(left: Integers, right: Integers, out: Integers) -> None:
    for i in range(out.size):
        out[i] = left[i] - right[i]


@kernel
def _add(part: Integers, total: Integers) -> None:
    for i in range(total.size):
        total[i] += part[i]


@kernel
def _first_uneven(
    parts: Integers,  # [quiet_months, n]
    total: Integers,
) -> int:
    for i in range(total.size):
        held = 0
        for b in range(parts.shape[0]):
            held += parts[b, i]
        if held != total[i]:
            return i
    return -1


@kernel
def _first_fault(owed: Integers, kept: Integers, receivable: Integers) -> int:
    wrong = 0
    for i in range(owed.size):
        wrong |= owed[i] | kept[i] | (receivable[i] < 0)
    if wrong != 0:
        for i in range(owed.size):
            if owed[i] != 0 or kept[i] != 0 or receivable[i] < 0:
                return i
    return -1


@kernel
def rest_of_statement(
    received: Integers,
    expensed: Integers,
    reversed_: Integers,
    loss_share: Integers,
    taken_back: Integers,
    advance_back: Integers,
    drawn: Integers,  # [1 or 0, n]
    out: Integers,
) -> None:
    """What the statement owes besides commission on a partner's own premium: int64[n] each."""
    for i in range(out.size):
        out[i] = received[i] + expensed[i] - reversed_[i] - loss_share[i] - taken_back[i] - advance_back[i]
    for h in range(drawn.shape[0]):
        for i in range(out.size):
            out[i] += drawn[h, i]
