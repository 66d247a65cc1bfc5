"""Network fee: what we pay an affiliate network on top of the partners' commission."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np
from pydantic import Field

from sim.base.arrays import Flags, Reals
from sim.base.units import Dated, Share
from sim.policy.rule import Memory, Phase, Rule

if TYPE_CHECKING:
    from sim.policy.facts import MonthFacts, Statement


class NetworkFee(Rule):
    """A share of the partners' commission on their own sales, or of their premium, paid to a third party.

    The part on premium is deferred with it, the part on other amounts expensed. Nothing comes back on cancellation.
    """

    phase: ClassVar[Phase] = Phase.SPLIT
    kind: Literal["network_fee"]
    share: Dated[Share]
    of: Literal["commission", "premium"] = Field(description="what the share is taken of")

    def highest_rate(self, product: str, segment: str) -> float:
        return max(self.share.since.values()) if self.of == "premium" and self.covers(product, segment) else 0.0

    def terms(self, layout: object, ordinal: int, cells: Flags, caps: Reals) -> Reals:
        """The share by product and segment."""
        return np.where(cells, self.share.at(ordinal), 0.0)

    def accrue(self, facts: MonthFacts, terms: Reals, memory: Memory, statement: Statement) -> None:
        from sim.policy.kernels import amounts

        for p, share in enumerate(terms):
            written = facts.premium_new[p], facts.premium_renewal[p]
            if self.of == "premium":
                fee = amounts.split_premium(facts.layout.edges, share, *written)
            else:
                fee = amounts.split_accrued(
                    facts.layout.edges, share, False, *written, amounts.line_of(statement.passed, p), amounts.NOTHING,
                    statement.accrued[p],
                )  # fmt: skip
            statement.fees[p] += fee
            statement.total += fee

    def apply(self, facts: MonthFacts, terms: Reals, memory: Memory, statement: Statement) -> None:
        from sim.policy.kernels import amounts

        if self.of == "commission":
            covered = facts.present if self.chooses else np.ones(facts.layout.rows, dtype=np.bool_)
            fee = amounts.split_expensed(
                facts.layout.edges, terms.max(axis=0), False, covered, statement.reversed, statement.expensed
            )
            statement.fees_now += fee
            statement.total += fee
