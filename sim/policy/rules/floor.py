"""Floor: a guaranteed commission a month, topped up at the statement."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator

from sim.base.arrays import Flags, Integers, Reals, Words
from sim.base.columns import Column
from sim.base.kernels import kernel
from sim.base.units import MINOR_PER_MAJOR, Dated, Money, WholeMonths
from sim.policy.given.facts import MonthFacts
from sim.policy.given.prospect import Prospect
from sim.policy.measuring.windows import LENGTHS, Windows
from sim.policy.parts import shares
from sim.policy.parts.about_rules import AboutRules
from sim.policy.rule import Memory, Phase, Rule
from sim.policy.statement import Statement


class Floor(AboutRules):
    """The least commission of a month, before clawback, of a partner that is there and gives us part of its flow.

    Formula: max(least - c, 0) on top of a month's commission c. `settled`: less min(topped, over), with `topped` the
    top-ups of the window not made up, and `over` what its months bring above the least.

    A month that brings c is topped up by max(least - c, 0). Where it is `settled` over a longer window, top-ups are
    counted against what the months bring over the least: as soon as later months bring it (`as_earned`, never below the
    least of such a month), or in one sum at the end of the window, or when the partner leaves (`at_end`: all of the
    window is then the larger of its commission and of its leasts). What is not made up by the end stays with the
    partner. `topped_up: at_end` pays once, at the end, to those who are there: max(leasts - commission, 0).
    """

    phase: ClassVar[Phase] = Phase.LIMIT
    columns: ClassVar[tuple[Column, ...]] = (
        Column("topped", "i8", "minor", "top-ups of the window not made up yet", ("settling",)),
        Column("over", "i8", "minor", "commission of the window over the least of its months", ("settling",)),
    )
    batched: ClassVar[bool] = True
    kind: Literal["floor"]
    per_month: Dated[Money] = Field(description="for each partner, commission of a month")
    months: WholeMonths | None = Field(default=None, description="for so many months after its entry; left out: always")
    settled: Literal["month", "quarter", "half_year", "year", "contract_year"] = Field(
        default="month",
        description="window over which top-ups count against commission; contract_year: from the month of entry",
    )
    settlement: Literal["as_earned", "at_end"] = Field(
        default="as_earned", description="top-ups are counted as months bring more than the least, or at the end"
    )

    topped_up: Literal["monthly", "at_end"] = Field(
        default="monthly", description="what a window lacks is paid month by month, or once at its end"
    )

    @model_validator(mode="after")
    def _of_partners(self) -> Floor:
        shares.require_all_products(self, "a guaranteed commission")
        stated = {"settlement", "topped_up"} & self.model_fields_set
        if self.settled == "month" and stated:
            raise ValueError(f"a month is settled by itself: leave {stated.pop()} out, or state settled, such as year")
        if len(stated) > 1 and self.topped_up == "at_end":
            raise ValueError("what is topped up at the end is settled then: leave settlement out")
        return self

    @property
    def owes_back(self) -> bool:  # type: ignore[override]  # depends on what is stated
        return self.settled != "month"

    @property
    def windows(self) -> Windows:
        """Over which top-ups are settled."""
        return Windows(LENGTHS[self.settled], personal=self.settled == "contract_year")

    @property
    def run_off(self) -> int:
        return self.windows.run_off if "at_end" in (self.settlement, self.topped_up) else 0

    def axis_lengths(self) -> dict[str, int]:
        return {"settling": int(self.settled != "month")}

    def goes_on_with(self, earlier: Rule) -> bool:
        """Top-ups of another window are not settled in this one."""
        return super().goes_on_with(earlier) and getattr(earlier, "settled", "") == self.settled

    def terms(self, layout: object, ordinal: int, cells: Flags, caps: Reals) -> tuple[Flags, Reals]:
        """Cells and the guarantee by segment in minor units."""
        return cells, shares.by_segment(cells, np.rint(shares.minor(self.per_month, ordinal)))

    def expect(self, prospect: Prospect, terms: tuple[Flags, Reals]) -> None:
        """What the mean month lacks; a guarantee for an entrant's first months is no part of what others may expect."""
        if self.months is not None:
            return
        cells, least = terms
        mask = prospect.layout.by_row(cells)
        earned = (prospect.rate_of(self.named) * prospect.premium * mask).sum(axis=0)
        lacking = prospect.layout.by_row(least) / MINOR_PER_MAJOR - earned
        prospect.add_amount(np.maximum(lacking, 0.0), mask)

    def apply(self, facts: MonthFacts, terms: tuple[Flags, Reals], memory: Memory, statement: Statement) -> None:
        ours = facts.present & (facts.share > 0) & self.in_force(facts.ordinal)
        if self.months is not None:
            ours &= facts.month - facts.entered.astype(np.int64) < self.months
        earned, lacking = statement.commission(self.named), np.zeros(facts.layout.rows, dtype=np.int64)
        _shortfall(facts.layout.edges, terms[1].astype(np.int64), ours, earned, lacking)
        if self.settled != "month":
            least = facts.layout.by_row(terms[1].astype(np.int64))
            over = np.maximum(earned - least, 0) * ours
            settle = self._settle if self.topped_up == "monthly" else self._pay_at_end
            lacking = settle(facts, lacking, over, memory)
        statement.true_up(lacking)

    def _settle(self, facts: MonthFacts, lacking: Integers, over: Integers, memory: Memory) -> Integers:
        """Count top-ups against what is over the least; return the month's less what goes back: int64[n]."""
        topped, above = memory["topped"][0], memory["over"][0]
        topped += lacking
        above += over
        ending = self.windows.ending(facts) | ~facts.everyone.present
        back = np.where(ending | (self.settlement == "as_earned"), np.minimum(topped, above), 0)
        topped -= back
        above[:] = 0 if self.settlement == "as_earned" else above - back
        for column in (topped, above):
            column[np.broadcast_to(ending, column.shape)] = 0
        return lacking - back

    def _pay_at_end(self, facts: MonthFacts, lacking: Integers, over: Integers, memory: Memory) -> Integers:
        """What the window lacks to its leasts, where it ends this month and the partner is there: int64[n]."""
        topped, above = memory["topped"][0], memory["over"][0]
        topped += lacking
        above += over
        ending = np.broadcast_to(self.windows.ending(facts), topped.shape)
        due = np.where(ending & facts.everyone.present, np.maximum(topped - above, 0), 0)
        for column in (topped, above):
            column[ending | ~facts.everyone.present] = 0
        return due


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
