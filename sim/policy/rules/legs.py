"""Two legs: a sponsor is paid on the weaker of two sides of its downline, whatever the stronger one sells.

What the weaker side sells is matched by as much of the stronger one, and taken off both; what is left may be carried
forward. A leg's volume is that of the recruits on its side and of everyone below them, in the products and segments
that the rule covers; the sponsor's own sales are in neither. Who receives need not be covered. A partner does not count
on what others may sell.
"""

from __future__ import annotations

from typing import ClassVar, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from sim.base.arrays import Counts, Flags, Integers
from sim.base.columns import Column
from sim.base.units import LONGEST_DURATION, MINOR_PER_MAJOR, MONTHS_PER_YEAR, Dated, Money, Positive, Share, to_minor
from sim.policy.given.facts import MonthFacts
from sim.policy.given.layout import Layout
from sim.policy.kernels import legs
from sim.policy.measuring.windows import LENGTHS, Windows
from sim.policy.parts.experience import lines
from sim.policy.parts.upline import Sponsoring, with_downlines
from sim.policy.parts.volume import Volume
from sim.policy.rule import Memory, Phase, Rule
from sim.policy.statement import Statement

Sides = Literal["alternating", "stated", "two_largest", "all_but_largest"]


_COUNTED = ("by", "window", "year_starts")


class Terms(NamedTuple):
    """What the rule says until its next amendment."""

    cells: Flags
    rate: float
    """of matched volume"""
    amount: int
    """minor units for each `per` matched"""
    most: int | None
    """minor units for one sponsor and window"""


class Legs(Sponsoring, Volume):
    """Commission on the weaker of two sides of a sponsor's downline, matched at the end of a window.

    Formula: rate x M, or amount x M / per, at most `most`, with M = min(left, right); with `per` a whole multiple of
    it. left and right are unmatched volumes of the two sides at the window's end, of premium or of contracts.

    What is matched is taken off both sides, whatever `most` cuts. An inactive sponsor gets nothing, and what its sides
    sold in the window is lost to it.
    """

    phase: ClassVar[Phase] = Phase.LEVELS
    batched: ClassVar[bool] = True
    owes_back: ClassVar[bool] = False
    owes_later: ClassVar[bool] = True
    columns: ClassVar[tuple[Column, ...]] = (
        Column("sold", "i8", "units", "own volume in the open window"),
        Column("unmatched", "i8", "units", "volume of the branch that it heads carried forward to its sponsor"),
        Column("matched", "i8", "units", "volume matched at the end of the last window"),
    )
    kind: Literal["legs"]
    rate: Dated[Share] | None = Field(default=None, description="of the volume matched, premium")
    amount: Dated[Money] | None = Field(default=None, description="for each `per` matched, major units")
    per: Positive | None = Field(default=None, description="volume of each side that makes a pair: amount is for each")
    legs: Sides = Field(
        default="alternating",
        description="sides: alternating: a sponsor's recruits in the order in which they came, one left, one right; "
        "stated: by the column leg of the roster, those without one in turn; two_largest: its largest branch and the "
        "second; all_but_largest: its largest branch and all the others",
    )
    window: Literal["month", "quarter", "half_year", "year"] = Field(
        default="month", description="at whose end sides are matched"
    )
    year_starts: int = Field(
        default=1, ge=1, le=MONTHS_PER_YEAR, description="month (1 is January) from which windows are counted"
    )
    carry: bool = Field(default=True, description="what is not matched counts in the next window; false: it is lost")
    most: Dated[Money] | None = Field(default=None, description="for one sponsor and window; left out: any")

    @property
    def pays_on_sales(self) -> bool:
        return False

    @model_validator(mode="after")
    def _one_measure(self) -> Legs:
        if (self.rate is None) == (self.amount is None):
            raise ValueError("pay a share or a sum: state rate, or amount and per")
        if (self.amount is None) != (self.per is None):
            raise ValueError("amount is for each per matched; state both")
        if self.rate is not None and self.by == "count":
            raise ValueError("a rate is a share of premium; leave by out, or state amount and per")
        if self.per is not None and self._pair < 1:
            raise ValueError("per is too little; state at least one unit")
        return self

    @property
    def _pair(self) -> int:
        """Volume that is matched at once: minor units, or contracts."""
        return 1 if self.per is None else round(self.per * (MINOR_PER_MAJOR if self.by == "premium" else 1))

    @property
    def windows(self) -> Windows:
        """When sides are matched."""
        return Windows(LENGTHS[self.window], 0, self.year_starts - 1)

    @property
    def run_off(self) -> int:
        """Who takes over from the rule matches its open window."""
        return 0 if self._part == "first" else self.windows.run_off

    def goes_on_with(self, earlier: Rule) -> bool:
        """Where both count the same, volume of the one is matched under the other."""
        return super().goes_on_with(earlier) and all(getattr(self, key) == getattr(earlier, key) for key in _COUNTED)

    def highest_rate(self, product: str, segment: str) -> float:
        """A unit sold may be matched once at every sponsor above it: the rate once is no bound for longer chains."""
        return max(self.rate.since.values()) if self.rate is not None and self.covers(product, segment) else 0.0

    def terms(self, layout: Layout, ordinal: int, cells: Flags, caps: object) -> Terms:
        most = None if self.most is None else to_minor(self.most.at(ordinal))
        rate = 0.0 if self.rate is None else self.rate.at(ordinal)
        return Terms(cells, rate, 0 if self.amount is None else to_minor(self.amount.at(ordinal)), most)

    def apply(self, facts: MonthFacts, terms: Terms, memory: Memory, statement: Statement) -> None:
        if self.in_force(facts.ordinal):
            ones = np.ones(len(terms.cells), dtype=np.int64)
            begun = None if self.joined else self.effective_from
            months = LONGEST_DURATION if begun is None else facts.ordinal + 1 - begun  # of sales that were counted
            memory["sold"][:] += self.counted(facts, terms.cells, self.by, ones, np.array([months]))
        if (self.windows.closing(facts.ordinal) >= 0).all():
            statement.true_up(self._settled(facts, terms, memory))

    def owed(self, facts: MonthFacts, terms: Terms, memory: Memory) -> Integers:
        """What matching the open window today would pay; nothing just after one."""
        if (self.windows.closing(facts.ordinal) >= 0).all():
            return super().owed(facts, terms, memory)
        return self._settled(facts, terms, {name: column.copy() for name, column in memory.items()})

    def _settled(self, facts: MonthFacts, terms: Terms, memory: Memory) -> Integers:
        """Match the sides, and have the rest carried forward: what each sponsor is paid, int64[n]."""
        sponsor, there = facts.sponsor, self.receives(facts)
        window = with_downlines(memory["sold"], facts)
        heard = np.where(sponsor >= 0, there[sponsor], False)  # by an active sponsor
        branch = memory["unmatched"] + np.where(heard, window, 0)
        side = self._sides(facts, branch)
        side[~heard] = legs.NEITHER
        legs.match(sponsor, side, self._pair, branch, memory["matched"])
        memory["unmatched"][:] = branch * self.carry
        memory["sold"][:] = 0
        matched = memory["matched"]
        paid = lines(terms.rate, matched) if self.per is None else matched // self._pair * terms.amount
        return paid if terms.most is None else np.minimum(paid, terms.most)

    def _sides(self, facts: MonthFacts, branch: Integers) -> NDArray[np.int8]:
        """The side of its sponsor on which each row's branch counts: int8[n]."""
        found = np.full(branch.size, legs.NEITHER, dtype=np.int8)
        if self.legs in ("alternating", "stated"):
            _in_turn(facts.sponsor, facts.entered, found)
            if self.legs == "stated" and facts.leg is not None:
                np.copyto(found, facts.leg, where=facts.leg >= 0)
        else:
            legs.sides_by_size(facts.sponsor, branch, self.legs == "all_but_largest", found)
        return found

    def reads(self, facts: MonthFacts, memory: Memory, p: int, i: int) -> tuple[str, float]:
        return ("matched_volume" if self.by == "premium" else "contracts"), float(memory["matched"][i])


def _in_turn(sponsor: Counts, entered: NDArray[np.int16], side: NDArray[np.int8]) -> None:
    """Write sides by turns, in the order of entry and then of rows."""
    recruits = np.flatnonzero(sponsor >= 0)
    order = recruits[np.lexsort((entered[recruits], sponsor[recruits]))]
    _, first, count = np.unique(sponsor[order], return_index=True, return_counts=True)
    side[order] = (np.arange(order.size) - np.repeat(first, count)) % 2
