"""Stair-step: a seller gets the rate of its own rank, those above it the difference of theirs to the highest below.

So a chain gets the highest rank's rate in total, once. A rank is reached by the premium of the last months, the
partner's own or that of its whole downline with it, in the products and segments that the rule covers. Who is inactive
gets nothing and blocks nobody. A partner expects the rate of the rank that its own premium would reach; what others
may sell for it is not counted on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator

from sim.base.arrays import Flags, Reals
from sim.base.columns import Column
from sim.base.units import MINOR_PER_MAJOR, MONTHS_PER_YEAR, Dated, WholeMonths
from sim.policy.parts.upline import Upline
from sim.policy.rule import Memory, Phase
from sim.policy.terms.brackets import Brackets

if TYPE_CHECKING:
    from sim.policy.facts import Layout, MonthFacts, Prospect, Statement

_Ranks = tuple[Flags, Reals, Reals]


class StairStep(Upline):
    """The main rate by rank, shared along the chain of sponsors by differences."""

    phase: ClassVar[Phase] = Phase.LEVELS
    columns: ClassVar[tuple[Column, ...]] = (
        Column("months", "i8", "minor", "own premium by month of the window", ("window",)),
        Column("measure", "i8", "minor", "own premium of the window"),
        Column("rank", "f8", "share", "rate of the rank reached, 0 while inactive"),
    )
    kind: Literal["stair_step"]
    brackets: Dated[Brackets] = Field(description="ranks: premium of the window and rate, lowest first")
    edge: Literal["left", "right"] = Field(default="left", description="left: the bound belongs to the rank it starts")
    measure: Literal["own", "group"] = Field(
        default="own", description="premium that counts for a rank: the partner's own, or its downline's as well"
    )
    window: WholeMonths = Field(default=MONTHS_PER_YEAR, description="months of premium that count, this one included")

    @model_validator(mode="after")
    def _some_window(self) -> StairStep:
        if self.window == 0:
            raise ValueError("a window of at least 1mo is needed")
        return self

    def axis_lengths(self) -> dict[str, int]:
        return {"window": self.window}

    @property
    def claims_cells(self) -> bool:
        return True

    def highest_rate(self, product: str, segment: str) -> float:
        """The rate of the highest rank: a chain gets it once."""
        ranks = [bracket.rate for brackets in self.brackets.since.values() for bracket in brackets]
        return max(ranks) if self.covers(product, segment) else 0.0

    def terms(self, layout: Layout, ordinal: int, cells: Flags, caps: Reals) -> _Ranks:
        """Cells, bounds in minor units and rates: float64[ranks] each."""
        brackets = self.brackets.at(ordinal)
        bounds = np.array([bracket.above * MINOR_PER_MAJOR for bracket in brackets])
        return cells, bounds, np.array([bracket.rate for bracket in brackets])

    def expect(self, prospect: Prospect, terms: _Ranks) -> None:
        from sim.policy.kernels import ranks  # compiled: reading a scenario must not pay for numba

        cells, bounds, rates = terms
        covered = prospect.layout.by_row(cells)
        own = (prospect.premium * covered).sum(axis=0) * (MINOR_PER_MAJOR * self.window)
        rate = ranks.rates_of_ranks(own, bounds, rates, self.edge == "left", np.zeros(own.size))
        prospect.rate[:] += np.where(covered, rate, 0.0)

    def accrue(self, facts: MonthFacts, terms: _Ranks, memory: Memory, statement: Statement) -> None:
        from sim.policy.kernels import ranks

        cells, bounds, rates = terms
        self._measure(facts, facts.layout.by_row(cells), memory)
        volume = memory["measure"]
        if self.measure == "group":
            volume = ranks.with_downlines(volume, facts.sponsor, np.zeros_like(volume))
        rank = ranks.rates_of_ranks(volume, bounds, rates, self.edge == "left", memory["rank"])
        rank *= self.receives(facts)
        statement.total += int(
            ranks.pay_ranks(
                facts.layout.edges,
                cells,
                facts.premium_new,
                facts.premium_renewal,
                rank,
                ranks.higher_ranks(facts.sponsor, rank),
                statement.accrued,
                statement.passed,
                statement.on_new,
                statement.received,
            )
        )

    def apply(self, facts: MonthFacts, terms: _Ranks, memory: Memory, statement: Statement) -> None:
        from sim.policy.kernels import ranks, tree

        if self.clawback and len(facts.released_passed):
            cells, _, rates = terms
            higher = ranks.higher_ranks(facts.sponsor, memory["rank"])
            everyone = np.arange(higher.size, dtype=np.int32)
            tree.take_back(
                facts.layout.edges, cells, facts.released_passed, higher, everyone, rates, 0.0, memory["rank"],
                statement.taken_back,
            )  # fmt: skip

    def _measure(self, facts: MonthFacts, covered: Flags, memory: Memory) -> None:
        """Move the window on by a month."""
        month = memory["months"][facts.ordinal % self.window]
        memory["measure"][:] -= month
        month[:] = ((facts.premium_new + facts.premium_renewal) * covered).sum(axis=0)
        memory["measure"][:] += month
