"""Contingent bonus: a share of the year's premium where volume, growth and loss ratio are good together."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator

from sim.base.arrays import Flags, Integers
from sim.base.columns import Column
from sim.base.units import MINOR_PER_MAJOR, MONTHS_PER_YEAR, Bound, Money, Ratio, Share, to_minor
from sim.policy.given.facts import MonthFacts
from sim.policy.given.prospect import Prospect
from sim.policy.inputs import GROWTH_UNKNOWN
from sim.policy.kernels import tally
from sim.policy.parts.experience import Covered, Experience, Judged, lines
from sim.policy.rule import Memory, Phase
from sim.policy.statement import Statement


class ContingentBonus(Experience):
    """A share of a year's written premium, if every stated condition holds when the year is judged.

    Formula: rate x W if W >= volume and W >= (1 + growth) x W_before and L / P <= loss_ratio, of these what is stated;
    else 0. W is written premium of the year, W_before of the year before, L losses, P premium of `basis`. A bound
    belongs to what reaches it.

    Growth is that of written premium over the contract year before. It is not known, so not reached, where that year
    was not seen whole or had no premium. A partner expects the bonus only where volume is the one condition.
    """

    phase: ClassVar[Phase] = Phase.AMOUNT
    columns: ClassVar[tuple[Column, ...]] = (
        *Experience.columns,
        Column("written", "i8", "minor", "written premium of the contract years kept", ("years",)),
        Column("seen", "i8", "months", "months of those years that were seen", ("years",)),
    )
    batched: ClassVar[bool] = True
    judged_when_paid: ClassVar[bool] = True
    owes_later: ClassVar[bool] = True
    kind: Literal["contingent_bonus"]
    rate: Share = Field(description="share of the year's written premium")
    volume: Money | None = Field(default=None, description="lowest written premium of the year; left out: any")
    growth: Bound | None = Field(default=None, description="lowest growth over the year before; left out: any")
    loss_ratio: Ratio | None = Field(default=None, description="highest loss ratio; left out: any")

    premium: Literal["net", "gross"] = Field(
        default="net",
        description="net: what is refunded within the year of its sale is no premium of the year; gross: it is",
    )

    @property
    def pays_on_sales(self) -> bool:
        return False

    @model_validator(mode="after")
    def _conditional(self) -> ContingentBonus:
        if self.volume is None and self.growth is None and self.loss_ratio is None:
            raise ValueError("a contingent bonus needs a condition: volume, growth or loss_ratio")
        if self.growth is not None and self.growth <= -1.0:
            raise ValueError("growth is above -100%")
        if self.stops and self.loss_ratio is None:
            raise ValueError("stops belong to a loss ratio: leave them out, or state loss_ratio")
        return self

    @property
    def counts_refunds(self) -> bool:  # type: ignore[override]  # depends on what is stated
        return self.premium == "net"

    @property
    def needs_losses(self) -> bool:  # type: ignore[override]  # depends on what is stated
        return self.loss_ratio is not None

    @property
    def kept(self) -> int:
        return 1

    def highest_rate(self, product: str, segment: str) -> float:
        """The bonus where it is reached."""
        return self.rate if self.covers(product, segment) else 0.0

    def expect(self, prospect: Prospect, terms: tuple[Covered, Any]) -> None:
        if self.volume is None or self.growth is not None or self.loss_ratio is not None:
            return
        covered = prospect.layout.by_row(terms[0].cells)
        year = (prospect.premium * covered).sum(axis=0) * MONTHS_PER_YEAR
        reached = np.rint(year * MINOR_PER_MAJOR) >= to_minor(self.volume)
        prospect.rate[:] += np.where(covered & reached, self.rate, 0.0)

    def write(self, facts: MonthFacts, covered: Covered, memory: Memory) -> None:
        super().write(facts, covered, memory)
        windows = self.record.windows
        group, where = windows.groups(facts), windows.now(facts.ordinal)
        for name in ("written", "seen"):
            tally.clear(group, *where, memory[name])
        tally.count(group, *where, memory["seen"])
        for amount in (facts.premium_new, facts.premium_renewal):
            tally.add(facts.layout.edges, covered.cells, group, *where, covered.whole, amount, memory["written"])
        if self.counts_refunds:
            row, _, _, premium, _ = facts.refunds.within(facts.layout, covered.cells, windows.months(facts))
            slot = where[1][group[row] if group.size else 0]
            np.subtract.at(memory["written"], (slot, row), premium)

    def judge(self, found: Judged, scale: Any, memory: Memory, statement: Statement) -> None:
        written = memory["written"][found.slots, found.rows]
        bonus = lines(self.rate, written * self._reached(found, written, memory))
        statement.true_up(found.spread(bonus))
        statement.rate_finally(found.total(written), found.total(bonus))

    def _reached(self, found: Judged, written: Integers, memory: Memory) -> Flags:
        reached = np.ones(written.size, dtype=np.bool_)
        if self.volume is not None:
            reached &= written >= to_minor(self.volume)
        if self.growth is not None:
            before, known = _year_before(found, memory)
            reached &= known & (written >= lines(1.0 + self.growth, before))
        if self.loss_ratio is not None:
            reached &= found.ratio <= self.loss_ratio  # not known without premium
        return reached

    def remark(self, facts: MonthFacts, terms: tuple[Covered, Any], memory: Memory, p: int, i: int) -> str:
        """Why a year judged now earned nothing, where its growth is not known."""
        judged = self.record.judged(facts, terms[0].cells, memory["premium"], memory["losses"])
        if self.growth is None or judged is None or i not in judged.rows:
            return super().remark(facts, terms, memory, p, i)
        return "" if _year_before(judged, memory)[1][judged.rows == i].all() else GROWTH_UNKNOWN


def _year_before(found: Judged, memory: Memory) -> tuple[Integers, Flags]:
    """Written premium of the year before, and whether it was seen whole and there was some: [m] each."""
    slots = (found.slots - 1) % len(memory["written"])
    before = memory["written"][slots, found.rows]
    return before, (memory["seen"][slots, found.rows] == MONTHS_PER_YEAR) & (before > 0)
