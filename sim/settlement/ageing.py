"""Arrears and debit balances by age, and what of the oldest nothing secures (model, sections 9 and 12).

What was in arrears so many closes ago and is still unpaid is past due as many months. A partner pays its oldest premium
first, and new commission pays off its oldest debit balance first.

Notation: i partner, s segment, A closes remembered.
"""

from __future__ import annotations

import numpy as np

from sim.base.arrays import Integers, Words
from sim.base.functions import round_half_even
from sim.base.kernels import IN_CACHE, kernel
from sim.policy.terms.credit_control import Allowance

AGES = 3  # 30, 60 and 90 days, as many closes


@kernel
def close(
    edges: Words,
    month: int,
    arrears: Integers,
    paid: Integers,
    before: Integers,
    late: Integers,
    over_90: Integers,
) -> None:
    """Take what was paid off the oldest arrears, sum them by age and slice, and enter this close.

    Parameters
    ----------
    arrears : int64[n]
        At this close.
    paid : int64[n]
        Premium that has come in, or was set off, since the last one.
    before : int64[A, n]
        What was in arrears at the closes before and is still unpaid, in a ring by month; A >= 3.
    late : int64[slices, 3]
        On return what is over 30, 60, 90 days past due.
    over_90 : int64[n]
        On return the last of these by row.
    """
    closes = before.shape[0]
    oldest = (month - late.shape[1]) % closes
    for s in range(edges.size - 1):
        first, last = edges[s], edges[s + 1]
        for b in range(closes):
            _pay_off(before[b, first:last], paid[first:last], arrears[first:last])
        for age in range(late.shape[1]):
            slot = (month - 1 - age) % closes
            total = 0
            for i in range(first, last):
                total += before[slot, i]
            late[s, age] = total
        for i in range(first, last):
            over_90[i] = before[oldest, i]
        for i in range(first, last):
            before[month % closes, i] = arrears[i]


@kernel
def _pay_off(before: Integers, paid: Integers, owed: Integers) -> None:
    """What was owed at a close before and still is: what has been paid since then went to the oldest first."""
    for i in range(before.size):
        before[i] = min(max(before[i] - paid[i], 0), owed[i])


@kernel
def close_debits(
    month: int,
    account: Integers,
    before: Integers,  # [3, n]
    over_90: Integers,
) -> None:
    """The same of debit balances, accounts below 0, int64[n]: what is over 90 days old is written into `over_90`[n]."""
    closes = before.shape[0]
    scratch = np.empty(min(IN_CACHE, account.size), dtype=np.int64)
    for first in range(0, account.size, IN_CACHE):
        last = min(first + IN_CACHE, account.size)
        balance, debit, paid = account[first:last], over_90[first:last], scratch[: last - first]
        latest, this = before[(month - 1) % closes, first:last], before[month % closes, first:last]
        for i in range(paid.size):
            debit[i] = max(-balance[i], 0)
            paid[i] = max(latest[i] - debit[i], 0)
        for b in range(closes):
            _pay_off(before[b, first:last], paid, debit)
        for i in range(paid.size):
            this[i], debit[i] = debit[i], this[i]


@kernel
def unsecured(
    edges: Words,
    set_aside: float,
    arrears: Integers,
    debits: Integers,
    account: Integers,
    payable: Integers,
    holdback: Integers,  # [1 or 0, n]
    deposit: Integers,  # [1 or 0, n]
    out: Integers,  # [slices]
) -> None:
    """What of arrears and debit balances over 90 days past due, int64[n] each, nothing of the same partner secures.

    Parameters
    ----------
    set_aside : share of the arrears that the allowance covers
    account, payable : a debit balance is an account below 0; what else is payable is commission owed
    out : on return the sum by slice
    """
    for s in range(edges.size - 1):
        total = 0
        for i in range(edges[s], edges[s + 1]):
            open_ = arrears[i] - round_half_even(set_aside * arrears[i]) + debits[i]
            secured = max(payable[i] + max(-account[i], 0), 0)
            for h in range(holdback.shape[0]):
                secured += holdback[h, i]
            for d in range(deposit.shape[0]):
                secured += deposit[d, i]
            total += max(open_ - secured, 0)
        out[s] = total


@kernel
def older(
    month: int,
    months: int,
    before: Integers,  # [A, n]
    out: Integers,
) -> None:
    """Write into out[n] what at the last close, of month - 1, had been in arrears for `months` closes, less than A."""
    slot = (month - 1 - months) % before.shape[0]
    for i in range(out.size):
        out[i] = before[slot, i]


def allowances(rates: Allowance, late: Integers) -> Integers:
    """What is set aside for arrears: int64[slices], given late[slices, 3] as `close` writes it."""
    over_30, over_60, over_90 = late.T
    exact = (over_30 - over_60) * rates.over_30 + (over_60 - over_90) * rates.over_60 + over_90 * rates.over_90
    return np.rint(exact).astype(np.int64)  # no product of matrices: its last bits depend on the number of slices
