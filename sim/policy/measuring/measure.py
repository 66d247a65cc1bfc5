"""What a partner is measured by, over a window: premium, contracts, growth, a loss ratio; or as it stands, its team.

A measure is a sum of what comes month by month, or of two such sums their ratio; or it is a state of the month. Sums
are remembered by window: sums[W, n] in one entry a window, and those of a ratio's denominator in `under`[W, n].

Notation: p product, i partner row; n rows, P products, S segments, W windows remembered.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from sim.base.arrays import Flags, Integers, Reals
from sim.base.columns import Column
from sim.base.units import MINOR_PER_MAJOR, MONTHS_PER_YEAR, Block, Money, to_minor
from sim.policy.facts import Business, Layout, MonthFacts
from sim.policy.kernels import ranks, tally
from sim.policy.measuring.loss_stops import YearStop, incurred
from sim.policy.measuring.states import STATES
from sim.policy.measuring.windows import LENGTHS, Windows
from sim.policy.withheld import Withheld

Memory = Mapping[str, NDArray[Any]]
Window = Literal["month", "quarter", "half_year", "year", "contract_year", "trailing", "lifetime"]


YEARS = ("year", "contract_year", "trailing")
REMEMBERED = {
    "sums": ("minor or contracts", "what counts, by window"),
    "under": ("minor or contracts", "what it is a share of, by window"),
    "seen": ("months", "months of the windows that were seen"),
}


class Kind(NamedTuple):
    """How a measure comes about."""

    parts: tuple[str, ...] = ()
    """names in `AMOUNTS` of what is added up: one, or numerator and denominator; none: a state of the month"""
    grows: bool = False
    """the sum over that of the same window a year before"""
    money: bool = False
    """in minor units; else contracts, partners or a ratio"""


KINDS: dict[str, Kind] = {
    "premium": Kind(("premium",), money=True),
    "count": Kind(("count",)),
    "earned": Kind(("earned",), money=True),
    "team_premium": Kind(("team_premium",), money=True),
    "growth": Kind(("premium",), grows=True),
    "loss_ratio": Kind(("incurred", "earned")),
    "incidents": Kind(("incidents",)),
    "customers": Kind(),
    "team": Kind(),
    "tenure": Kind(),
    "certified": Kind(),
    "group": Kind(),
    "partner": Kind(),
    "rank": Kind(),
    "arrears": Kind(money=True),
    "outstanding": Kind(money=True),
    "rating": Kind(),
    "survey": Kind(),
}
By = Literal[
    "premium", "count", "earned", "team_premium", "growth", "loss_ratio", "incidents",
    "customers", "team", "tenure", "certified", "group", "partner", "rank",
    "arrears", "outstanding", "rating", "survey",
]  # fmt: skip
ByWhat = Literal["premium", "count", "earned", "team_premium", "growth", "loss_ratio", "customers", "team"]
"""what needs nothing that not every rule is told"""
OF_PARTNERS = ("business", "volume", "count_products")  # keys that say nothing of what is of a partner as a whole
OF_WINDOWS = ("window", "period")


class Measure(Block):
    """What is measured, of which business and products, over which window."""

    by: By = Field(
        description="what a partner is measured by; team: the partners below it that are in the trade; tenure: months "
        "since it came; certified: how many certificates it holds; group, partner: 1 where it is one of those that "
        "`which` names; rank: number of the rank that a stair_step has it reach, 1 the lowest; arrears: premium past "
        "due at the last close; outstanding: all premium that it then held; rating: of policy.control; survey: answers "
        "for us less those against us as a share of them, of 12 months"
    )
    which: list[str] | None = Field(
        default=None,
        min_length=1,
        description="certificates, rules that rank, groups or ids of partners that count; left out: all there are",
    )
    business: Business = Field(default="all", description="premium or contracts that count")
    count_products: list[str] | None = Field(default=None, description="products that count; left out: all")
    window: Window = Field(default="month", description="period over which it adds up; trailing: the last 12 months")
    period: Literal["this", "last"] = Field(
        default="this", description="this: the window so far, this month included; last: the window that ended last"
    )
    volume: Literal["net", "gross"] = Field(
        default="net", description="net: what is refunded leaves the window of its sale; gross: it stays"
    )
    stop_per_claim: Money | None = Field(
        default=None, description="a claim counts in the loss ratio with at most so much of its cost"
    )
    stop_per_year: YearStop | None = Field(
        default=None, description="a year's losses count with at most so much: a share of its premium, or a sum"
    )

    @model_validator(mode="after")
    def _measurable(self) -> Measure:
        if self.period == "last" and self.window in ("trailing", "lifetime"):
            raise ValueError(f"a window {self.window} never ends: leave out period, or name a window that does")
        if self._kind.grows and self.window == "lifetime":
            raise ValueError("growth compares windows of one year with the next: name one up to a year")
        if not self.needs_losses and (self.stop_per_claim, self.stop_per_year) != (None, None):
            raise ValueError("stops belong to a loss ratio: leave them out, or write by: loss_ratio")
        if self.stop_per_claim == 0.0:
            raise ValueError("with stop_per_claim: 0 no claim counts: leave it out, or state a sum")
        if self.stop_per_year is not None and self.window not in YEARS:
            raise ValueError(f"stop_per_year is of a year: name a window of {', '.join(YEARS)}")
        return self

    @model_validator(mode="after")
    def _says_something(self) -> Measure:
        state = STATES.get(self.by)
        without: tuple[str, ...] = OF_PARTNERS if self.by == "incidents" else ()
        if state is not None:
            without = (*OF_WINDOWS, *(OF_PARTNERS[: -1 if state.of_products else None]))
        if self.which is not None and not (state is not None and state.of_many):
            raise ValueError(f"which names certificates, ranks, groups or partners: leave it out of {self.by}")
        if self.which is None and self.by in ("group", "partner"):
            raise ValueError(f"which {self.by}? name them in which")
        if stated := [name for name in without if name in self.model_fields_set]:
            what = "a state of the month" if state is not None else "of a partner as a whole"
            raise ValueError(f"{self.by} is {what}: leave out {' and '.join(stated)}")
        return self

    @property
    def facts(self) -> tuple[str, ...]:
        """Names of the optional facts of a month that it reads."""
        state = STATES.get(self.by)
        return tuple(part for part in self._kind.parts if part == "incidents") if state is None else state.facts

    @property
    def _kind(self) -> Kind:
        return KINDS[self.by]

    @property
    def unit(self) -> float:
        """Units of what is measured in one that a scenario states."""
        return MINOR_PER_MAJOR if self._kind.money else 1.0

    @property
    def counts_refunds(self) -> bool:
        """Whether it reads premium refunded by month of sale."""
        return self.volume == "net" and bool({"premium", "count"} & set(self._kind.parts))

    @property
    def needs_losses(self) -> bool:
        """Whether it makes sense only where claims are drawn."""
        return "incurred" in self._kind.parts

    @property
    def stop_of_claims(self) -> int | None:
        """Minor units with which a claim counts at most; None: with all of it."""
        return None if self.stop_per_claim is None else to_minor(self.stop_per_claim)

    @property
    def needs_sponsors(self) -> bool:
        """Whether it makes sense only where partners have sponsors."""
        return self.by in ("team", "team_premium")

    @property
    def windows(self) -> Windows:
        """The windows of its sums, with those that it looks back at."""
        if self.window == "trailing":
            return Windows(1, kept=MONTHS_PER_YEAR * (1 + self._kind.grows) - 1)
        length = LENGTHS[self.window]
        back = (MONTHS_PER_YEAR // length if self._kind.grows else 0) + (self.period == "last")
        return Windows(length, personal=self.window == "contract_year", kept=back)

    @staticmethod
    def columns(name: str) -> tuple[Column, ...]:
        """What a measure remembers of every partner, under its name."""
        return tuple(
            Column(f"{name}_{one}", "i8", unit, text, (f"{name}_{one}",)) for one, (unit, text) in REMEMBERED.items()
        )

    def axis_lengths(self, name: str) -> dict[str, int]:
        """Lengths of the axes of `columns`."""
        slots, kind = self.windows.slots, self._kind
        return {
            f"{name}_sums": slots if kind.parts else 0,
            f"{name}_under": slots if len(kind.parts) > 1 else 0,
            f"{name}_seen": slots if kind.grows else 0,
        }

    def counts(self, product: str) -> bool:
        """Whether a product counts."""
        return self.count_products is None or product in self.count_products

    def cells(self, layout: Layout) -> Flags:
        """Where premium counts: bool[P, S]."""
        there = [self.counts(product) for product in layout.products]
        return np.repeat(np.array(there)[:, None], len(layout.segments), axis=1)


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
        where = self._where(facts)
        for column in (self.sums, self.under, self.seen):
            if len(column):
                tally.clear(*where, column)
        if len(self.seen):
            tally.count(*where, self.seen)
        self._add(facts, at_statement=False)

    def conclude(self, facts: MonthFacts) -> None:
        """Count what only the statement knows, and take out what was refunded."""
        self._add(facts, at_statement=True)
        if self.measure.counts_refunds:
            self._forget(facts)

    def read(self, facts: MonthFacts) -> Reals:
        """What the measure has reached, NaN where it is not known: float64[n]."""
        state = STATES.get(self.measure.by)
        if state is not None:
            return state.read(facts, self.cells, self.measure.which)
        now = self._sum(self.sums, facts, self._back).astype(np.float64)
        if len(self.seen):
            return _over(now, self._year_before(facts)) - 1.0
        return self._ratio(now, self._sum(self.under, facts, self._back)) if len(self.under) else now

    def _ratio(self, now: Reals, under: Integers) -> Reals:
        stop = self.measure.stop_per_year
        return _over(now if stop is None else stop.limit(under, now.astype(np.int64)).astype(np.float64), under)

    @property
    def _back(self) -> int:
        return int(self.measure.period == "last")

    def _where(self, facts: MonthFacts) -> tuple[Integers, Integers, Integers]:
        windows = self.measure.windows
        return windows.groups(facts), *windows.now(facts.ordinal)

    def _add(self, facts: MonthFacts, at_statement: bool) -> None:
        if self.measure.stop_of_claims is not None:
            facts = replace(facts, incurred=incurred(facts, self.measure.stop_of_claims))
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
        within = windows.months(facts) + windows.kept * windows.length
        found = facts.refunds.within(facts.layout, self.cells, within, self.measure.business)
        row, _, age, premium, contracts = found
        if row.size:
            group = windows.groups(facts)
            begin = windows.starts()[group[row] if group.size else np.zeros(row.size, dtype=np.int64)]
            slots = (facts.ordinal - age - begin) // windows.length % windows.slots
            np.subtract.at(self.sums, (slots, row), contracts if self.measure.by == "count" else premium)

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


def _over(amount: Reals, of: Integers) -> Reals:
    return np.divide(amount, of, out=np.full(amount.size, np.nan), where=of > 0)


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
    "earned": (lambda facts, business: (facts.earned,), True),
    "incurred": (_incurred, True),
    "incidents": (_incidents, False),
}
