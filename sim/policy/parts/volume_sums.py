"""Sums of money that depend on what a partner has reached in a window, and are owed once for it.

Each statement books what the window demands so far, D(V), less what it has booked, with V the measure of the window and
D the sum that the rule says. Where it pays at the end, it books D(V) at the window's last statement. A refund after a
window has closed changes no window.
"""

from __future__ import annotations

from typing import Any, ClassVar, Literal, NamedTuple

import numpy as np
from pydantic import Field, model_validator

from sim.base.arrays import Flags, Integers, Reals
from sim.base.columns import Column
from sim.base.units import MINOR_PER_MAJOR
from sim.policy.given.facts import MonthFacts
from sim.policy.given.layout import Layout
from sim.policy.given.prospect import Prospect
from sim.policy.given.refunds import Business
from sim.policy.inputs import GROWTH_UNKNOWN
from sim.policy.measuring.measure import TOLD_BY_A_MONTH, ByWhat, Measure, OfQuota, Quota, Volume
from sim.policy.measuring.meter import Meter
from sim.policy.measuring.windows import LENGTHS
from sim.policy.rule import Memory, Phase, Rule
from sim.policy.statement import Statement

NAME = "volume"
NAMES = {"premium": "volume_premium", "count": "volume_contracts"}


class SumTerms(NamedTuple):
    """Where the rule holds, and what it says from a month on."""

    cells: Flags
    """bool[P, S] that it covers"""
    said: Any
    """what `due` reads"""


class VolumeSums(Rule):
    """A rule that owes a sum for what was reached in a window: what it has booked of it is remembered."""

    phase: ClassVar[Phase] = Phase.AMOUNT
    judged_when_paid: ClassVar[bool] = True
    columns: ClassVar[tuple[Column, ...]] = (
        Column("booked", "i8", "minor", "sum of the window, as the last statement left it"),
        *Measure.columns(NAME),
    )
    by: ByWhat = Field(default="premium", description="what is measured")
    business: Business = Field(default="all", description="premium or contracts that count")
    count_products: list[str] | None = Field(default=None, description="products that count; left out: those covered")
    window: Literal["month", "quarter", "half_year", "year", "contract_year", "lifetime"] = Field(
        default="year", description="period after which it starts anew"
    )
    volume: Volume = "net"
    of_quota: OfQuota = False
    quota: Quota = None
    paid: Literal["when_reached", "at_end"] = Field(
        default="when_reached", description="at the statement that reaches it, or that of the window's last month"
    )

    @model_validator(mode="after")
    def _ends(self) -> VolumeSums:
        if self.paid == "at_end" and self.window == "lifetime":
            raise ValueError("a lifetime has no end at which to pay: write paid: when_reached, or name another window")
        if self.measure.fault:
            raise ValueError(self.measure.fault)
        return self

    @property
    def measure(self) -> Measure:
        """What is measured."""
        counted = self.products if self.count_products is None else self.count_products
        return Measure.model_construct(
            by=self.by, business=self.business, count_products=counted, window=self.window, volume=self.volume,
            of_quota=self.of_quota, quota=self.quota,
        )  # fmt: skip

    @property
    def needs_renewals(self) -> bool:
        return self.by == "count" and self.business != "new"

    @property
    def needs_contracts(self) -> bool:
        return self.by == "count" and self.business != "renewal"

    @property
    def measures(self) -> list[Measure]:
        return [*super().measures, self.measure]

    def axis_lengths(self) -> dict[str, int]:
        return self.measure.axis_lengths(NAME)

    def goes_on_with(self, earlier: Rule) -> bool:
        """Where both measure the same."""
        return isinstance(earlier, VolumeSums) and type(self) is type(earlier) and self.measure == earlier.measure

    @property
    def run_off(self) -> int:
        """Months after `effective_until` until its last window has ended."""
        return LENGTHS[self.window] - 1 if self.paid == "at_end" else 0

    def terms(self, layout: Layout, ordinal: int, cells: Flags, caps: Reals) -> SumTerms:
        return SumTerms(cells, self.said(ordinal))

    def said(self, ordinal: int) -> Any:
        """What the rule says in a month, laid out for `due`."""
        raise NotImplementedError

    def due(self, said: Any, reached: Reals) -> Reals:
        """The sum, minor units, of windows that have reached so much: float64[n] each."""
        raise NotImplementedError

    def expect(self, prospect: Prospect, terms: SumTerms) -> None:
        """The sum of the window that a mean month brings, spread over its months."""
        if self.by not in TOLD_BY_A_MONTH or self.business == "renewal" or self.of_quota:
            return
        months = self.measure.months_expected
        sums = self.due(terms.said, self.measure.of_mean_month(prospect) * months) / (months * MINOR_PER_MAJOR)
        prospect.add_amount(np.where(prospect.premium.any(axis=0), sums, 0.0), prospect.layout.by_row(terms.cells))

    def apply(self, facts: MonthFacts, terms: SumTerms, memory: Memory, statement: Statement) -> None:
        meter, booked, windows = self._meter(facts, memory), memory["booked"], self.measure.windows
        if self.in_force(facts.ordinal):
            beginning = windows.beginning(facts)
            if beginning is not None:
                booked[beginning] = 0
            meter.begin(facts.everyone)
            meter.conclude(facts.everyone)
        change = np.where(self._pays(facts, terms), self._due(facts, terms, meter) - booked, 0)
        booked += change
        self.book(facts, terms, meter, change, statement)

    def book(self, facts: MonthFacts, terms: SumTerms, meter: Meter, change: Integers, statement: Statement) -> None:
        """Write what the statement owes more, or less, for the window: int64[n] minor units."""
        statement.true_up(change)

    def owed(self, facts: MonthFacts, terms: SumTerms, memory: Memory) -> Integers:
        if self.paid == "when_reached":
            return np.zeros(facts.layout.rows, dtype=np.int64)
        covered = np.asarray(facts.layout.by_row(terms.cells).any(axis=0))
        return (self._due(facts, terms, self._meter(facts, memory)) - memory["booked"]) * covered

    def reads(self, facts: MonthFacts, memory: Memory, p: int, i: int) -> tuple[str, float]:
        name = "quota_share" if self.of_quota else NAMES.get(self.by, self.by)
        return name, float(np.nan_to_num(self._meter(facts, memory).read(facts)[i]))

    def remark(self, facts: MonthFacts, terms: SumTerms, memory: Memory, p: int, i: int) -> str:
        """Why a window judged now earns nothing, where its growth is not known."""
        if p >= 0 or self.by != "growth" or not self._pays(facts, terms)[i]:
            return super().remark(facts, terms, memory, p, i)
        return GROWTH_UNKNOWN if np.isnan(self._meter(facts, memory).read(facts)[i]) else ""

    def _meter(self, facts: MonthFacts, memory: Memory) -> Meter:
        return Meter.of(self.measure, facts.layout, memory, NAME)

    def _due(self, facts: MonthFacts, terms: SumTerms, meter: Meter) -> Integers:
        reached = meter.read(facts)
        due = self.due(terms.said, np.nan_to_num(reached))
        return np.where(np.isfinite(reached), np.rint(due), 0.0).astype(np.int64)

    def _pays(self, facts: MonthFacts, terms: SumTerms) -> Flags:
        """Partners covered whose window is looked at this month: bool[n]."""
        if self._part == "first" and not self.in_force(facts.ordinal):
            return np.zeros(facts.layout.rows, dtype=np.bool_)  # the body that goes on pays for the whole window
        there = facts.present & facts.layout.by_row(terms.cells).any(axis=0)
        if self.paid == "when_reached":
            return np.asarray(there)
        windows = self.measure.windows
        ends, group = windows.closing(facts.ordinal) >= 0, windows.groups(facts)
        return np.asarray(there & (ends[group] if group.size else ends[0]))
