"""The volume of a window net of refunds, and what it demands beyond the commission that it has.

Notation: p product, i partner row; n rows, P products, S segments.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from sim.base.arrays import Flags, Integers, Reals
from sim.policy.facts import Business, MonthFacts
from sim.policy.kernels import scale as scales
from sim.policy.kernels import true_ups
from sim.policy.measuring.meter import Meter
from sim.policy.measuring.windows import Windows
from sim.policy.rule import Memory
from sim.policy.statement import Statement, TrueUp

Steps = tuple[Reals, Reals, bool, bool]
"""lower bounds and rates; slice by slice; a bound belongs to the tier it starts"""


class Refunded(NamedTuple):
    """What this month takes out of each row's window."""

    lines: Integers
    """int64[4, n], as `kernels.true_ups` names them"""
    slices: Reals
    """float64[n] rate x contracts"""

    @property
    def premium(self) -> Integers:
        """Minor units, int64[n]."""
        return np.asarray(self.lines[true_ups.EARLIER] + self.lines[true_ups.NOW])

    @property
    def contracts(self) -> Integers:
        """int64[n]."""
        return np.asarray(self.lines[true_ups.CONTRACTS])


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
        memory["premium"][:] -= lost.premium
        measure, moved = self._concluded(facts, measure, lost, memory)
        if moved:
            now = self._read(facts, measure, memory)
        measured = memory["months"][0] if self.meter is None else np.ones(facts.layout.rows, dtype=np.int64)
        change, kept = np.zeros((2, 2, facts.layout.rows), dtype=np.int64)
        true_ups.settle(
            facts.layout.edges, self.cells, self.steps[2], self.direct, self.net and not statement.returns,
            then, now, *lost, facts.released, statement.taken_back, measured, measure, memory["premium"],
            memory["fresh"], memory["booked"], memory["standing"], memory["earlier"], memory["settled"], change, kept,
        )  # fmt: skip
        for part in change:
            statement.true_up(part)
        statement.spread(TrueUp(self.cells, change, kept, months, self.net))
        if len(statement.on_new):
            true_ups.on_new(facts.layout.edges, self.cells, change[1], kept[1], paid.premium_new, statement.on_new)

    def _concluded(self, facts: MonthFacts, measure: Integers, lost: Refunded, memory: Memory) -> tuple[Integers, bool]:
        """The volume with all that the statement knows, and whether that has moved it."""
        if self.meter is None:
            moved = bool(lost.lines.any())
            if moved:
                measure -= lost.premium if self.by == "premium" else lost.contracts
            return measure, moved
        self.meter.conclude(facts.everyone)
        after = self._measured(facts, memory)
        return after, self.meter.measure.grows or not np.array_equal(after, measure)  # a year before moves as well

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
        found = Refunded(np.zeros((4, facts.layout.rows), dtype=np.int64), np.zeros(facts.layout.rows))
        entries = facts.refunds.within(facts.layout, self.cells, months * self.net, self.business)
        slot = facts.ordinal % max(len(standing), 1)
        if entries.size:
            true_ups.gather(entries, slot, standing, *found)
        if self.meter is None or not len(standing):
            return found
        row, age, amount = self.meter.refunded(facts.everyone, months * self.net)
        slices = np.zeros(facts.layout.rows)
        np.add.at(slices, row, standing[(slot - age) % len(standing), row] * amount)
        found.lines[true_ups.CONTRACTS] = 0
        np.add.at(found.lines[true_ups.CONTRACTS], row, amount)
        return Refunded(found.lines, slices)

    def _read(self, facts: MonthFacts, measure: Integers, memory: Memory) -> Reals:
        """The rate, or the payout of slices, that the window's volume has reached: float64[n]."""
        bounds, rates, marginal, left = self.steps
        if self.meter is not None:
            return self._read_meter(facts, measure, memory)
        found, read = np.empty(facts.layout.rows), (facts.layout.edges, self.cells, bounds, rates, marginal, left)
        true_ups.read(*read, measure, found)
        if marginal and self.direct and len(memory["earlier"]):
            before = np.empty(facts.layout.rows)
            true_ups.read(*read, memory["earlier"][0], before)
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
