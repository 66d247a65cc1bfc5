"""Cross-bonus: a share of a partner's commission for our own staff that sells with it."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
from pydantic import Field

from sim.base.arrays import Flags, Reals
from sim.base.units import Dated, Share
from sim.policy.given.facts import MonthFacts
from sim.policy.given.layout import Layout
from sim.policy.given.prospect import Prospect
from sim.policy.kernels import amounts
from sim.policy.rule import Memory, Phase, Rule
from sim.policy.statement import Statement


class CrossBonus(Rule):
    """A part for our own staff that sells with a partner, out of the partner's commission on its own sales, or on top
    of it: which one must be stated.

    Formula: share x c for staff, with c the partner's commission, a line of each product and one of all that is on no
    premium. carve_out: the partner gets c less it; on_top: c.

    What is carved out falls in proportion on new business and renewals, and on fees for sales and other amounts.
    """

    phase: ClassVar[Phase] = Phase.SPLIT
    batched: ClassVar[bool] = True
    kind: Literal["cross_bonus"]
    share: Dated[Share] = Field(description="of the partner's commission")
    funding: Literal["carve_out", "on_top"] = Field(
        description="carve_out: out of the partner's commission; on_top: beside it"
    )
    helped_only: bool = Field(
        default=False, description="true: on the sales alone that staff must help to close (needs_staff)"
    )

    @property
    def carves(self) -> bool:
        """Whether the partner pays for it."""
        return self.funding == "carve_out"

    def offered(self, ordinal: int, cells: Flags) -> Reals:
        """What staff get for a sale that they help to close, by product and segment, as a share of its commission."""
        return np.where(cells, self.share.at(ordinal), 0.0)

    def terms(self, layout: Layout, ordinal: int, cells: Flags, caps: Reals) -> Reals:
        """The share of all commission by product and segment."""
        return self.offered(ordinal, cells) * (layout.helped if self.helped_only else 1.0)

    def expect(self, prospect: Prospect, terms: Reals) -> None:
        if self.carves:
            prospect.rate[:] *= 1.0 - prospect.layout.by_row(terms)

    def accrue(self, facts: MonthFacts, terms: Reals, memory: Memory, statement: Statement) -> None:
        for p, share in enumerate(terms):
            sums = facts.layout.sums()
            amounts.split_accrued(
                facts.layout.edges, share, self.carves, facts.premium_new[p], facts.premium_renewal[p],
                *statement.parts(p), statement.accrued[p], sums,
            )  # fmt: skip
            bonus = facts.layout.total(sums)
            statement.fees[p] += bonus
            statement.total += 0 if self.carves else bonus

    def apply(self, facts: MonthFacts, terms: Reals, memory: Memory, statement: Statement) -> None:
        covered = facts.present if self.chooses else np.ones(facts.layout.rows, dtype=np.bool_)
        sums = facts.layout.sums()
        amounts.split_expensed(
            facts.layout.edges, terms.max(axis=0), self.carves, covered, statement.reversed, statement.fees_on_new,
            statement.expensed, sums,
        )  # fmt: skip
        bonus = facts.layout.total(sums)
        statement.fees_now += bonus
        statement.total += 0 if self.carves else bonus
