"""Arrears by age (model, section 9).

What was in arrears so many closes ago and is still unpaid is past due as many months. A partner pays its oldest premium
first.

Notation: i partner, s segment, A closes remembered.
"""

from __future__ import annotations

import numpy as np

from sim.base.arrays import Integers, Words
from sim.base.kernels import kernel
from sim.policy.terms.credit_control import Allowance

AGES = 3  # 30, 60 and 90 days, as many closes


@kernel
def close(edges: Words, month: int, arrears: Integers, paid: Integers, before: Integers, late: Integers) -> None:
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
    """
    closes = before.shape[0]
    for b in range(closes):
        for i in range(arrears.size):
            before[b, i] = min(max(before[b, i] - paid[i], 0), arrears[i])
    for s in range(edges.size - 1):
        for age in range(late.shape[1]):
            slot = (month - 1 - age) % closes
            late[s, age] = 0
            for i in range(edges[s], edges[s + 1]):
                late[s, age] += before[slot, i]
    for i in range(arrears.size):
        before[month % closes, i] = arrears[i]


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
