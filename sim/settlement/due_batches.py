"""What a month's statement makes due, and when: batches of premium and commission, and what is held back.

Notation: i partner; L remittance lag (a fraction splits a batch between two months).
"""

from __future__ import annotations

from sim.base.arrays import Flags, Integers, Reals, Words
from sim.base.functions import round_half_even
from sim.base.kernels import kernel


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
