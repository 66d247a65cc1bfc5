"""Settlement of a month with each partner: default, remittance, netting, payment of commission (model, section 9).

Notation: i partner; R receivable.
"""

from __future__ import annotations

from sim.base.arrays import Flags, Integers, Reals, Words
from sim.base.kernels import kernel
from sim.base.listing import list_true


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
def set_off(
    edges: Words,
    discipline: Reals,
    sets_off: Flags,  # [segments]
    u: Reals,
    due_commission: Integers,
    arrears_commission: Integers,
    account: Integers,
) -> None:
    """Take what partners owe back, an account[n] below 0, from the commission that they would keep of what they remit.

    Before `remit`, with its draws: a batch that rolls on sets nothing off.
    """
    for s in range(edges.size - 1):
        if not sets_off[s % sets_off.size]:
            continue
        chance = discipline[s % discipline.size]
        for i in range(edges[s], edges[s + 1]):
            kept = max(due_commission[i] + arrears_commission[i], 0)
            back = min(kept, max(-account[i], 0)) if u[i] < chance else 0
            due_commission[i] -= back
            account[i] += back


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
    paid, debit_lost : int64[n]
        Written.
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
            paid[i] = out
            debit_lost[i] = off
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
