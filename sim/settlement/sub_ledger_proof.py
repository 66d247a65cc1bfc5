"""Proof of the sub-ledger: what each partner owes and is owed is the sum of what is due."""

from __future__ import annotations

import numpy as np

from sim.base.arrays import Integers
from sim.base.kernels import kernel


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
