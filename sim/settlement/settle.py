"""Settlement of a month with each partner: default, remittance, netting, payment of commission (model, section 9).

Notation: i partner; R receivable, L remittance lag (a fraction splits a batch between two months).
"""

from __future__ import annotations

from sim.base.functions import kernel, round_half_even


@kernel
def push(first, last, month, whole, fraction, net, delay, written, earned_commission, other, due_premium, due_commission, due_pay, receivable, payable):  # type: ignore[no-untyped-def]
    """Enter the month's premium and commission as due in later months.

    Parameters
    ----------
    first, last, month : int
    whole, fraction : int, float
        Remittance lag: whole months and the share that is due one month later.
    net : bool
        The partner keeps `earned_commission` from the remittance; else it is paid `delay` months from now.
    written, earned_commission, other : int64[n]
        Premium; commission accrued on it; the rest of the statement, which may be negative.
    due_premium, due_commission : int64[batches, n], due_pay : int64[pay_months, n]
    receivable, payable : int64[n]
    """
    slot = (month + whole) % due_premium.shape[0]
    later = (slot + 1) % due_premium.shape[0]
    pay = (month + delay) % due_pay.shape[0]
    for i in range(first, last):
        receivable[i] += written[i]
        payable[i] += earned_commission[i] + other[i]
        kept = min(earned_commission[i], written[i]) if net else 0
        due_pay[pay, i] += earned_commission[i] + other[i] - kept
        late_premium = round_half_even(written[i] * fraction)
        late_commission = min(round_half_even(kept * fraction), late_premium)
        due_premium[slot, i] += written[i] - late_premium
        due_commission[slot, i] += kept - late_commission
        due_premium[later, i] += late_premium
        due_commission[later, i] += late_commission


@kernel
def default(first, last, month, hazard, active, u, due_premium, due_commission, arrears_premium, arrears_commission, due_pay, account, receivable, payable, netted, lost, defaulted):  # type: ignore[no-untyped-def]
    """Let active partners default: commission is set off against the receivable, the rest is lost; count them.

    What commission is left stays due to the defaulted partner. `defaulted`[n] (bool) is written.
    """
    count = 0
    for i in range(first, last):
        defaulted[i] = active[i] and u[i] < hazard
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
def remit(first, last, month, discipline, u, due_premium, due_commission, arrears_premium, arrears_commission, receivable, payable, remitted, netted):  # type: ignore[no-untyped-def]
    """Remit the batch due and the arrears with probability `discipline`; else they roll on a month."""
    slot = month % due_premium.shape[0]
    for i in range(first, last):
        premium = due_premium[slot, i] + arrears_premium[i]
        commission = due_commission[slot, i] + arrears_commission[i]
        due_premium[slot, i] = 0
        due_commission[slot, i] = 0
        in_time = u[i] < discipline
        arrears_premium[i] = 0 if in_time else premium
        arrears_commission[i] = 0 if in_time else commission
        premium = premium if in_time else 0
        commission = commission if in_time else 0
        remitted[i] += premium - commission
        netted[i] += commission
        receivable[i] -= premium
        payable[i] -= commission


@kernel
def pay(first, last, month, present, defaulted, due_pay, account, payable, paid, debit_lost):  # type: ignore[no-untyped-def]
    """Pay the commission due; a debit balance waits, and is lost once the partner is gone and nothing else is due."""
    slot = month % due_pay.shape[0]
    for i in range(first, last):
        due = account[i] + due_pay[slot, i]
        due_pay[slot, i] = 0
        out = max(due, 0)
        gone = due < 0 and payable[i] == due and (defaulted[i] or not present[i])
        off = -due if gone else 0
        paid[i] += out
        debit_lost[i] += off
        payable[i] += off - out
        account[i] = 0 if gone else min(due, 0)


@kernel
def prove(due_premium, due_commission, arrears_premium, arrears_commission, due_pay, account, receivable, payable):  # type: ignore[no-untyped-def]
    """Row whose receivable or payable is not the sum of what is due, or -1: the proof of the sub-ledger."""
    for i in range(receivable.size):
        owed = arrears_premium[i] - receivable[i]
        kept = arrears_commission[i] + account[i] - payable[i]
        for b in range(due_premium.shape[0]):
            owed += due_premium[b, i]
            kept += due_commission[b, i]
        for b in range(due_pay.shape[0]):
            kept += due_pay[b, i]
        if owed != 0 or kept != 0 or receivable[i] < 0:
            return i
    return -1


@kernel
def rest_of_statement(expensed, reversed_, taken_back, out):  # type: ignore[no-untyped-def]
    """Commission of the month that is not accrued on premium: true-ups less what is clawed back."""
    for i in range(out.size):
        out[i] = expensed[i] - reversed_[i] - taken_back[i]
