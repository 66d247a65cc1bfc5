"""Recruiting bounty: a sponsor gets a fixed sum for a partner that it has brought, when it comes or first sells for us.

It stands on the sponsor's statement and is expensed at once. Partners that were there at the opening do not count, nor
those that came before the rule held. The rule covers the recruits; their sponsors must still be in the trade.
"""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
from pydantic import Field

from sim.base.arrays import Flags, Reals
from sim.base.columns import Column
from sim.base.units import Dated, Money, to_minor
from sim.policy.given.facts import MonthFacts
from sim.policy.given.layout import Layout
from sim.policy.inputs import Computed
from sim.policy.rule import Memory, Phase, Rule
from sim.policy.statement import Statement

_Bounty = tuple[Flags, int]


class RecruitingBounty(Rule):
    """A fixed sum for each recruit.

    Formula: amount x min(n, most), with n the recruits of the month that have come, or have sold for the first time.
    """

    phase: ClassVar[Phase] = Phase.AMOUNT
    needs_sponsors: ClassVar[bool] = True
    of_receivers: ClassVar[bool] = True
    columns: ClassVar[tuple[Column, ...]] = (
        Column("awaited", "b1", "", "a recruit that has not sold for us yet"),
        Column("rewarded", "i8", "partners", "recruits of the month for whom a sponsor is paid"),
    )
    counts_sales_of: ClassVar[str] = "recruits"
    batched: ClassVar[bool] = True
    owes_back: ClassVar[bool] = False
    kind: Literal["recruiting_bounty"]
    amount: Dated[Money] = Field(description="for each recruit, major units")
    when: Literal["entry", "first_sale"] = Field(
        default="first_sale", description="the month in which the recruit comes, or in which it first sells for us"
    )
    most: int | None = Field(
        default=None, ge=1, description="recruits a month for whom one sponsor is paid; beyond them nothing is due"
    )

    @property
    def needs_contracts(self) -> bool:
        return self.when == "first_sale"

    @property
    def pays_on_sales(self) -> bool:
        return False

    def terms(self, layout: Layout, ordinal: int, cells: Flags, caps: Reals) -> _Bounty:
        """Rows covered, bool[n], and the sum in minor units."""
        return layout.by_row(np.asarray(cells.any(axis=0))), to_minor(self.amount.at(ordinal))

    def apply(self, facts: MonthFacts, terms: _Bounty, memory: Memory, statement: Statement) -> None:
        covered, amount = terms
        came = facts.present & covered & (facts.sponsor >= 0) & (facts.entered == facts.month)
        if self.when == "first_sale":
            memory["awaited"][:] |= came
            came = memory["awaited"] & facts.count_new.any(axis=0)
            memory["awaited"][:] &= ~came
        receives = facts.everyone.present if facts.eligible is None else facts.everyone.present & facts.eligible
        number = np.bincount(facts.sponsor[came], minlength=facts.sponsor.size) * receives
        memory["rewarded"][:] = number if self.most is None else np.minimum(number, self.most)
        statement.true_up(memory["rewarded"] * amount)

    def reads(self, facts: MonthFacts, memory: Memory, p: int, i: int) -> tuple[str, float]:
        return "recruits", float(memory["rewarded"][i])

    def computed(self, facts: MonthFacts, terms: _Bounty, memory: Memory, p: int, i: int) -> list[Computed]:
        return [Computed(*self.reads(facts, memory, p, i), float(terms[1]))]
