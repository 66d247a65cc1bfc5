"""Programme cost: what it costs us to run the programme, fixed and for every active partner."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator

from sim.base.arrays import Flags, Reals
from sim.base.units import Dated, Money, to_minor
from sim.policy.facts import MonthFacts
from sim.policy.parts import shares
from sim.policy.rule import Memory, Phase, Rule
from sim.policy.statement import Statement

TWO_MONTHS = 0b11  # with this month the three in which an active partner has sold


class ProgrammeCost(Rule):
    """Administration of the programme: a cost beside commission, of partners that sold in the last three months."""

    phase: ClassVar[Phase] = Phase.SPLIT
    batched: ClassVar[bool] = True
    owes_back: ClassVar[bool] = False
    kind: Literal["programme_cost"]
    per_month: Dated[Money] = Field(default=Dated[Money].always(0.0), description="fixed")
    per_active_partner: Dated[Money] = Field(default=Dated[Money].always(0.0), description="a month")

    @model_validator(mode="after")
    def _of_partners(self) -> ProgrammeCost:
        shares.require_all_products(self, "the cost of the programme")
        return self

    def terms(self, layout: object, ordinal: int, cells: Flags, caps: Reals) -> tuple[Flags, int, int]:
        """Cells, the fixed cost and that of a partner in minor units."""
        return cells, to_minor(self.per_month.at(ordinal)), to_minor(self.per_active_partner.at(ordinal))

    def apply(self, facts: MonthFacts, terms: tuple[Flags, int, int], memory: Memory, statement: Statement) -> None:
        cells, fixed, each = terms
        statement.programme += fixed
        if each:
            sold = facts.count_new.any(axis=0) | (facts.sold_months & TWO_MONTHS > 0)
            there = facts.present & facts.layout.by_row(np.asarray(cells.any(axis=0)))
            statement.programme += each * facts.layout.by_replication(sold & there)
