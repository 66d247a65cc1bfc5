"""Fixed fee: a sum for every view (CPM), click (CPC), lead (CPL), sale (CPA), renewal or post, expensed at once."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator

from sim.base.arrays import Flags, Integers, Reals
from sim.base.units import MINOR_PER_MAJOR, Dated, Money
from sim.policy.given.facts import MonthFacts
from sim.policy.given.prospect import Prospect
from sim.policy.inputs import Computed
from sim.policy.kernels import amounts
from sim.policy.parts import shares
from sim.policy.rule import Memory, Phase, Rule
from sim.policy.statement import Statement

LEVELS = ("view", "click", "lead")  # of the funnel, in the order of `Prospect.leads`
OF_NO_PRODUCT = (*LEVELS, "post")
THOUSAND = 1000.0


class FixedFee(Rule):
    """A fixed sum for each unit that a partner brings.

    Formula: amount x units of the month, rounded for each product; `per_thousand: true`: amount x views / 1000. In a
    month that the rule holds in part, times the share of its days.
    """

    phase: ClassVar[Phase] = Phase.AMOUNT
    batched: ClassVar[bool] = True
    by_days: ClassVar[bool] = True
    kind: Literal["fixed_fee"]
    role: Literal["main", "bonus"] = Field(default="bonus", description="main: instead of base; bonus: on top of it")
    per: Literal["view", "click", "lead", "sale", "renewal", "post"] = Field(description="what the fee is paid for")
    amount: Dated[Money] = Field(description="the fee")
    per_thousand: bool = Field(default=False, description="the fee is for a thousand views")

    @model_validator(mode="after")
    def _consistent(self) -> FixedFee:
        if self.per in OF_NO_PRODUCT:
            shares.require_all_products(self, f"a {self.per}")
        if self.per_thousand and self.per != "view":
            raise ValueError("per_thousand is for views; leave it out, or pay per view")
        return self

    @property
    def claims_cells(self) -> bool:
        return self.role == "main"

    @property
    def pays_new_apart(self) -> bool:
        return self.per in ("sale", "renewal")

    @property
    def needs_renewals(self) -> bool:
        return self.per == "renewal"

    @property
    def needs_contracts(self) -> bool:
        return self.per == "sale"

    @property
    def pays_on_sales(self) -> bool:
        return self.per == "sale"

    @property
    def needs_funnel(self) -> bool:  # type: ignore[override]  # it depends on what is paid for
        """Views, clicks and leads are counted only in segments with a funnel."""
        return self.per in LEVELS

    @property
    def needs_posts(self) -> bool:  # type: ignore[override]  # it depends on what is paid for
        """Posts are dated events of the market."""
        return self.per == "post"

    def terms(self, layout: object, ordinal: int, cells: Flags, caps: Reals) -> tuple[Flags, Reals]:
        """Cells and the fee of each in minor units, float64[P, S]."""
        price = shares.minor(self.amount, ordinal) / (THOUSAND if self.per_thousand else 1.0)
        return cells, np.where(cells, price * self.days_of(ordinal), 0.0)

    def expect(self, prospect: Prospect, terms: tuple[Flags, Reals]) -> None:
        """New business brings views, clicks, leads and sales; a fee for renewals or posts is no part of it."""
        cells, price = terms
        if self.per in LEVELS:
            units = prospect.leads[LEVELS.index(self.per)] * price.max(axis=0, initial=0.0) / MINOR_PER_MAJOR
            amount = prospect.layout.by_row(units) * prospect.count.sum(axis=0)
            prospect.add_amount(amount, prospect.layout.by_row(cells))
        elif self.per == "sale":
            fees = prospect.layout.by_row(price) / MINOR_PER_MAJOR * prospect.count
            there = prospect.premium > 0
            prospect.rate[:] += np.divide(fees, prospect.premium, out=np.zeros(fees.shape), where=there)

    def apply(self, facts: MonthFacts, terms: tuple[Flags, Reals], memory: Memory, statement: Statement) -> None:
        edges, price, sale = facts.layout.edges, terms[1], self.per == "sale"
        due = np.zeros((len(price), facts.layout.rows), dtype=np.int64)
        if self.per in OF_NO_PRODUCT:
            amounts.per_unit(edges, price.max(axis=0), self._counted(facts), due[0])
        else:
            count, parts = facts.credited if sale else (facts.count_renewal, 1)
            amounts.per_contract(edges, price / parts, count, due)
        statement.true_up(due.sum(axis=0), on_new=due if sale else None)

    def reads(self, facts: MonthFacts, memory: Memory, p: int, i: int) -> tuple[str, float]:
        if self.per in OF_NO_PRODUCT:
            return f"{self.per}s", float(self._counted(facts)[i])
        return "contracts", shares.contracts(self, facts, i, new=self.per == "sale", renewal=self.per == "renewal")

    def computed(self, facts: MonthFacts, terms: tuple[Flags, Reals], memory: Memory, p: int, i: int) -> list[Computed]:
        return [Computed(*self.reads(facts, memory, p, i), float(terms[1].max(initial=0.0)))]

    def _counted(self, facts: MonthFacts) -> Integers:
        return {"view": facts.views, "click": facts.clicks, "lead": facts.leads, "post": facts.posts}[self.per]
