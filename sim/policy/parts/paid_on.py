"""What rules share that pay rates: on premium or on the margin in it, on contracts of some age.

Notation: p product, i partner row, y contract year; n rows, P products, S segments.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from pydantic import Field, model_validator

from sim.base.arrays import Flags, Integers, Reals
from sim.base.units import WholeMonths
from sim.policy.given.facts import MonthFacts
from sim.policy.given.layout import Layout
from sim.policy.rule import Memory, Rule


class PaidOn(Rule):
    """A rule that pays rates of what is written, or of what that leaves over its cost.

    Margin = premium - its expected cost, 0 at least: of new business and of renewals of each product and month.
    """

    of: Literal["premium", "margin"] = Field(
        default="premium", description="what rates are of: premium, or premium less its cost"
    )
    from_age: WholeMonths | None = Field(
        default=None,
        description="months since its first sale from which a contract earns commission; left out: the sale",
    )
    to_age: WholeMonths | None = Field(
        default=None, description="months since its first sale from which it earns none; left out: lifetime commission"
    )

    @model_validator(mode="after")
    def _some_time(self) -> PaidOn:
        first = self.from_age or 0
        if self.to_age is not None and self.to_age <= first:
            raise ValueError(f"to_age must be later than from_age ({first}mo), or no contract ever earns commission")
        return self

    @property
    def of_margin(self) -> bool:
        return self.of == "margin"

    @property
    def ages(self) -> int:
        return max(self.from_age or 0, self.to_age or 0)

    def earns(self, age: Integers) -> Flags:
        """Whether a contract of each age earns commission."""
        return (age >= (self.from_age or 0)) & (age < (self.to_age or np.inf))

    def on_margin(self, facts: MonthFacts) -> MonthFacts:
        """The facts with what rates are of as premium."""
        if self.of == "premium":
            return facts
        new, renewal = facts.margins
        return facts.but(premium_new=new, premium_renewal=renewal)

    def paid(self, facts: MonthFacts) -> MonthFacts:
        """The facts with what rates are of as premium, of contracts of the ages that earn alone."""
        facts = self.on_margin(facts)
        return self._of_ages(facts) if self.from_age or self.to_age else facts

    def _of_ages(self, facts: MonthFacts) -> MonthFacts:
        new, renewal = facts.premium_new.copy(), facts.premium_renewal.copy()
        for p, term in enumerate(facts.layout.terms):
            if term:
                new[p] *= not self.from_age
                renewal[p] = self._of_age(facts, p, term)
        return facts.but(premium_new=new, premium_renewal=renewal)

    def _of_age(self, facts: MonthFacts, p: int, term: int) -> Integers:
        """Renewal premium of the contracts of the ages that earn: int64[n]."""
        years = facts.renewed[p]
        there = years[self.earns(np.arange(len(years)) * term)].sum(axis=0)
        share = there / np.maximum(facts.count_renewal[p], 1)
        return np.rint(share * facts.premium_renewal[p]).astype(np.int64)

    def reads(self, facts: MonthFacts, memory: Memory, p: int, i: int) -> tuple[str, float]:
        name, value = super().reads(self.paid(facts), memory, p, i)
        return "margin" if name == "premium" and self.of_margin else name, value

    def expected_share(self, layout: Layout) -> Reals:
        """What a partner expects rates to be of, over new premium: float64[P, 1]."""
        costs = layout.cost_shares if self.of_margin and layout.cost_shares else (0.0,) * len(layout.products)
        return np.maximum(1.0 - np.array(costs), 0.0)[:, None]
