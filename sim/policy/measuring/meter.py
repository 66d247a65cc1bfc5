"""A measure at work: what comes month by month is counted into windows, and read as it stands.

Notation: p product, i partner row; n rows, P products, S segments, W windows remembered.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from sim.base.arrays import Flags, Integers, Reals
from sim.base.units import MINOR_PER_MAJOR, MONTHS_PER_YEAR
from sim.policy.given.facts import MonthFacts
from sim.policy.given.layout import Layout
from sim.policy.given.refunds import Business
from sim.policy.kernels import ranks, tally
from sim.policy.measuring.loss_stops import incurred
from sim.policy.measuring.measure import KINDS, REMEMBERED, Measure, Memory
from sim.policy.measuring.states import STATES
from sim.policy.withheld import Withheld

EXACT_DIGITS = 12  # decimals of a growth; what is beyond comes from subtraction


class Meter(NamedTuple):
    """A measure at work: with what it remembers."""

    measure: Measure
    cells: Flags
    """bool[P, S] that count"""
    sums: Integers
    under: Integers
    seen: Integers

    @classmethod
    def of(cls, measure: Measure, layout: Layout, memory: Memory, name: str) -> Meter:
        """The measure that is remembered under a name."""
        return cls(measure, measure.cells(layout), *(memory[f"{name}_{one}"] for one in REMEMBERED))

    def begin(self, facts: MonthFacts) -> None:
        """Open the windows that begin this month, and count what is known as premium is written."""
        self.open(facts)
        self.add(facts)

    def open(self, facts: MonthFacts) -> None:
        """Open the windows that begin this month."""
        where = self._where(facts)
        for column in (self.sums, self.under, self.seen):
            if len(column):
                tally.clear(*where, column)
        if len(self.seen):
            tally.count(*where, self.seen)

    def add(self, facts: MonthFacts) -> None:
        """Count what is known as premium is written."""
        self._add(facts, at_statement=False)

    def conclude(self, facts: MonthFacts) -> None:
        """Count what only the statement knows, and take out what was refunded."""
        self._add(facts, at_statement=True)
        if self.measure.counts_refunds:
            self._forget(facts)

    def read(self, facts: MonthFacts) -> Reals:
        """What the measure has reached, NaN where it is not known: float64[n]."""
        return self.value(facts, self.amount(facts))

    def value(self, facts: MonthFacts, amount: Reals) -> Reals:
        """What the measure would be if it had reached an amount: float64[n]."""
        of, stop = self.compared_with(facts), self.measure.stop_per_year
        if of is None:
            return amount
        if stop is not None:
            amount = stop.limit(of.astype(np.int64), amount.astype(np.int64)).astype(np.float64)
        return _over(amount, of, int(self.measure.grows))

    def amount(self, facts: MonthFacts) -> Reals:
        """What it is before it is compared with anything, in minor units where it is money: float64[n]."""
        state = STATES.get(self.measure.by)
        if state is not None:
            return state.read(facts, self.cells, self.measure.which)
        return self._sum(self.sums, facts, self._back).astype(np.float64)

    def compared_with(self, facts: MonthFacts) -> Reals | None:
        """What that is a share of, or has grown from, 0 where it is not known: float64[n]; None: of nothing."""
        if len(self.seen):
            return self._year_before(facts).astype(np.float64)
        if len(self.under):
            return self._sum(self.under, facts, self._back).astype(np.float64)
        return self._quota(facts) if self.measure.of_quota else None

    def _quota(self, facts: MonthFacts) -> Reals:
        """Quotas in the unit of the amount."""
        stated = np.full(facts.layout.rows, np.nan) if facts.quota is None else facts.quota
        default = 0.0 if self.measure.quota is None else self.measure.quota.at(facts.ordinal)
        unit = MINOR_PER_MAJOR if KINDS[self.measure.by].money else 1
        return np.asarray(np.where(np.isnan(stated), default, stated) * unit)

    @property
    def _back(self) -> int:
        return int(self.measure.period == "last")

    def _where(self, facts: MonthFacts) -> tuple[Integers, Integers, Integers]:
        windows = self.measure.windows
        return windows.groups(facts), *windows.now(facts.ordinal)

    def _add(self, facts: MonthFacts, at_statement: bool) -> None:
        if self.measure.stop_of_claims is not None:
            facts = facts.but(incurred=incurred(facts, self.measure.stop_of_claims))
        group, position, slot = self._where(facts)
        for part, column in zip(KINDS[self.measure.by].parts, (self.sums, self.under), strict=False):
            amounts, late = AMOUNTS[part]
            if late == at_statement:
                for amount in amounts(facts, self.measure.business):
                    whole = np.ones((len(self.cells), 1))
                    tally.add(facts.layout.edges, self.cells, group, 0 * position, slot, whole, amount, column)

    def _forget(self, facts: MonthFacts) -> None:
        """Take this month's refunds out of the windows of their sales."""
        windows = self.measure.windows
        row, age, amount = self.refunded(facts, windows.months(facts) + windows.kept * windows.length)
        if row.size:
            group = windows.groups(facts)
            begin = windows.starts()[group[row] if group.size else np.zeros(row.size, dtype=np.int64)]
            slots = (facts.ordinal - age - begin) // windows.length % windows.slots
            np.subtract.at(self.sums, (slots, row), amount)

    def refunded(self, facts: MonthFacts, months: Integers) -> tuple[Integers, Integers, Integers]:
        """Rows, ages and amounts of what was refunded that was sold in the last months[n], or months[1] for all."""
        months = months * self.measure.counts_refunds
        found = facts.refunds.within(facts.layout, self.cells, months, self.measure.business)
        row, _, age, premium, contracts = found
        return row, age, contracts if self.measure.by == "count" else premium

    def _sum(self, column: Integers, facts: MonthFacts, back: int) -> Integers:
        """What the window has that began so many before this one: int64[n]."""
        windows = self.measure.windows
        if self.measure.window == "trailing":
            slots = [(facts.ordinal - a) % windows.slots for a in range(MONTHS_PER_YEAR)]
            return np.asarray(column[slots].sum(axis=0))
        group = windows.groups(facts)
        slot = (windows.number(facts.ordinal) - back) % windows.slots
        return np.asarray(column[slot[group], np.arange(group.size)] if group.size else column[slot[0]])

    def _year_before(self, facts: MonthFacts) -> Integers:
        """The sum of the same window a year before, 0 where it was not seen whole: int64[n]."""
        windows = self.measure.windows
        if self.measure.window == "trailing":
            slots = [(facts.ordinal - a) % windows.slots for a in range(MONTHS_PER_YEAR, 2 * MONTHS_PER_YEAR)]
            return np.asarray(self.sums[slots].sum(axis=0) * (self.seen[slots].sum(axis=0) >= MONTHS_PER_YEAR))
        back = self._back + MONTHS_PER_YEAR // windows.length
        return self._sum(self.sums, facts, back) * (self._sum(self.seen, facts, back) >= windows.length)


def _over(amount: Reals, of: Reals, less: int) -> Reals:
    """The ratio less 0 or 1, NaN over nothing; 110 over 100 less 1 is 0.1, as it is written."""
    found = np.divide(amount, of, out=np.full(amount.size, np.nan), where=of > 0)
    return np.round(found - less, EXACT_DIGITS) if less else found


# --- what is added up, and whether only the statement knows it -------------------------------------------------------


def _premium(facts: MonthFacts, business: Business) -> tuple[Integers, ...]:
    return _of_business(facts.premium_new, facts.premium_renewal, business)


def _count(facts: MonthFacts, business: Business) -> tuple[Integers, ...]:
    return _of_business(facts.count_credited, facts.count_renewal, business)


def _of_business(new: Integers, renewal: Integers, business: Business) -> tuple[Integers, ...]:
    return {"new": (new,), "renewal": (renewal,)}.get(business, (new, renewal))


def _team_premium(facts: MonthFacts, business: Business) -> tuple[Integers, ...]:
    """Of everyone below a partner, its own left out."""
    found = []
    for amount in _premium(facts.everyone, business):
        whole = np.empty_like(amount)
        for p in range(len(amount)):
            ranks.with_downlines(amount[p], facts.sponsor, whole[p])
        found.append(whole - amount)
    return tuple(found)


def _margin(facts: MonthFacts, business: Business) -> tuple[Integers, ...]:
    return _of_business(*facts.margins, business)


def _due(facts: MonthFacts, business: Business) -> tuple[Integers, ...]:
    return () if facts.due is None else (facts.due,)


def _incurred(facts: MonthFacts, business: Business) -> tuple[Integers, ...]:
    return () if isinstance(facts.incurred, Withheld) else (facts.incurred,)


def _incidents(facts: MonthFacts, business: Business) -> tuple[Integers, ...]:
    """Those of a partner stand with the first product; they are of none."""
    found = np.zeros_like(facts.premium_new)
    if facts.incidents is not None:
        found[0] = facts.incidents
    return (found,)


Amount = Callable[[MonthFacts, Business], tuple[Integers, ...]]
AMOUNTS: dict[str, tuple[Amount, bool]] = {
    "premium": (_premium, False),
    "count": (_count, False),
    "team_premium": (_team_premium, False),
    "margin": (_margin, False),
    "renewed": (lambda facts, business: (facts.count_renewal,), False),
    "due": (_due, False),
    "earned": (lambda facts, business: (facts.earned,), True),
    "incurred": (_incurred, True),
    "incidents": (_incidents, False),
}
