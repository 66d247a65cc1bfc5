"""Floor: a guaranteed commission a month, topped up at the statement."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator

from sim.base.arrays import Flags, Integers, Reals, Words
from sim.base.kernels import kernel
from sim.base.units import MINOR_PER_MAJOR, Dated, Money, WholeMonths
from sim.policy.facts import MonthFacts, Prospect
from sim.policy.parts import shares
from sim.policy.rule import Memory, Phase, Rule
from sim.policy.statement import Statement


class Floor(Rule):
    """The least commission of a month, before clawback, of a partner that is there and gives us part of its flow."""

    phase: ClassVar[Phase] = Phase.LIMIT
    batched: ClassVar[bool] = True
    owes_back: ClassVar[bool] = False
    kind: Literal["floor"]
    per_month: Dated[Money] = Field(description="for each partner, all its commission")
    months: WholeMonths | None = Field(default=None, description="for so many months after its entry; left out: always")

    @model_validator(mode="after")
    def _of_partners(self) -> Floor:
        shares.require_all_products(self, "a guaranteed commission")
        return self

    def terms(self, layout: object, ordinal: int, cells: Flags, caps: Reals) -> tuple[Flags, Reals]:
        """Cells and the guarantee by segment in minor units."""
        return cells, shares.by_segment(cells, np.rint(shares.minor(self.per_month, ordinal)))

    def expect(self, prospect: Prospect, terms: tuple[Flags, Reals]) -> None:
        """What the mean month lacks; a guarantee for an entrant's first months is no part of what others may expect."""
        if self.months is not None:
            return
        cells, least = terms
        mask = prospect.layout.by_row(cells)
        earned = (prospect.rate * prospect.premium * mask).sum(axis=0)
        lacking = prospect.layout.by_row(least) / MINOR_PER_MAJOR - earned
        prospect.add_amount(np.maximum(lacking, 0.0), mask)

    def apply(self, facts: MonthFacts, terms: tuple[Flags, Reals], memory: Memory, statement: Statement) -> None:
        ours = facts.present & (facts.share > 0)
        if self.months is not None:
            ours &= facts.month - facts.entered.astype(np.int64) < self.months
        lacking = np.zeros(facts.layout.rows, dtype=np.int64)
        _shortfall(facts.layout.edges, terms[1].astype(np.int64), ours, statement.commission(), lacking)
        statement.true_up(lacking)


@kernel
def _shortfall(
    edges: Words,
    least: Integers,  # [S]
    where: Flags,
    earned: Integers,
    out: Integers,
) -> None:
    """Write what commission earned[n] lacks to least[S] into out[n], where bool[n] says so; nothing where it is 0."""
    for s in range(edges.size - 1):
        here = least[s % least.size]
        for i in range(edges[s], edges[s + 1]):
            out[i] = max(here - earned[i], 0) if where[i] and here > 0 else 0
