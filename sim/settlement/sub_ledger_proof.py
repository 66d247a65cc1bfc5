"""Proof of the sub-ledger: what each partner owes and is owed is the sum of what is due."""

from __future__ import annotations

import numpy as np

from sim.base.arrays import Integers
from sim.base.kernels import IN_CACHE, kernel


def prove(
    due_premium: Integers, due_commission: Integers, arrears_premium: Integers, arrears_commission: Integers,
    due_pay: Integers, due_holdback: Integers, account: Integers, receivable: Integers, payable: Integers,
    holdback: Integers, waiting: Integers,
) -> int:  # fmt: skip
    """Row whose receivable, payable or holdback is not the sum of what is due, or -1: the proof of the sub-ledger."""
    if len(due_holdback) and (row := int(_first_uneven(due_holdback, holdback[0]))) >= 0:
        return row
    return int(
        _first_fault(
            due_premium, due_commission, arrears_premium, arrears_commission, due_pay, account, receivable, payable,
            waiting,
        )
    )  # fmt: skip


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
def _first_fault(
    due_premium: Integers,  # [batches, n]
    due_commission: Integers,  # [batches, n]
    arrears_premium: Integers,
    arrears_commission: Integers,
    due_pay: Integers,  # [pay_months, n]
    account: Integers,
    receivable: Integers,
    payable: Integers,
    waiting: Integers,  # [instalment_months, n]
) -> int:
    owed, kept = np.empty(IN_CACHE, dtype=np.int64), np.empty(IN_CACHE, dtype=np.int64)
    for first in range(0, receivable.size, IN_CACHE):
        last = min(first + IN_CACHE, receivable.size)
        _difference(arrears_premium[first:last], receivable[first:last], owed)
        _difference(arrears_commission[first:last], payable[first:last], kept)
        _add(account[first:last], kept)
        for part in due_premium:
            _add(part[first:last], owed)
        for part in due_commission:
            _add(part[first:last], kept)
        for part in due_pay:
            _add(part[first:last], kept)
        for part in waiting:
            _add(part[first:last], kept)
        row = _first_wrong(owed, kept, receivable[first:last])
        if row >= 0:
            return first + row
    return -1


@kernel
def _difference(left: Integers, right: Integers, out: Integers) -> None:
    for i in range(left.size):
        out[i] = left[i] - right[i]


@kernel
def _add(part: Integers, total: Integers) -> None:
    for i in range(part.size):
        total[i] += part[i]


@kernel
def _first_wrong(owed: Integers, kept: Integers, receivable: Integers) -> int:
    wrong = 0
    for i in range(receivable.size):
        wrong |= owed[i] | kept[i] | (receivable[i] < 0)
    if wrong != 0:
        for i in range(receivable.size):
            if owed[i] != 0 or kept[i] != 0 or receivable[i] < 0:
                return i
    return -1
