"""Advance: commission expected on the renewals of the next months is paid at the sale and written down as they pass.

An advance A over m months is an asset on the partner. Each month a contract is in force, that of its sale included, A/m
becomes cost; of a contract lost at age j the rest A (m - j) / m is a debit of the partner.

Notation: p product, s segment, y contract year.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator

from sim.base.arrays import Flags, Reals
from sim.base.columns import Column
from sim.base.units import Share, WholeMonths
from sim.policy.given.facts import MonthFacts
from sim.policy.given.layout import Layout
from sim.policy.given.prospect import Prospect
from sim.policy.inputs import Computed, only
from sim.policy.kernels import by_year, contract_ages
from sim.policy.parts.history import History
from sim.policy.rule import Memory, Phase, Rule
from sim.policy.statement import Statement
from sim.policy.terms.rates import Rates


@dataclass(frozen=True)
class Terms:
    """Where the rule holds, and the commission on renewals that it advances."""

    cells: Flags
    history: History
    """share of a renewal's premium that has been advanced, by month of sale"""
    per_premium: Reals
    """advance as a share of new premium: float64[product, segment]"""


class Advance(Rule):
    """Pays at each sale the commission on its renewals at ages up to `months`, as if all of them came.

    Formula: share x rate x P x m / term at the sale, with P its premium, m = months and term that of the product. Each
    month, that of the sale first, 1 / m of it is written down, and what m does not divide with the first part. Of k of
    n contracts lost at age j < m, k / n of the m - j parts that are left goes back.

    What has been advanced is taken out of what other rules accrue on those renewals. A contract that is lost, renews
    without the partner, or whose partner left, is charged back; what a defaulted partner had is lost with it. When the
    rule ends, the advances it gave run on.
    """

    phase: ClassVar[Phase] = Phase.TIMING
    advances: ClassVar[bool] = True
    runs_on: ClassVar[bool] = True
    conditional: ClassVar[bool] = False
    takes_back: ClassVar[bool] = True  # it takes out of commission on renewals, so it must know that on new business
    columns: ClassVar[tuple[Column, ...]] = (
        Column("steps", "i8", "minor", "advance written down a month, by month of sale", ("product", "cohort")),
        Column("contracts", "i4", "contracts", "contracts that it stands for, by month of sale", ("product", "cohort")),
        Column("running", "i8", "minor", "sum of the steps", ("product",)),
    )
    batched: ClassVar[bool] = True
    kind: Literal["advance"]
    months: WholeMonths = Field(
        description="months of commission on renewals paid in advance; whole terms of the products"
    )
    rate: Rates = Field(description="commission rate on renewals that is advanced")
    share: Share = Field(
        default=1.0, description="part of that commission paid in advance; the rest accrues with renewals"
    )

    @model_validator(mode="after")
    def _some_months(self) -> Advance:
        if self.months < 1:
            raise ValueError("an advance needs at least one month: state months, such as 12mo, or leave the rule out")
        return self

    def axis_lengths(self) -> dict[str, int]:
        return {"cohort": self.months}

    @property
    def needs_contracts(self) -> bool:
        return True

    @property
    def needs_renewals(self) -> bool:
        return True

    @property
    def ages(self) -> int:
        return self.months + 1

    def in_force(self, ordinal: int) -> bool:
        """Whether it gives advances in this month, or has given some that still run."""
        end = self.effective_until
        return super().in_force(ordinal) or (end is not None and end <= ordinal < end + self.months)

    @property
    def dates(self) -> list[int]:
        end = self.effective_until
        return super().dates + ([] if end is None else [end + self.months])

    def terms(self, layout: Layout, ordinal: int, cells: Flags, caps: Reals) -> Terms:
        history = History.of(self.rate, layout, cells)
        history = History(history.since, history.tables * self.share)
        lives = np.array([self.months / term if term else 0.0 for term in layout.terms])
        now = [history.at(np.array([ordinal]), p)[0] for p in range(len(lives))]
        return Terms(cells, history, np.array(now) * lives[:, None])

    def expect(self, prospect: Prospect, terms: Terms) -> None:
        """What being paid early is worth, at a partner's cost of money j a month, if all contracts renew.

        Of the advance a (a share of new premium) equal parts would come at ages term, 2 term, ..., m, so (m + term) / 2
        months later on average: j a (m + term) / 2.
        """
        early = (self.months + np.array(prospect.layout.terms)) / 2.0
        prospect.add(terms.per_premium * early[:, None] * prospect.money)

    def accrue(self, facts: MonthFacts, terms: Terms, memory: Memory, statement: Statement) -> None:
        """Take what has been advanced out of what is accrued on renewals."""
        for p in np.flatnonzero(terms.cells.any(axis=1)).tolist():
            amount, out = np.zeros((2, facts.layout.rows), dtype=np.int64)
            age = np.arange(len(facts.renewed[p])) * facts.layout.terms[p]
            rates = terms.history.at(facts.ordinal - age, p) * ((age > 0) & (age <= self.months))[:, None]
            by_year.renewal_lines(
                facts.layout.edges,
                rates,
                facts.renewed[p],
                memory["contracts"][p],
                (facts.ordinal - age) % self.months,
                facts.count_renewal[p],
                facts.premium_renewal[p],
                amount,
            )
            by_year.take_out(
                amount, statement.accrued[p], statement.on_new[p : p + 1], statement.passed[p : p + 1], out
            )
            statement.accrue_amount(p, out, on_new=np.zeros_like(out))

    def apply(self, facts: MonthFacts, terms: Terms, memory: Memory, statement: Statement) -> None:
        """Charge back what is lost, advance this month's sales, write down."""
        for p in np.flatnonzero(terms.cells.any(axis=1)).tolist():
            self._follow(p, facts, terms, memory, statement)

    def _follow(self, p: int, facts: MonthFacts, terms: Terms, memory: Memory, statement: Statement) -> None:
        slot, sums = facts.ordinal % self.months, facts.layout.sums()
        rings = memory["steps"][p], memory["contracts"][p], memory["running"][p]
        rates = terms.per_premium[p] * super().in_force(facts.ordinal)
        contract_ages.end_cohort(slot, *rings)
        rows = facts.layout.edges, terms.cells[p], slot
        contract_ages.call_in(*rows, facts.present, facts.defaulted, *rings, statement.advance_back)
        contract_ages.lose(*rows, facts.lost[p], facts.moved[p], *rings, statement.advance_back)
        contract_ages.advance(
            *rows, rates, facts.premium_new[p], facts.count_new[p], facts.lost[p], facts.present, *rings,
            statement.advanced, statement.advance_back, statement.written_down, sums,
        )  # fmt: skip
        statement.total += facts.layout.total(sums)

    def reads(self, facts: MonthFacts, memory: Memory, p: int, i: int) -> tuple[str, float]:
        """Premium of renewals where commission is taken out of them, else that of new business."""
        if p >= 0:
            return "premium", float(facts.premium_renewal[p, i])
        mine = [
            q for q, product in enumerate(facts.layout.products) if self.products is None or product in self.products
        ]
        return "premium", float(facts.premium_new[mine, i].sum())

    def computed(self, facts: MonthFacts, terms: Terms, memory: Memory, p: int, i: int) -> list[Computed]:
        """The share of new premium that is advanced, where it is the same for all products."""
        name, value = self.reads(facts, memory, p, i)
        shares = terms.per_premium[:, facts.layout.segment_of(i)]
        return [Computed(name, value, None if p >= 0 else only({float(one) for one in shares if one}))]
