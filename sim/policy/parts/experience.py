"""What rules share that follow a partner's losses: recording by window, the loss ratio when a window is judged.

The loss ratio of a contract is that of one partner over all products that the rule covers. A year's losses are those
that happen in it. They are recorded as they happen, at the share that will be known, or paid, when their
window is judged: so a window needs one sum and not a triangle.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Literal, NamedTuple, cast

import numpy as np
from pydantic import Field

from sim.base.arrays import Flags, Integers, Reals
from sim.base.columns import Column
from sim.base.units import MONTHS_PER_YEAR, WholeMonths
from sim.policy.given.facts import MonthFacts
from sim.policy.given.layout import Layout
from sim.policy.kernels import tally
from sim.policy.measuring.loss_stops import YearStop, incurred
from sim.policy.measuring.windows import Windows
from sim.policy.parts.stops_losses import StopsLosses
from sim.policy.rule import Memory, Rule
from sim.policy.statement import Statement
from sim.policy.withheld import Withheld

Losses = Literal["incurred", "reported", "paid"]
Basis = Literal["written", "earned"]


class Covered(NamedTuple):
    """Where a record is kept and at which share losses enter it."""

    cells: Flags
    whole: Reals
    known: Reals


class Judged(NamedTuple):
    """Rows whose window is judged this month, its entry, its premium and its losses, each [m]."""

    layout: Layout
    rows: Integers
    slots: Integers
    premium: Integers
    losses: Integers
    own: Reals | None = None
    """share of each window that is this body's of a rule, where the policy gave way to another; None: all of it"""

    @property
    def ratio(self) -> Reals:
        """Loss ratios, NaN without premium."""
        return np.divide(self.losses, self.premium, out=np.full(len(self.rows), np.nan), where=self.premium > 0)

    def spread(self, amounts: Integers) -> Integers:
        """Amounts of these rows, int64[m], as an array over all, int64[n]; of a window's the rule's own share."""
        found = np.zeros(self.layout.rows, dtype=np.int64)
        found[self.rows] = amounts if self.own is None else np.rint(amounts * self.own).astype(np.int64)
        return found

    def total(self, amounts: Integers) -> Integers:
        """Amounts of these rows, int64[m], summed over each replication: int64[R]."""
        return self.layout.by_replication(self.spread(amounts))


class Owed:
    """In place of a statement: what a judgement would demand, int64[n], and nothing else of it."""

    def __init__(self, rows: int) -> None:
        self.due: Integers = np.zeros(rows, dtype=np.int64)

    def true_up(self, amount: Integers) -> None:
        """Note it."""
        self.due += amount

    def rate_finally(self, premium: Integers, commission: Integers) -> None:
        """Nothing is final."""


@dataclass(frozen=True)
class LossRecord:
    """Premium and losses by window, the numerator and denominator of a loss ratio."""

    windows: Windows
    losses: str = "incurred"
    basis: str = "earned"
    per_claim: int | None = None
    """minor units with which a claim counts at most; None: with all of it"""
    per_year: YearStop | None = None
    """what a window's losses count with at most, where it is a year"""

    def covered(self, layout: Layout, cells: Flags) -> Covered:
        """What the record needs to know of the cells it covers."""
        patterns = {"paid": layout.payment_patterns, "reported": layout.report_patterns}.get(self.losses, ())
        products = len(layout.products)
        return Covered(cells, self.windows.reached((), products), self.windows.reached(patterns, products))

    def write(self, facts: MonthFacts, covered: Covered, premium: Integers, losses: Integers) -> None:
        """Record a month at its statement into premium[W, n] and losses[W, n]."""
        group, where = self.windows.groups(facts), self.windows.now(facts.ordinal)
        amounts = (facts.premium_new, facts.premium_renewal) if self.basis == "written" else (facts.earned,)
        for record in (premium, losses):
            tally.clear(group, *where, record)
        for amount in amounts:
            tally.add(facts.layout.edges, covered.cells, group, *where, covered.whole, amount, premium)
        if not isinstance(facts.incurred, Withheld):  # a bonus on volume alone asks for no losses
            claims = incurred(facts, self.per_claim)
            tally.add(facts.layout.edges, covered.cells, group, *where, covered.known, claims, losses)

    def judged(self, facts: MonthFacts, cells: Flags, premium: Integers, losses: Integers) -> Judged | None:
        """The windows that this month's statement judges."""
        return self._at(facts, cells, self.windows.closing(facts.ordinal), premium, losses)

    def open(self, facts: MonthFacts, cells: Flags, premium: Integers, losses: Integers) -> list[Judged]:
        """The windows that are not judged yet, as far as they are recorded."""
        there = [self._at(facts, cells, one, premium, losses) for one in self.windows.open(facts.ordinal)]
        return [one for one in there if one is not None]

    def _at(
        self, facts: MonthFacts, cells: Flags, closing: Integers, premium: Integers, losses: Integers
    ) -> Judged | None:
        """The windows in these entries, by g; -1 where there is none."""
        if (closing < 0).all():
            return None
        slots = np.empty(facts.layout.rows, dtype=np.int64)
        tally.judged(facts.layout.edges, cells, self.windows.groups(facts), closing, slots)
        rows = np.flatnonzero(slots >= 0)
        slots = slots[rows]
        return Judged(facts.layout, rows, slots, premium[slots, rows], self.counted(premium, losses, slots, rows))

    def counted(self, premium: Integers, losses: Integers, slots: Integers, rows: Integers) -> Integers:
        """Losses of the windows in these entries of these rows as far as they count: int64[m]."""
        found = losses[slots, rows]
        return found if self.per_year is None else self.per_year.limit(premium[slots, rows], found)


class Experience(StopsLosses):
    """A rule that follows a partner's loss ratio by contract year, judged once, some months after the year's end.

    A year that was not seen whole, at the beginning of the run or of the rule, is judged on what was seen of it. Where
    the policy gives way to another inside a year, each pays on the premium of its own months what the whole year earns.
    """

    needs_losses: ClassVar[bool] = True
    rated: ClassVar[bool] = True
    columns: ClassVar[tuple[Column, ...]] = (
        Column("premium", "i8", "minor", "premium of the contract years that are not yet judged", ("years",)),
        Column("losses", "i8", "minor", "losses of those years, as they will be known when judged", ("years",)),
        Column("earlier", "i8", "minor", "premium of those years before the policy gave way to another", ("shared",)),
        Column("ratio", "f8", "ratio", "loss ratio of the contract year judged last"),
    )
    losses: Losses = Field(
        default="incurred",
        description="numerator of the loss ratio: losses at their final cost, as reported, or as paid",
    )
    basis: Basis = Field(default="earned", description="denominator of the loss ratio: premium written or earned")
    lag: WholeMonths = Field(
        default=0, description="months from the end of a contract year to the statement that judges it"
    )
    window: Literal["year", "contract_year"] = Field(
        default="year", description="contract_year: from the month of a partner's entry; year: the same for all"
    )
    year_starts: int = Field(
        default=1, ge=1, le=MONTHS_PER_YEAR,
        description="month (1 is January) in which years begin, those of partners there from the beginning included",
    )  # fmt: skip

    @property
    def record(self) -> LossRecord:
        """How premium and losses are recorded."""
        windows = Windows(MONTHS_PER_YEAR, self.lag, self.year_starts - 1, self.window == "contract_year", self.kept)
        return LossRecord(windows, self.losses, self.basis, self.stop_of_claims, self.stop_per_year)

    @property
    def trues_up(self) -> bool:
        return True

    @property
    def kept(self) -> int:
        """Judged years kept for comparison."""
        return 0

    @property
    def run_off(self) -> int:
        """Months after `effective_until` in which the rule still judges what it covered."""
        return self.record.windows.run_off

    def axis_lengths(self) -> dict[str, int]:
        slots = self.record.windows.slots
        return {"years": slots, "shared": slots * self.joined}

    def goes_on_with(self, earlier: Rule) -> bool:
        """Where both record the same."""
        return super().goes_on_with(earlier) and isinstance(earlier, Experience) and self.record == earlier.record

    def terms(self, layout: Layout, ordinal: int, cells: Flags, caps: Reals) -> tuple[Covered, Any]:
        """Where the rule records, and what it says besides."""
        return self.record.covered(layout, cells), self.scale(cells, caps)

    def scale(self, cells: Flags, caps: Reals) -> Any:
        """What the rule says, laid out once."""
        return None

    def apply(self, facts: MonthFacts, terms: tuple[Covered, Any], memory: Memory, statement: Statement) -> None:
        record, covered = self.record, terms[0]
        if self.in_force(facts.ordinal):
            self.write(facts, covered, memory)
        found = record.judged(facts, covered.cells, memory["premium"], memory["losses"])
        if found is not None:
            memory["ratio"][found.rows] = np.nan_to_num(found.ratio)
            own, remembered = self._own(found, facts, memory)
            self.judge(own, terms[1], remembered, statement)

    def owed(self, facts: MonthFacts, terms: tuple[Covered, Any], memory: Memory) -> Integers:
        """What judging the open years today, the oldest first, would pay, or take back where below 0."""
        trial, kept = Owed(facts.layout.rows), {name: column.copy() for name, column in memory.items()}
        for found in reversed(self.record.open(facts, terms[0].cells, kept["premium"], kept["losses"])):
            own, remembered = self._own(found, facts, kept)
            self.judge(own, terms[1], remembered, cast(Statement, trial))
        return trial.due

    def _own(self, found: Judged, facts: MonthFacts, memory: Memory) -> tuple[Judged, Memory]:
        """What is judged by this body of the rule, its own part of each window; who ends a window remembers it."""
        if not self.joined:
            return found, memory
        earlier = memory["earlier"][found.slots, found.rows]
        share = np.divide(earlier, found.premium, out=np.zeros(found.rows.size), where=found.premium > 0)
        own = found._replace(own=share if self._part == "first" else 1.0 - share)
        if self.in_force(facts.ordinal - self.lag):
            return own, memory
        return own, {name: column.copy() for name, column in memory.items()}

    def write(self, facts: MonthFacts, covered: Covered, memory: Memory) -> None:
        """Record the month; where another body of the rule gives way to this one, keep what that has recorded."""
        if self.joined:
            windows = self.record.windows
            if facts.ordinal == self.effective_from:
                memory["earlier"][:] = memory["premium"]
            tally.clear(windows.groups(facts), *windows.now(facts.ordinal), memory["earlier"])
        self.record.write(facts, covered, memory["premium"], memory["losses"])

    def judge(self, found: Judged, scale: Any, memory: Memory, statement: Statement) -> None:
        """Write what the judged years demand into the statement."""

    def reads(self, facts: MonthFacts, memory: Memory, p: int, i: int) -> tuple[str, float]:
        if p < 0:
            return "loss_ratio", float(memory["ratio"][i])
        return super().reads(facts, memory, p, i)


def lines(rates: Reals | float, amounts: Integers) -> Integers:
    """Rates x amounts, int64[m], each rounded half to even."""
    found = np.empty(amounts.size, dtype=np.int64)
    tally.lines(np.broadcast_to(np.asarray(rates, dtype=np.float64), amounts.shape).copy(), amounts, found)
    return found
