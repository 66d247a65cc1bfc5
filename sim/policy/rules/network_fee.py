"""Network fee: what we pay an affiliate network on top of the partners' commission."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
from pydantic import Field

from sim.base.arrays import Flags, Integers, Reals, Words
from sim.base.functions import round_line
from sim.base.kernels import kernel
from sim.base.units import Dated, Share
from sim.policy.given.facts import MonthFacts
from sim.policy.kernels import amounts
from sim.policy.rule import Memory, Phase, Rule
from sim.policy.statement import Statement


class NetworkFee(Rule):
    """A share of the partners' commission on their own sales, or of their premium, paid to a third party.

    Formula: share x c, or share x P, a line of each partner and product, with c the partner's own commission and P its
    premium.

    The part on premium is deferred with it, the part on other amounts expensed. Nothing comes back on cancellation.
    """

    phase: ClassVar[Phase] = Phase.SPLIT
    batched: ClassVar[bool] = True
    by_days: ClassVar[bool] = True
    kind: Literal["network_fee"]
    share: Dated[Share] = Field(description="of what `of` names")
    of: Literal["commission", "premium"] = Field(description="what the share is taken of")

    def highest_rate(self, product: str, segment: str) -> float:
        return max(self.share.since.values()) if self.of == "premium" and self.covers(product, segment) else 0.0

    def terms(self, layout: object, ordinal: int, cells: Flags, caps: Reals) -> Reals:
        """The share by product and segment."""
        return np.where(cells, self.share.at(ordinal) * self.days_of(ordinal), 0.0)

    def accrue(self, facts: MonthFacts, terms: Reals, memory: Memory, statement: Statement) -> None:
        for p, share in enumerate(terms):
            written, sums = (facts.premium_new[p], facts.premium_renewal[p]), facts.layout.sums()
            if self.of == "premium":
                _split_premium(facts.layout.edges, share, *written, sums)
            else:
                amounts.split_accrued(
                    facts.layout.edges, share, False, *written, *statement.parts(p), statement.accrued[p], sums
                )
            fee = facts.layout.total(sums)
            statement.fees[p] += fee
            statement.total += fee

    def apply(self, facts: MonthFacts, terms: Reals, memory: Memory, statement: Statement) -> None:
        if self.of == "commission":
            covered = facts.present if self.chooses else np.ones(facts.layout.rows, dtype=np.bool_)
            sums = facts.layout.sums()
            amounts.split_expensed(
                facts.layout.edges, terms.max(axis=0), False, covered, statement.reversed, statement.fees_on_new,
                statement.expensed, sums,
            )  # fmt: skip
            fee = facts.layout.total(sums)
            statement.fees_now += fee
            statement.total += fee


@kernel
def _split_premium(edges: Words, share: Reals, new: Integers, renewal: Integers, sums: Integers) -> None:
    """Add the lines share[S] x premium[n] of one product to sums[R S]."""
    for s in range(edges.size - 1):
        here = share[s % share.size]
        if here > 0.0:
            total = 0
            for i in range(edges[s], edges[s + 1]):
                total += round_line(here, new[i] + renewal[i])
            sums[s] += total
