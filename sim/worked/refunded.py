"""Premium refunded in a worked example, as stated or the unearned premium of the contracts lost, and its commission.

Notation: p product, i partner row.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

import numpy as np

from sim.base.arrays import Integers
from sim.base.units import to_minor
from sim.policy.facts import MonthFacts
from sim.policy.statement import Statement
from sim.worked.example import ProductFacts

Cell = tuple[int, int]  # product, row


@dataclass
class History:
    """What was written in earlier months, by cell and month: premium and contracts, new and renewed; its commission."""

    written: dict[tuple[Cell, int], tuple[tuple[int, int], tuple[int, int]]] = field(default_factory=dict)
    rates: dict[tuple[Cell, int], float] = field(default_factory=dict)
    """commission over premium written, true-ups included"""

    def of(self, cell: Cell, month: int, term: int, one: ProductFacts, new: int, renewal: int) -> Integers:
        """Note what a month brings; return its refunds: row, age, premium (minor units), contracts, int64[4, k]."""
        self.written[cell, month] = (new, one.sold), (renewal, sum(one.renewed.values()))
        lost = self._lost(cell, month, term, one)
        if one.refunded is not None:
            stated = {age: to_minor(amount) for age, amount in one.refunded.items()}
            lost = {age: (stated.get(age, 0), lost.get(age, (0, 0))[1]) for age in {*stated, *lost}}
        rows = [(cell[1], age, *amounts) for age, amounts in sorted(lost.items())]
        return np.array(rows, dtype=np.int64).reshape(-1, 4).T

    def _lost(self, cell: Cell, month: int, term: int, one: ProductFacts) -> dict[int, tuple[int, int]]:
        """Premium and contracts cancelled, by months since the sale or renewal; at the end of a term they lapse."""
        found: dict[int, tuple[int, int]] = {}
        for since_sale, count in one.lost.items():
            year, age = divmod(since_sale, term) if term else (0, since_sale)
            if year and not age:
                continue
            premium, contracts = self.written.get((cell, month - age), ((0, 0), (0, 0)))[min(year, 1)]
            share = (2 * (term - age) - 1) / (2 * term) if term else 1.0
            amount, before = round(premium * count / max(contracts, count) * share), found.get(age, (0, 0))
            found[age] = before[0] + amount, before[1] + count
        return found

    def release(self, facts: MonthFacts, stated: Collection[int], statement: Statement) -> None:
        """Note what has accrued on the month's premium; release what belongs to refunds, unless it is stated (rows)."""
        premium = facts.premium_new + facts.premium_renewal
        for p, i in np.argwhere(premium > 0).tolist():
            self.rates[(p, i), facts.month] = statement.own(p, i) / int(premium[p, i])
        for i, p, age, refund, _ in facts.refunds.entries.T.tolist():
            if i not in stated:
                facts.released[i] += round(self.rates.get(((p, i), facts.month - age), 0.0) * refund)

    def true_up(self, facts: MonthFacts, statement: Statement) -> None:
        """Note true-ups that go back with the premium that they are on."""
        for one in statement.true_ups:
            where = facts.layout.by_row(one.cells) if one.coverage is None else one.coverage
            for p, i in np.argwhere(where & one.change.any(axis=0)).tolist():
                for age in range(int(one.months[i % one.months.size]) if one.returns else 0):
                    part, key = int(age == 0), ((p, i), facts.month - age)
                    if key in self.rates and one.change[part, i]:
                        self.rates[key] += int(one.change[part, i]) / int(one.premium[part, i])
