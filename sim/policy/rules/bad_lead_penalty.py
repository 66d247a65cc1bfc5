"""Penalty: a sum for every bad lead, taken back at the statement after all limits, so that a floor does not undo it."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator

from sim.base.arrays import Flags, Reals
from sim.base.units import MINOR_PER_MAJOR, Dated, Money
from sim.policy.given.facts import MonthFacts
from sim.policy.given.prospect import Prospect
from sim.policy.inputs import Computed
from sim.policy.kernels import amounts
from sim.policy.parts import shares
from sim.policy.rule import Memory, Phase, Rule
from sim.policy.statement import Statement

BAD = 3  # position in `Prospect.leads`


class BadLeadPenalty(Rule):
    """What a partner pays for leads that were none.

    Formula: - amount x bad leads of the month.
    """

    phase: ClassVar[Phase] = Phase.RETURN
    needs_funnel: ClassVar[bool] = True
    batched: ClassVar[bool] = True
    kind: Literal["bad_lead_penalty"]
    amount: Dated[Money] = Field(description="for every bad lead")

    @model_validator(mode="after")
    def _of_partners(self) -> BadLeadPenalty:
        shares.require_all_products(self, "a lead")
        return self

    def terms(self, layout: object, ordinal: int, cells: Flags, caps: Reals) -> tuple[Flags, Reals]:
        """Cells and the penalty by segment in minor units."""
        return cells, shares.by_segment(cells, shares.minor(self.amount, ordinal))

    def expect(self, prospect: Prospect, terms: tuple[Flags, Reals]) -> None:
        cells, price = terms
        units = prospect.layout.by_row(prospect.leads[BAD] * price) / MINOR_PER_MAJOR
        prospect.add_amount(-units * prospect.count.sum(axis=0), prospect.layout.by_row(cells))

    def apply(self, facts: MonthFacts, terms: tuple[Flags, Reals], memory: Memory, statement: Statement) -> None:
        due = np.zeros(facts.layout.rows, dtype=np.int64)
        amounts.per_unit(facts.layout.edges, terms[1], facts.bad_leads, due)
        statement.true_up(-due)

    def reads(self, facts: MonthFacts, memory: Memory, p: int, i: int) -> tuple[str, float]:
        return "bad_leads", float(facts.bad_leads[i])

    def computed(self, facts: MonthFacts, terms: tuple[Flags, Reals], memory: Memory, p: int, i: int) -> list[Computed]:
        return [Computed(*self.reads(facts, memory, p, i), -float(terms[1][facts.layout.segment_of(i)]))]
