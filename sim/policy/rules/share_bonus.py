"""Share bonus: a share of new or renewal premium on top of the main rate."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator

from sim.base.arrays import Flags, Reals
from sim.policy.given.facts import MonthFacts
from sim.policy.given.layout import Layout
from sim.policy.given.prospect import Prospect
from sim.policy.inputs import Computed, by_business
from sim.policy.parts.history import highest, rate_table
from sim.policy.parts.paid_on import PaidOn
from sim.policy.parts.rounded import Rounded
from sim.policy.rule import Memory, Phase
from sim.policy.statement import Statement
from sim.policy.terms.rates import Rates


class ShareBonus(PaidOn, Rounded):
    """More points on new business, on renewals, or on both.

    Formula: new x P + renewal x P', with P new and P' renewal premium, each rounded by itself. A contract of age a
    earns while from_age <= a < to_age. `of: margin`: P is premium less its expected cost. In a month that the rule
    holds in part, times the share of its days.
    """

    phase: ClassVar[Phase] = Phase.AMOUNT
    batched: ClassVar[bool] = True
    owes_back: ClassVar[bool] = False
    by_days: ClassVar[bool] = True
    kind: Literal["share_bonus"]
    new: Rates | None = Field(default=None, description="on new business; left out: none")
    renewal: Rates | None = Field(default=None, description="on renewals; left out: none")

    @model_validator(mode="after")
    def _pays(self) -> ShareBonus:
        if self.new is None and self.renewal is None:
            raise ValueError("a share of nothing; state new, renewal or both")
        if self.renewal is None and self.from_age:
            raise ValueError("new business is younger than from_age, so that nothing would be paid: state renewal")
        return self

    @property
    def pays_new_apart(self) -> bool:
        return self.new != self.renewal or self.ages > 0

    @property
    def pays_on_sales(self) -> bool:
        return self.new is not None and not self.from_age

    @property
    def flat(self) -> bool:
        return not self.ages and not self.of_margin and self.rounding == "statement"

    def flat_rates(self, terms: tuple[Reals, Reals]) -> tuple[Reals, Reals]:
        return terms

    def highest_rate(self, product: str, segment: str) -> float:
        rates = [rates for rates in (self.new, self.renewal) if rates is not None]
        return max(highest(one, product, segment) for one in rates) if self.covers(product, segment) else 0.0

    def terms(self, layout: Layout, ordinal: int, cells: Flags, caps: Reals) -> tuple[Reals, Reals]:
        """Rates on new business and on renewals: float64[product, segment] each."""
        part = self.days_of(ordinal)
        new, renewal = (
            np.zeros(cells.shape) if rates is None else rate_table(rates, layout, ordinal, cells) * part
            for rates in (self.new, self.renewal)
        )  # fmt: skip
        return new, renewal

    def expect(self, prospect: Prospect, terms: tuple[Reals, Reals]) -> None:
        prospect.add(terms[0] * (not self.from_age) * self.expected_share(prospect.layout))

    def accrue(self, facts: MonthFacts, terms: tuple[Reals, Reals], memory: Memory, statement: Statement) -> None:
        self.accrue_lines(self.paid(facts), *terms, statement)

    def plain_rates(self, facts: MonthFacts, terms: tuple[Reals, Reals]) -> tuple[Reals, Reals] | None:
        return terms if self.flat else None

    def computed(self, facts: MonthFacts, terms: tuple[Reals, Reals], memory: Memory, p: int, i: int) -> list[Computed]:
        s, facts = facts.layout.segment_of(i), self.paid(facts)
        new, renewal = int(facts.premium_new[p, i]), int(facts.premium_renewal[p, i])
        return by_business(new, renewal, float(terms[0][p, s]), float(terms[1][p, s]))
