"""When customers' money comes in, in a worked example: as stated, or at once where a case says nothing of it.

Notation: p product, i partner row, t month. Amounts are in minor units.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np

from sim.base.arrays import Integers
from sim.base.units import MINOR_PER_MAJOR, to_minor
from sim.worked.case_facts import ProductFacts
from sim.worked.example import Case

Cell = tuple[int, int]  # product, row


@dataclass
class Collected:
    """What of the premium of each cell and month of sale has not come in yet."""

    stated: bool
    """the case says when premium comes in; else it does in the month of the sale"""
    open: dict[Cell, dict[int, int]] = field(default_factory=dict)

    @classmethod
    def of(cls, case: Case) -> Collected:
        """Nothing has been sold yet."""
        facts = (one for month in case.months for one in month.facts.values())
        products = (one for partner in facts for one in partner.by_product(case.products).values())
        return cls(any(one.collected is not None or one.paid_up for one in products))

    def month(self, cell: Cell, month: int, premium: int, one: ProductFacts, refunds: Integers) -> Integers:
        """Note what a month brings; return what comes in: row, age, premium, contracts paid in full, 0: int64[5, k].

        `refunds` are as `History.of` gives them: what is refunded need not come in any more, the premium of its month.
        """
        waits = self.open.setdefault(cell, {})
        waits[month] = waits.get(month, 0) + premium
        if not self.stated:
            return _entries(cell[1], {0: waits.pop(month)}, {})
        came = {age: amount for age, amount in self._came(waits, month, one) if amount}
        for age, amount in came.items():
            waits[month - age] -= amount
        for _, age, amount, *_ in refunds.T.tolist():
            waits[month - age] = max(waits.get(month - age, 0) - amount, 0)
        return _entries(cell[1], came, one.paid_up)

    def rename(self, of: Callable[[int], int]) -> None:
        """Let rows be those that `of` tells."""
        self.open = {(p, of(i)): waits for (p, i), waits in self.open.items()}

    def _came(self, waits: dict[int, int], month: int, one: ProductFacts) -> Iterator[tuple[int, int]]:
        if isinstance(one.collected, dict):
            yield from ((age, to_minor(amount)) for age, amount in one.collected.items())
            return
        left = to_minor(one.collected or 0.0)
        for sold in sorted(waits):
            part = min(waits[sold], left)
            left -= part
            yield month - sold, part


def _entries(row: int, came: dict[int, int], paid_up: dict[int, int]) -> Integers:
    rows = [(row, age, came.get(age, 0), paid_up.get(age, 0), 0) for age in sorted({*came, *paid_up})]
    return np.array(rows, dtype=np.int64).reshape(-1, 5).T


def beyond(case: Case) -> Iterator[tuple[int, str, str, str, float]]:
    """Where more comes in, or is paid up, than was sold: entry of `months`, partner, product, fact, too much of it."""
    for partner in case.partners:
        for product in case.products:
            yield from _beyond(case, partner, product)


def _beyond(case: Case, partner: str, product: str) -> Iterator[tuple[int, str, str, str, float]]:
    owed = {"collected": 0, "paid_up": 0}
    for t, month in enumerate(case.months):
        facts = month.facts.get(partner)
        one = None if facts is None else facts.by_product(case.products).get(product)
        if one is None:
            continue
        came = one.collected or 0.0
        came = sum(came.values()) if isinstance(came, dict) else came
        owed["collected"] += (to_minor(sum(case.products[product].premium(one))) - to_minor(came)) * month.times
        owed["paid_up"] += (one.new + sum(one.renewed.values()) - sum(one.paid_up.values())) * month.times
        for fact, unit in (("collected", MINOR_PER_MAJOR), ("paid_up", 1)):
            if owed[fact] < 0:
                yield t, partner, product, fact, -owed[fact] / unit
                return
