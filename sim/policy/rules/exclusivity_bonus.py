"""Exclusivity bonus: a share of premium for partners that bring us their whole flow, or nearly."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
from pydantic import Field

from sim.base.arrays import Flags, Integers, Reals, Words
from sim.base.functions import round_line
from sim.base.kernels import kernel
from sim.base.units import Share
from sim.policy.given.facts import MonthFacts
from sim.policy.given.layout import Layout
from sim.policy.given.prospect import Prospect
from sim.policy.inputs import Computed
from sim.policy.parts.history import highest, rate_table
from sim.policy.rule import Memory, Phase, Rule
from sim.policy.statement import Statement
from sim.policy.terms.rates import Rates


class ExclusivityBonus(Rule):
    """A share of new and renewal premium in months in which our share of the partner's flow is high enough.

    Formula: rate x (P + P') in a month in which our share of the partner's flow is at least from_share, else 0; P new
    premium, P' renewal premium, each rounded by itself.
    """

    phase: ClassVar[Phase] = Phase.AMOUNT
    batched: ClassVar[bool] = True
    owes_back: ClassVar[bool] = False
    kind: Literal["exclusivity_bonus"]
    rate: Rates = Field(description="share of premium")
    from_share: Share = Field(default=1.0, description="our least share of the partner's flow")

    def highest_rate(self, product: str, segment: str) -> float:
        return highest(self.rate, product, segment) if self.covers(product, segment) else 0.0

    def terms(self, layout: Layout, ordinal: int, cells: Flags, caps: Reals) -> Reals:
        """Rates: float64[product, segment]."""
        return rate_table(self.rate, layout, ordinal, cells)

    def expect(self, prospect: Prospect, terms: Reals) -> None:
        """A prospect is the whole flow of a partner, which earns the bonus, even if it would later split its flow."""
        prospect.add(terms)

    def accrue(self, facts: MonthFacts, terms: Reals, memory: Memory, statement: Statement) -> None:
        ours = facts.present & (facts.share >= self.from_share)
        on_new, line = np.zeros((2, facts.layout.rows), dtype=np.int64)
        for p in range(len(terms)):
            _share_where(
                facts.layout.edges, terms[p], ours, facts.premium_new[p], facts.premium_renewal[p], on_new, line
            )
            statement.accrue_amount(p, line, on_new=on_new)

    def computed(self, facts: MonthFacts, terms: Reals, memory: Memory, p: int, i: int) -> list[Computed]:
        return [Computed(*self.reads(facts, memory, p, i), float(terms[p, facts.layout.segment_of(i)]))]


@kernel
def _share_where(
    edges: Words,
    rate: Reals,  # [S]
    where: Flags,
    new: Integers,
    renewal: Integers,
    on_new: Integers,
    out: Integers,
) -> None:
    """Write the lines rate[S] x premium of one product, where bool[n] says so, to out[n], those on new to on_new[n]."""
    for s in range(edges.size - 1):
        here = rate[s % rate.size]
        for i in range(edges[s], edges[s + 1]):
            rated = here if where[i] else 0.0
            on_new[i] = round_line(rated, new[i])
            out[i] = on_new[i] + round_line(rated, renewal[i])
