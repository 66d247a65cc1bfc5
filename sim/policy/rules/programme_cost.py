"""Programme cost: what it costs us to run the programme, a manager paid by what it brings included."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator

from sim.base.arrays import Flags, Integers, Reals
from sim.base.units import Dated, Money, Share, to_minor
from sim.policy.given.facts import MonthFacts
from sim.policy.parts import shares
from sim.policy.rule import Memory, Phase, Rule
from sim.policy.statement import Statement

TWO_MONTHS = 0b11  # with this month the three in which an active partner has sold


@dataclass(frozen=True)
class Cost:
    """What running the programme costs in a month."""

    cells: Flags
    """bool[P, S], covered"""
    fixed: int
    """minor units"""
    each: int
    """for an active partner, minor units"""
    share: float
    """of the month's premium"""
    most: int | None
    """minor units; None: no limit"""


class ProgrammeCost(Rule):
    """Administration of the programme, or a manager's pay: a cost beside commission, part of no partner's income.

    Formula: min(per_month + per_active_partner x n + share x P, most) a month, with n active partners and P the premium
    of all of them.

    Partners are active that are there and have sold in the last three months, this one included.
    """

    phase: ClassVar[Phase] = Phase.SPLIT
    batched: ClassVar[bool] = True
    owes_back: ClassVar[bool] = False
    kind: Literal["programme_cost"]
    per_month: Dated[Money] = Field(default=Dated[Money].always(0.0), description="fixed")
    per_active_partner: Dated[Money] = Field(
        default=Dated[Money].always(0.0), description="a month for each that has sold in the last three"
    )
    share: Dated[Share] = Field(
        default=Dated[Share].always(0.0), description="of the premium that partners are credited with in the month"
    )
    most: Dated[Money] | None = Field(default=None, description="of all this at most so much a month; left out: any")

    @model_validator(mode="after")
    def _of_partners(self) -> ProgrammeCost:
        shares.require_all_products(self, "the cost of the programme")
        return self

    def terms(self, layout: object, ordinal: int, cells: Flags, caps: Reals) -> Cost:
        return Cost(
            cells, to_minor(self.per_month.at(ordinal)), to_minor(self.per_active_partner.at(ordinal)),
            self.share.at(ordinal), None if self.most is None else to_minor(self.most.at(ordinal)),
        )  # fmt: skip

    def apply(self, facts: MonthFacts, terms: Cost, memory: Memory, statement: Statement) -> None:
        cost: Integers | int = terms.fixed
        if terms.each or terms.share:
            there = facts.present & facts.layout.by_row(np.asarray(terms.cells.any(axis=0)))
            cost = cost + _by_performance(facts, terms, there)
        statement.programme += cost if terms.most is None else np.minimum(cost, terms.most)


def _by_performance(facts: MonthFacts, terms: Cost, there: Flags) -> Integers:
    """What the partners there, bool[n], cost this month: int64[R], minor units."""
    sold = facts.count_new.any(axis=0) | (facts.sold_months & TWO_MONTHS > 0)
    written = np.add.reduce(facts.premium_new + facts.premium_renewal, axis=0) * there
    found = terms.each * facts.layout.by_replication(sold & there)
    return found + np.rint(terms.share * facts.layout.by_replication(written)).astype(np.int64)
