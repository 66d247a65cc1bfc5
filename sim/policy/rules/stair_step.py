"""Stair-step: a seller gets the rate of its own rank, those above it the difference of theirs to the highest below.

So a chain gets the highest rank's rate in total, once. A rank is reached by the premium of the last months, the
partner's own or that of its whole downline with it, in the products and segments that the rule covers. Who is inactive
gets nothing and blocks nobody. A partner expects the rate of the rank that its own premium would reach; what others
may sell for it is not counted on. Who was appointed to a rank does not fall below it.
"""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator

from sim.base.arrays import Counts, Flags, Integers, Reals
from sim.base.columns import Column
from sim.base.units import MINOR_PER_MAJOR, MONTHS_PER_YEAR, Dated, WholeMonths
from sim.policy.given.facts import MonthFacts
from sim.policy.given.layout import Layout
from sim.policy.given.prospect import Prospect
from sim.policy.inputs import Computed
from sim.policy.kernels import ranks, taken_back
from sim.policy.parts import net_volume
from sim.policy.parts.upline import Upline, with_downlines
from sim.policy.rule import Memory, Phase
from sim.policy.statement import Statement
from sim.policy.terms.brackets import Brackets

_Ranks = tuple[Flags, Reals, Reals]


class StairStep(Upline):
    """The main rate by rank, shared along the chain of sponsors by differences.

    Formula: r_i x P_i for partner i; each sponsor s above it gets (r_s - r_b) x P_i, with r_b the highest rate between
    i and s, i included, as far as r_s is more. r is the rate of the bracket that V has reached, V premium of the last
    `window` months, own or of the whole downline; 0 for who may not receive.
    """

    phase: ClassVar[Phase] = Phase.LEVELS
    columns: ClassVar[tuple[Column, ...]] = (
        Column("months", "i8", "minor", "own premium by month of the window", ("window",)),
        Column("measure", "i8", "minor", "own premium of the window"),
        Column("rank", "f8", "share", "rate of the rank reached, 0 while inactive"),
    )
    counts_sales_of: ClassVar[str] = "everyone"
    batched: ClassVar[bool] = True
    gives_ranks: ClassVar[bool] = True
    kind: Literal["stair_step"]
    brackets: Dated[Brackets] = Field(description="ranks: premium of the window and rate, lowest first")
    edge: Literal["left", "right"] = Field(default="left", description="left: the bound belongs to the rank it starts")
    measure: Literal["own", "group"] = Field(
        default="own",
        description="premium that counts for a rank: the partner's own, or its downline's as well; who compares offers "
        "reckons with its own",
    )
    window: WholeMonths = Field(default=MONTHS_PER_YEAR, description="months of premium that count, this one included")

    volume: Literal["net", "gross"] = Field(
        default="net", description="net: premium refunded leaves the window; gross: it stays"
    )

    @model_validator(mode="after")
    def _some_window(self) -> StairStep:
        if self.window == 0:
            raise ValueError("a window of at least 1mo is needed")
        return self

    def axis_lengths(self) -> dict[str, int]:
        return {"window": self.window}

    @property
    def counts_refunds(self) -> bool:  # type: ignore[override]  # depends on what is stated
        return self.volume == "net"

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
        cells, bounds, rates = terms
        covered = prospect.layout.by_row(cells)
        own = (prospect.premium * covered).sum(axis=0) * (MINOR_PER_MAJOR * self.window)
        rate = np.empty(own.size)
        ranks.rates_of_ranks(own, bounds, rates, self.edge == "left", rate)
        _raise(rate, own, prospect.rank_floor, bounds, rates, self.edge)
        prospect.rate[:] += np.where(covered, rate, 0.0)

    def accrue(self, facts: MonthFacts, terms: _Ranks, memory: Memory, statement: Statement) -> None:
        if facts.ranks is None:  # else it has, for conditions of other rules
            self.climb(facts, terms, memory)
        cells, rank = terms[0], memory["rank"]
        sums = facts.layout.sums()
        ranks.pay_ranks(
            facts.layout.edges, cells, facts.premium_new, facts.premium_renewal, rank, _higher(facts, rank),
            statement.accrued, statement.passed, statement.on_new, statement.received, sums,
        )  # fmt: skip
        statement.total += facts.layout.total(sums)

    def apply(self, facts: MonthFacts, terms: _Ranks, memory: Memory, statement: Statement) -> None:
        if self.counts_refunds:
            net_volume.forget_trailing(facts, terms[0], True, memory)
        if self.clawback and len(facts.released_passed):
            cells, _, rates = terms
            everyone = np.arange(facts.sponsor.size, dtype=np.int32)
            taken_back.take_back(
                facts.layout.edges, cells, facts.released_passed, _higher(facts, memory["rank"]), everyone, rates, 0.0,
                memory["rank"], statement.taken_back,
            )  # fmt: skip

    @property
    def highest_number(self) -> int:
        return max(len(brackets) for brackets in self.brackets.since.values())

    def climb(self, facts: MonthFacts, terms: _Ranks, memory: Memory) -> None:
        cells, bounds, rates = terms
        self._measure(facts, facts.layout.by_row(cells), memory)
        volume, rank = self._volume(facts, memory), memory["rank"]
        ranks.rates_of_ranks(volume, bounds, rates, self.edge == "left", rank)
        _raise(rank, volume, facts.rank_floor, bounds, rates, self.edge)
        rank *= self.receives(facts)

    def numbers(self, facts: MonthFacts, terms: _Ranks, memory: Memory) -> Integers:
        found = _number(self._volume(facts, memory), facts.rank_floor, terms[1], self.edge)
        return np.asarray(found * self.receives(facts))

    def _volume(self, facts: MonthFacts, memory: Memory) -> Integers:
        """What counts for a rank: int64[n]."""
        own: Integers = memory["measure"]
        return own if self.measure == "own" else with_downlines(own, facts)

    def _measure(self, facts: MonthFacts, covered: Flags, memory: Memory) -> None:
        """Move the window on by a month."""
        month = memory["months"][facts.ordinal % self.window]
        memory["measure"][:] -= month
        month[:] = ((facts.premium_new + facts.premium_renewal) * covered).sum(axis=0)
        memory["measure"][:] += month

    def computed(self, facts: MonthFacts, terms: _Ranks, memory: Memory, p: int, i: int) -> list[Computed]:
        """On its own premium the rate of its rank; what comes from below has a rate for each seller."""
        return [Computed(*self.reads(facts, memory, p, i), None if p < 0 else float(memory["rank"][i]))]


def _number(volume: Reals | Integers, floor: Integers | None, bounds: Reals, edge: str) -> Integers:
    """Number of the rank that each volume has reached, the lowest 1, or that it cannot fall below: int64[n]."""
    reached = 1 + np.searchsorted(bounds[1:], volume, side="right" if edge == "left" else "left")
    return reached if floor is None else np.clip(floor, reached, bounds.size)


def _raise(
    rank: Reals, volume: Reals | Integers, floor: Integers | None, bounds: Reals, rates: Reals, edge: str
) -> None:
    """Give those who cannot fall below a rank its rate."""
    if floor is not None:
        rank[:] = rates[_number(volume, floor, bounds, edge) - 1]


def _higher(facts: MonthFacts, rank: Reals) -> Counts:
    """The nearest row of higher rank above each: int32[n], -1 where there is none."""
    higher = np.empty(rank.size, dtype=np.int32)
    ranks.higher_ranks(facts.sponsor, rank, higher)
    return higher
