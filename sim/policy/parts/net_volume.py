"""The volume of a window net of refunds, and what it demands beyond the commission that it has.

Notation: p product, i partner row; n rows, P products, S segments.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from sim.base.arrays import Flags, Integers, Reals, Words
from sim.base.units import MONTHS_PER_YEAR
from sim.policy.given.facts import MonthFacts
from sim.policy.given.refunds import Business
from sim.policy.kernels import refunded_windows, true_ups
from sim.policy.kernels import scale as scales
from sim.policy.measuring.meter import Meter
from sim.policy.measuring.windows import Windows
from sim.policy.rule import Memory
from sim.policy.statement import Statement, TrueUp

_ANY: Flags = np.ones((1, 1), dtype=np.bool_)
Steps = tuple[Reals, Reals, bool, bool]
"""lower bounds and rates; slice by slice; a bound belongs to the tier it starts"""


class Refunded(NamedTuple):
    """What this month takes out of the windows of some rows."""

    rows: Words
    """uint64[m], in order"""
    lines: Integers
    """int64[4, m], as `kernels.refunded_windows` names them"""
    slices: Reals
    """float64[m] rate x contracts"""

    @property
    def premium(self) -> Integers:
        """Minor units, int64[m]."""
        return np.asarray(self.lines[refunded_windows.EARLIER] + self.lines[refunded_windows.NOW])

    @property
    def contracts(self) -> Integers:
        """int64[m]."""
        return np.asarray(self.lines[refunded_windows.CONTRACTS])


def of_month(ordinal: int, memory: Memory) -> Integers:
    """Volume of the month, int64[n]: where it is nothing but the premium of the month, that."""
    months = memory["months"]
    return np.asarray(months[ordinal % MONTHS_PER_YEAR % len(months)] if len(months) else memory["fresh"][0])


def forget_trailing(facts: MonthFacts, cells: Flags, by_premium: bool, memory: Memory) -> None:
    """Take this month's refunds out of the trailing windows and of the months of their sales."""
    months = memory["months"]
    row, _, age, premium, contracts = facts.refunds.within(facts.layout, cells, np.array([len(months)]))
    lost = premium if by_premium else contracts
    np.subtract.at(months, ((facts.ordinal - age) % len(months), row), lost)
    np.subtract.at(memory["measure"], row, lost)


def settle_earlier(facts: MonthFacts, windows: Windows, since: int, memory: Memory) -> None:
    """Where the scale changes in the month `since`, leave what the window has booked; a new window has nothing."""
    if not len(memory["earlier"]):
        return
    if facts.ordinal == since:
        memory["earlier"][0], memory["settled"][0] = memory["premium"], memory["booked"]
    rows = windows.beginning(facts)
    if rows is not None:
        memory["earlier"][0][rows] = memory["settled"][0][rows] = 0


@dataclass(frozen=True)
class WindowScale:
    """A scale of what partners are measured by over windows that end, where it holds.

    The rule remembers `premium`, `booked`, `fresh`, `standing`, `months` and `measure` (see `tiers`); what a `meter`
    counts, it remembers itself.
    """

    by: str
    windows: Windows
    net: bool
    cells: Flags
    steps: Steps
    since: int = -1
    """month in which another scale gave way to this one: commission of earlier premium stays as it was booked"""
    meter: Meter | None = None
    """counts other than the premium or contracts of what is paid"""
    business: Business = "all"
    """that is paid"""
    direct: bool = True
    """the slices are of the premium that is paid, so that their payout is what is due"""
    unknown: float = 0.0
    """rate of those of whom a meter knows nothing"""
    linear: bool = False
    """rates lie in proportion between those of the brackets"""

    def settle(self, facts: MonthFacts, paid: MonthFacts, memory: Memory, statement: Statement) -> None:
        """True the windows up at the statement, net of refunds, and have it deferred with the premium.

        `paid` are the facts with what rates are of as premium.
        """
        months, measure = self.windows.months(facts), self._measured(facts, memory)
        if len(memory["standing"]):
            months = np.minimum(months, len(memory["standing"]))
        then = now = self._read(facts, measure, memory)
        if self.since >= 0:
            self._forget_earlier(facts, months, measure, memory)
            months, now = np.minimum(months, facts.ordinal - self.since + 1), self._read(facts, measure, memory)
            then = now if self.steps[2] else then
        lost = self._refunded(facts, months, memory["standing"])
        memory["premium"][lost.rows] -= lost.premium
        measure, now, reached = self._concluded(facts, measure, now, lost, memory)
        how = facts.layout.edges, self.cells, self.steps[2], self.direct, self.net and not statement.returns
        plain = self.meter is None
        measured = of_month(facts.ordinal, memory) if plain else np.ones(facts.layout.rows, dtype=np.int64)
        had, before = memory["booked"][lost.rows], (memory["earlier"], memory["settled"])
        change, kept = true_ups.settle(
            *how, then, now, measured, memory["premium"], memory["fresh"], memory["booked"], *before, lost.rows.size > 0
        )
        if lost.rows.size:
            refunded_windows.settle(
                *how, then, *lost, reached, had, facts.released, statement.taken_back, measured, measure,
                memory["premium"], memory["fresh"], memory["booked"], memory["standing"], *before, change, kept,
            )  # fmt: skip
        if not change.size:
            return
        statement.true_up_premium(facts.layout, TrueUp(self.cells, change, kept, months, self.net))
        if len(statement.on_new):
            true_ups.on_new(facts.layout.edges, self.cells, change[1], kept[1], paid.premium_new, statement.on_new)

    def _concluded(
        self, facts: MonthFacts, measure: Integers, now: Reals, lost: Refunded, memory: Memory
    ) -> tuple[Integers, Reals, Reals]:
        """The volume with all that the statement knows; what that has reached, of rows without refunds and with them.

        Without a meter, what rows have reached that have refunds is told of these alone.
        """
        if self.meter is None:
            rows = lost.rows
            measure[rows] -= lost.premium if self.by == "premium" else lost.contracts
            return measure, now, self._read_volume(measure[rows], memory["earlier"][:, rows]) if rows.size else now[:0]
        self.meter.conclude(facts.everyone)
        after = self._measured(facts, memory)
        if self.meter.measure.grows or not np.array_equal(after, measure):  # a year before moves as well
            now = self._read(facts, after, memory)
        return after, now, now[lost.rows]

    def payout(self, facts: MonthFacts, amount: Reals) -> Reals:
        """What slices bring of an amount that a meter counts: float64[n]."""
        assert self.meter is not None
        bounds, rates, _, _ = self.steps
        of, found = self.meter.compared_with(facts.everyone), np.empty(amount.size)
        whole = np.ones(amount.size) if of is None else of
        scales.slices(amount, whole, float(self.meter.measure.grows), bounds, rates, found)
        return found

    def reached(self, value: Reals) -> Reals:
        """The rate that values have reached: float64[n]."""
        bounds, rates, _, left = self.steps
        if self.linear:
            return np.where(np.isfinite(value), np.interp(value, bounds, rates), self.unknown)
        found = np.empty(value.size)
        scales.reach(value, np.isfinite(value), bounds, rates, left, self.unknown, found)
        return found

    def _measured(self, facts: MonthFacts, memory: Memory) -> Integers:
        if self.meter is None:
            return np.asarray(memory["measure"])
        return self.meter.amount(facts.everyone).astype(np.int64)

    def _forget_earlier(self, facts: MonthFacts, months: Integers, measure: Integers, memory: Memory) -> None:
        """Take refunds of premium from before the scale changed out of the window, with their commission."""
        if not len(memory["earlier"]):
            return
        entries = facts.refunds.within(facts.layout, self.cells, months * self.net, self.business)
        row, _, _, premium, contracts = entries[:, entries[2] > facts.ordinal - self.since]
        if self.meter is not None:
            counted, age, amount = self.meter.refunded(facts.everyone, months * self.net)
            before = age > facts.ordinal - self.since
            np.subtract.at(measure, counted[before], amount[before])
        elif row.size:
            np.subtract.at(measure, row, premium if self.by == "premium" else contracts)
        lost = np.zeros(facts.layout.rows, dtype=np.int64)
        np.add.at(lost, row, premium)
        earlier, settled = memory["earlier"][0], memory["settled"][0]
        back = np.rint(settled * (lost / np.maximum(earlier, 1))).astype(np.int64)
        for column, amount in ((earlier, lost), (memory["premium"], lost), (settled, back), (memory["booked"], back)):
            column -= amount

    def _refunded(self, facts: MonthFacts, months: Integers, standing: Reals) -> Refunded:
        entries = facts.refunds.within(facts.layout, self.cells, months * self.net, self.business)
        counted = self._counted(facts, months * self.net) if len(standing) else None
        there = np.zeros(facts.layout.rows, dtype=np.bool_)
        there[entries[0]] = True
        if counted is not None:
            there[counted[0]] = True
        rows = np.flatnonzero(there)
        found = Refunded(rows.astype(np.uint64), np.zeros((4, rows.size), dtype=np.int64), np.zeros(rows.size))
        slot, place = facts.ordinal % max(len(standing), 1), np.searchsorted(rows, entries[0])
        refunded_windows.gather(entries, place, slot, standing, *found[1:])
        if counted is None:
            return found
        row, age, amount = counted
        place, lines, slices = np.searchsorted(rows, row), found.lines, np.zeros(rows.size)
        np.add.at(slices, place, standing[(slot - age) % len(standing), row] * amount)
        lines[refunded_windows.CONTRACTS] = 0
        np.add.at(lines[refunded_windows.CONTRACTS], place, amount)
        return found._replace(slices=slices)

    def _counted(self, facts: MonthFacts, months: Integers) -> tuple[Integers, Integers, Integers] | None:
        """Rows, ages and amounts of what a meter counts that was refunded; without a meter, None."""
        return None if self.meter is None else self.meter.refunded(facts.everyone, months)

    def _read(self, facts: MonthFacts, measure: Integers, memory: Memory) -> Reals:
        """The rate, or the payout of slices, that the window's volume has reached: float64[n]."""
        if self.meter is None:
            return self._read_volume(measure, memory["earlier"], facts.layout.edges, self.cells)
        return self._read_meter(facts, measure, memory)

    def _read_volume(
        self, measure: Integers, earlier: Integers, edges: Words | None = None, cells: Flags = _ANY
    ) -> Reals:
        """The same of volumes of some rows, or where cells are, earlier[0 or 1, n] of them before the scale changed."""
        edges = np.array([0, measure.size], dtype=np.uint64) if edges is None else edges
        found = np.zeros(measure.size) if len(earlier) else np.empty(measure.size)
        true_ups.read(edges, cells, *self.steps, measure, found)
        if self.steps[2] and self.direct and len(earlier):
            before = np.zeros(measure.size)
            true_ups.read(edges, cells, *self.steps, earlier[0], before)
            found -= before
        return found

    def _read_meter(self, facts: MonthFacts, measure: Integers, memory: Memory) -> Reals:
        assert self.meter is not None
        amount = measure.astype(np.float64)
        if not self.steps[2]:
            return self.reached(self.meter.value(facts.everyone, amount))
        found = self.payout(facts, amount)
        if self.direct and len(memory["earlier"]):
            found -= self.payout(facts, memory["earlier"][0].astype(np.float64))
        return found
