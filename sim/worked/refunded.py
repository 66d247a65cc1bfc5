"""Premium refunded in a worked example, as stated or the unearned premium of the contracts lost, and its commission.

Notation: p product, i partner row.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

import numpy as np

from sim.base.arrays import Integers, Reals
from sim.base.units import to_minor
from sim.policy.given.facts import MonthFacts
from sim.policy.statement import Statement
from sim.worked.case_facts import ProductFacts

Cell = tuple[int, int]  # product, row
Cohort = tuple[int, int]  # months since it was written, 0 for new business and 1 for renewals
NOTHING: Reals = np.zeros(2)


@dataclass
class History:
    """What was written in earlier months, by cell and month: premium and contracts, new and renewed; its commission."""

    written: dict[tuple[Cell, int], tuple[tuple[int, int], tuple[int, int]]] = field(default_factory=dict)
    rates: dict[tuple[Cell, int], Reals] = field(default_factory=dict)
    """commission over premium written: the seller's own, true-ups included, and what went to sponsors, float64[2]"""
    standing: dict[tuple[Cell, int], float] = field(default_factory=dict)
    """premium of a whole term, at the present level, of which that is the rate"""
    refunded: dict[tuple[Cell, int], int] = field(default_factory=dict)
    """premium of a month that is not there any more: refunded, or of contracts lost"""
    gone: dict[tuple[Cell, int], int] = field(default_factory=dict)
    """contracts of a month that were lost"""

    def of(
        self, cell: Cell, month: int, term: int, one: ProductFacts, new: int, renewal: int
    ) -> tuple[Integers, Integers]:
        """Note what a month brings; return its refunds as `facts.Refunds` adds them: int64[5, k].

        Beside them those of contracts that stay, with what was left of the month's premium in place of contracts.
        """
        self.written[cell, month] = (new, one.sold), (renewal, sum(one.renewed.values()))
        for age, amount in one.changed.items():
            self._change(cell, month - age, term, age, to_minor(amount))
        lost, partly = self._lost(cell, month, term, one), dict[Cohort, tuple[int, int]]()
        for (age, _), (_, contracts) in lost.items():
            self._go(cell, month - age, contracts)
        if one.refunded is not None:
            stated = {self._written_in(cell, month, age): to_minor(premium) for age, premium in one.refunded.items()}
            partly = {
                cohort: (premium, self._left(cell, month - cohort[0]))
                for cohort, premium in stated.items()
                if cohort not in lost
            }
            lost = {cohort: (stated.get(cohort, 0), lost.get(cohort, (0, 0))[1]) for cohort in {*stated, *lost}}
        for (age, _), (amount, _) in partly.items():
            self.refunded[cell, month - age] = self.refunded.get((cell, month - age), 0) + amount
        return _entries(cell[1], lost), _entries(cell[1], partly)

    def rename(self, of: Callable[[int], int]) -> None:
        """Let rows be those that `of` tells."""
        for kept in (self.written, self.rates, self.standing, self.refunded, self.gone):
            moved = {((p, of(i)), month): value for ((p, i), month), value in kept.items()}
            kept.clear()
            kept.update(moved)  # type: ignore[arg-type]  # each its own

    def _change(self, cell: Cell, sold: int, term: int, age: int, amount: int) -> None:
        """Note premium added to what was written when the present term began."""
        begun = sold + (age // term * term if term else 0)
        (new, contracts), (renewal, renewed) = self.written.get((cell, begun), ((0, 0), (0, 0)))
        first = begun == sold
        self.written[cell, begun] = (new + amount * first, contracts), (renewal + amount * (not first), renewed)

    def _go(self, cell: Cell, month: int, contracts: int) -> None:
        """Let contracts of a month go, with the premium that is left of each."""
        (_, new), (_, renewed) = self.written.get((cell, month), ((0, 0), (0, 0)))
        there = new + renewed - self.gone.get((cell, month), 0)
        less = round(self._left(cell, month) * contracts / max(there, contracts, 1))
        self.refunded[cell, month] = self.refunded.get((cell, month), 0) + less
        self.gone[cell, month] = self.gone.get((cell, month), 0) + contracts

    def _left(self, cell: Cell, month: int) -> int:
        """Premium of a month that has not been refunded, of the contracts that are still there."""
        (new, _), (renewal, _) = self.written.get((cell, month), ((0, 0), (0, 0)))
        return new + renewal - self.refunded.get((cell, month), 0)

    def _written_in(self, cell: Cell, month: int, age: int) -> Cohort:
        """What was written so many months ago: new business, unless there were renewals alone."""
        new, renewal = self.written.get((cell, month - age), ((0, 0), (0, 0)))
        return age, int(not any(new) and any(renewal))

    def _lost(self, cell: Cell, month: int, term: int, one: ProductFacts) -> dict[Cohort, tuple[int, int]]:
        """Premium and contracts cancelled, by cohort; at the end of a term they lapse."""
        found: dict[Cohort, tuple[int, int]] = {}
        for since_sale, count in one.lost.items():
            year, age = divmod(since_sale, term) if term else (0, since_sale)
            if year and not age:
                continue
            cohort = age, min(year, 1)
            premium, contracts = self.written.get((cell, month - age), ((0, 0), (0, 0)))[cohort[1]]
            share = (2 * (term - age) - 1) / (2 * term) if term else 1.0
            amount, before = round(premium * count / max(contracts, count) * share), found.get(cohort, (0, 0))
            found[cohort] = before[0] + amount, before[1] + count
        return found

    def release(
        self, facts: MonthFacts, stated: Collection[int], passed: Collection[Cell], statement: Statement
    ) -> None:
        """Note what has accrued on the month's premium; release what belongs to premium refunded, unless it is stated.

        `stated` are rows whose commission released is, `passed` cells of which the part that sponsors had is.
        """
        premium = facts.premium_new + facts.premium_renewal
        changes = [] if facts.changes is None else facts.changes.entries.T.tolist()
        for p, i in np.argwhere(premium > 0).tolist():
            mine = [(age, x) for row, q, age, x, *_ in changes if (row, q) == (i, p)]
            self._rate((p, i), facts, mine, int(premium[p, i]), statement)
        refunds = [one for one in facts.refunds.entries.T.tolist() if one[0] not in stated]
        for i, p, age, refund, *_ in refunds:
            own, of_sponsors = map(round, self.rates.get(((p, i), facts.month - age), NOTHING) * refund)
            facts.released[i] += own
            facts.released_passed[p, i] += 0 if (p, i) in passed else of_sponsors
        for i in {one[0] for one in refunds}:
            facts.released[i] += facts.released_passed[:, i].sum()
        for i, p, age, refund, *_ in facts.refunds.entries.T.tolist():
            if ((p, i), facts.month - age) in self.standing:
                self.standing[(p, i), facts.month - age] -= refund / _rest(facts.layout.terms[p], age)

    def _rate(
        self, cell: Cell, facts: MonthFacts, changes: list[tuple[int, int]], premium: int, statement: Statement
    ) -> None:  # fmt: skip
        """Note the rate of the month's own premium; what changes of earlier sales have earned joins the rate of those.

        Premium that is added for a part of the term weighs as for a whole one, as it is earned, and goes back.
        """
        p, i = cell
        term, own = facts.layout.terms[p], np.array([statement.own(p, i), statement.passed[p, i]], dtype=np.float64)
        corrected = {age: np.array([statement.corrected.get((p, i, age), 0), 0.0]) for age, _ in changes}
        rate = (own - sum(corrected.values())) / premium
        for age, amount in changes:
            begun, part = (cell, facts.month - (age % term if term else age)), _rest(term, age)
            commission, before = rate * amount + corrected[age], self.standing.get(begun, 0.0)
            premium, own = premium - amount, own - commission
            self.standing[begun] = after = before + amount / part
            if after > 0.0:
                self.rates[begun] = (self.rates.get(begun, NOTHING) * before + commission / part) / after
        if premium > 0:
            self.rates[cell, facts.month], self.standing[cell, facts.month] = own / premium, float(premium)

    def true_up(self, facts: MonthFacts, statement: Statement) -> None:
        """Note true-ups that go back with the premium that they are on."""
        for one in statement.true_ups:
            where = facts.layout.by_row(one.cells) if one.coverage is None else one.coverage
            for p, i in np.argwhere(where & one.change.any(axis=0)).tolist():
                for age in range(int(one.months[i % one.months.size]) if one.returns else 0):
                    part, key = int(age == 0), ((p, i), facts.month - age)
                    if key in self.rates and one.change[part, i]:
                        more = int(one.change[part, i]) / int(one.premium[part, i])
                        self.rates[key] = self.rates[key] + [more, 0.0]


def _rest(term: int, age: int) -> float:
    """Share of a term that is not earned at the close of the month in which a contract is so many months old."""
    return (2 * (term - age % term) - 1) / (2 * term) if term else 1.0


def _entries(row: int, cohorts: Mapping[Cohort, tuple[int, int]]) -> Integers:
    """Row, age, premium, the second figure and the contract year of each cohort: int64[5, k]."""
    rows = [(row, age, *amounts, year) for (age, year), amounts in sorted(cohorts.items())]
    return np.array(rows, dtype=np.int64).reshape(-1, 5).T
