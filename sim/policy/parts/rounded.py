"""Rounding of lines at a rate: once for the month's premium, or for each contract by itself.

Notation: p product, i partner row, S segments.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from sim.base.arrays import Reals
from sim.policy.given.facts import MonthFacts
from sim.policy.kernels.single_sales import alike_sales
from sim.policy.rule import Rule
from sim.policy.statement import Statement


class Rounded(Rule):
    """A rule that accrues shares of premium.

    rounding: statement is round(rate x sum of premium); sale is the sum of round(rate x premium of each contract).
    """

    rounding: Literal["statement", "sale"] = Field(
        default="statement",
        description="what is rounded to the minor unit: the month's line of a product, new and renewals apart, or the "
        "commission of each contract",
    )

    @property
    def reads_sales(self) -> bool:
        return self.rounding == "sale"

    def accrue_lines(self, facts: MonthFacts, new: Reals, renewal: Reals, statement: Statement) -> None:
        """Accrue rate[product, segment] x premium, rounded as stated."""
        if self.rounding == "statement":
            statement.accrue_all(facts, new, renewal)
            return
        for p, rates in enumerate(zip(new, renewal, strict=True)):
            self._accrue_sales(p, facts, *rates, statement)

    def _accrue_sales(self, p: int, facts: MonthFacts, new: Reals, renewal: Reals, statement: Statement) -> None:
        by_row, premium, again = facts.layout.by_row, facts.premium_new[p], facts.premium_renewal[p]
        on_new = facts.single(p, premium).lines(by_row(new), premium)
        later = alike_sales(again, facts.count_renewal[p]).lines(by_row(renewal), again)
        statement.accrue_amount(p, on_new, on_new=on_new)
        statement.accrue_amount(p, later, on_new=later * 0)
