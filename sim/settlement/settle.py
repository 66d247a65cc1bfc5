"""Settlement of a month with each partner: default, remittance, netting, payment of commission (model, section 9).

Notation: i partner; R receivable, L remittance lag (a fraction splits a batch between two months).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.base.functions import kernel, round_half_even

Integers = NDArray[np.int64]


@kernel
def push(bounds, month, whole, fraction, net, delay, written, earned_commission, other, due_premium, due_commission, due_pay, receivable, payable):  # type: ignore[no-untyped-def]
    """Enter the month's premium and commission as due in later months.

    Parameters
    ----------
    bounds : int64[segments + 2]
    month, delay : int
    whole : int64[segments], fraction : float64[segments]
        Remittance lag: whole months, and the share of a batch that is due one month later.
    net : bool[segments]
        The partner keeps `earned_commission` from the remittance; else it is paid `delay` months from now.
    written, earned_commission, other : int64[n]
        Premium; commission accrued on it; the rest of the statement, which may be negative.
    due_premium, due_commission : int64[batches, n], due_pay : int64[pay_months, n]
    receivable, payable : int64[n]
    """
    pay = (month + delay) % due_pay.shape[0]
    for s in range(net.size):
        slot = (month + whole[s]) % due_premium.shape[0]
        later = (slot + 1) % due_premium.shape[0]
        for i in range(bounds[s], bounds[s + 1]):
            receivable[i] += written[i]
            owed = earned_commission[i] + other[i]
            payable[i] += owed
            kept = min(earned_commission[i], written[i]) if net[s] else 0
            due_pay[pay, i] += owed - kept
            due_premium[slot, i] += written[i]
            due_commission[slot, i] += kept
        if fraction[s] > 0.0:
            _split(bounds[s], bounds[s + 1], slot, later, fraction[s], net[s], written, earned_commission, due_premium, due_commission)


@kernel
def _split(first, last, slot, later, fraction, net, written, earned_commission, due_premium, due_commission):  # type: ignore[no-untyped-def]
    """Move the part of this month's batch that is due one month later."""
    for i in range(first, last):
        kept = min(earned_commission[i], written[i]) if net else 0
        premium = round_half_even(written[i] * fraction)
        commission = min(round_half_even(kept * fraction), premium)
        due_premium[slot, i] -= premium
        due_commission[slot, i] -= commission
        due_premium[later, i] += premium
        due_commission[later, i] += commission


@kernel
def default(bounds, hazard, active, u, due_premium, due_commission, arrears_premium, arrears_commission, due_pay, account, receivable, payable, netted, lost, defaulted):  # type: ignore[no-untyped-def]
    """Let active partners default: commission is set off against the receivable, the rest is lost; count them.

    What commission is left stays due to the defaulted partner. hazard[segments]; `defaulted`[n] (bool) is written.
    """
    count = 0
    for s in range(hazard.size):
        for i in range(bounds[s], bounds[s + 1]):
            defaulted[i] = active[i] and u[i] < hazard[s]
            if not defaulted[i]:
                continue
            count += 1
            set_off = min(max(payable[i], 0), receivable[i])
            netted[i] += set_off
            payable[i] -= set_off
            lost[i] += receivable[i] - set_off
            receivable[i] = 0
            account[i] = payable[i]
            arrears_premium[i] = 0
            arrears_commission[i] = 0
            for b in range(due_premium.shape[0]):
                due_premium[b, i] = 0
                due_commission[b, i] = 0
            for b in range(due_pay.shape[0]):
                due_pay[b, i] = 0
    return count


@kernel
def remit(bounds, discipline, u, due_premium, due_commission, arrears_premium, arrears_commission, receivable, payable, remitted, netted):  # type: ignore[no-untyped-def]
    """Remit the batch due (int64[n]) and the arrears with probability discipline[segments]; else they roll on."""
    for s in range(discipline.size):
        for i in range(bounds[s], bounds[s + 1]):
            premium = due_premium[i] + arrears_premium[i]
            commission = due_commission[i] + arrears_commission[i]
            due_premium[i] = 0
            due_commission[i] = 0
            in_time = u[i] < discipline[s]
            arrears_premium[i] = 0 if in_time else premium
            arrears_commission[i] = 0 if in_time else commission
            premium = premium if in_time else 0
            commission = commission if in_time else 0
            remitted[i] += premium - commission
            netted[i] += commission
            receivable[i] -= premium
            payable[i] -= commission


@kernel
def overdue(month, arrears, before):  # type: ignore[no-untyped-def]
    """Sum of arrears past due for as many months as `before`[aged, n] holds closes; enters this close into it.

    A partner pays all its arrears or none, so what was there at every close of that time is that old.
    """
    total = 0
    for i in range(arrears.size):
        oldest = arrears[i]
        for b in range(before.shape[0]):
            oldest = min(oldest, before[b, i])
        total += oldest
        before[month % before.shape[0], i] = arrears[i]
    return total


@kernel
def pay(present, defaulted, due_pay, account, payable, paid, debit_lost):  # type: ignore[no-untyped-def]
    """Pay the commission due (int64[n]); a debit balance waits, and is lost once the partner is gone for good."""
    for i in range(paid.size):
        due = account[i] + due_pay[i]
        due_pay[i] = 0
        out = max(due, 0)
        gone = due < 0 and payable[i] == due and (defaulted[i] or not present[i])
        off = -due if gone else 0
        paid[i] += out
        debit_lost[i] += off
        payable[i] += off - out
        account[i] = 0 if gone else min(due, 0)


def prove(
    due_premium: Integers, due_commission: Integers, arrears_premium: Integers, arrears_commission: Integers,
    due_pay: Integers, account: Integers, receivable: Integers, payable: Integers,
) -> int:  # fmt: skip
    """Row whose receivable or payable is not the sum of what is due, or -1: the proof of the sub-ledger."""
    owed = np.zeros(receivable.size, dtype=np.int64)
    kept = np.zeros(receivable.size, dtype=np.int64)
    _difference(arrears_premium, receivable, owed)
    _difference(arrears_commission, payable, kept)
    _add(account, kept)
    for parts, total in ((due_premium, owed), (due_commission, kept), (due_pay, kept)):
        for part in parts:
            _add(part, total)
    return int(_first_fault(owed, kept, receivable))


@kernel
def _difference(left, right, out):  # type: ignore[no-untyped-def]
    for i in range(out.size):
        out[i] = left[i] - right[i]


@kernel
def _add(part, total):  # type: ignore[no-untyped-def]
    for i in range(total.size):
        total[i] += part[i]


@kernel
def _first_fault(owed, kept, receivable):  # type: ignore[no-untyped-def]
    wrong = 0
    for i in range(owed.size):
        wrong |= owed[i] | kept[i] | (receivable[i] < 0)
    if wrong != 0:
        for i in range(owed.size):
            if owed[i] != 0 or kept[i] != 0 or receivable[i] < 0:
                return i
    return -1


@kernel
def rest_of_statement(expensed, reversed_, taken_back, out):  # type: ignore[no-untyped-def]
    """Commission of the month that is not accrued on premium: true-ups less what is clawed back."""
    for i in range(out.size):
        out[i] = expensed[i] - reversed_[i] - taken_back[i]
