"""Rates by how soon the customers' money comes in: the sooner, the more commission."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, ClassVar, Literal, NamedTuple

import numpy as np
from pydantic import AfterValidator, Field

from sim.base.arrays import Flags, Integers, Reals
from sim.base.columns import Column
from sim.base.units import MONTHS_PER_YEAR, Block, Dated, Share, WholeMonths
from sim.policy.given.facts import MonthFacts
from sim.policy.given.layout import Layout
from sim.policy.given.prospect import Prospect
from sim.policy.given.refunds import Refunds
from sim.policy.rule import Memory, Phase, Rule
from sim.policy.statement import Statement

REMEMBERED = 3 * MONTHS_PER_YEAR  # months of sale that are told apart beyond the last bound, for what is refunded


class Within(Block):
    """A rate for premium that comes in soon enough."""

    within: WholeMonths = Field(description="months after the month of the sale; 1mo: in it or the next")
    rate: Share = Field(description="of the premium that comes in by then")


def _rising(rates: list[Within]) -> list[Within]:
    for n, (low, high) in enumerate(pairwise(rates), start=1):
        if low.within >= high.within:
            raise ValueError(
                f"months must rise: rate {n} is for {low.within} months and rate {n + 1} for {high.within}; sort them "
                "by within, without repeats"
            )
    return rates


Rates = Annotated[list[Within], Field(min_length=1), AfterValidator(_rising)]


class Terms(NamedTuple):
    """What the rule says from some month on."""

    cells: Flags
    rates: Reals
    """float64[P, months] by months since the sale, the last for all later ones"""

    def at(self, ages: Integers) -> Reals:
        """Rates of premium of these ages: float64[P, ages]."""
        return self.rates[:, np.minimum(ages, self.rates.shape[1] - 1)]


class CollectionRate(Rule):
    """Commission on premium as it comes in, at a rate that falls, or rises, with the months since its sale.

    Formula: sum over products and months of sale of r(a) x premium that comes in a months after its sale, each rounded;
    r(a) = the first of `rates` with a <= within, else `later`.

    30 days are a month: days within one are not told apart. What comes in earns at the statement of its month, in the
    simulator at the next; nothing is owed before, so nothing is deferred. Premium that is refunded takes back what its
    month of sale has earned on average, where `payment.clawback` is pro_rata. What was sold while the rule held earns
    after its end as well, until the last of its rates; what was sold before it earns nothing by it.
    """

    phase: ClassVar[Phase] = Phase.RATE
    columns: ClassVar[tuple[Column, ...]] = (
        Column("sold", "i8", "minor", "premium sold under it, by month of sale", ("product", "sold")),
        Column("came", "i8", "minor", "premium that has come in, by month of sale", ("product", "sold")),
        Column("earned", "i8", "minor", "commission on it", ("product", "sold")),
    )
    batched: ClassVar[bool] = True
    reads_collected: ClassVar[bool] = True
    counts_refunds: ClassVar[bool] = True
    kind: Literal["collection_rate"]
    role: Literal["main", "bonus"] = Field(default="main", description="main: instead of base; bonus: on top of it")
    rates: Dated[Rates] = Field(description="by months from the sale until the premium comes in, rising")
    later: Dated[Share] = Field(default=Dated[Share].always(0.0), description="rate of what comes in later still")

    @property
    def claims_cells(self) -> bool:
        return self.role == "main"

    def axis_lengths(self) -> dict[str, int]:
        return {"sold": self._longest + 1 + REMEMBERED}

    @property
    def run_off(self) -> int:
        if self._part == "first":  # the body after it goes on with what it remembers
            return 0
        return self._longest + 1 if self.later.is_always(0.0) else self._longest + REMEMBERED

    @property
    def _longest(self) -> int:
        return max(one.within for rates in self.rates.since.values() for one in rates)

    def highest_rate(self, product: str, segment: str) -> float:
        if not self.covers(product, segment):
            return 0.0
        stated = [one.rate for rates in self.rates.since.values() for one in rates]
        return max(*stated, *self.later.since.values())

    def terms(self, layout: Layout, ordinal: int, cells: Flags, caps: Reals) -> Terms:
        """Cells and rates by age, held under the regulator's cap."""
        stated = self.rates.at(ordinal)
        rates = np.full(stated[-1].within + 2, self.later.at(ordinal))
        for one in reversed(stated):
            rates[: one.within + 1] = one.rate
        return Terms(cells, np.minimum(rates, caps[:, None]))

    def expect(self, prospect: Prospect, terms: Terms) -> None:
        """As the premium comes in where everybody remits in time."""
        schedule = prospect.layout.collection
        if schedule is None:
            prospect.add(terms.cells * terms.rates[:, :1])
        else:
            rates = terms.at(np.arange(schedule.shape[2]))
            prospect.add(terms.cells * (schedule * rates[:, None]).sum(axis=2))

    def accrue(self, facts: MonthFacts, terms: Terms, memory: Memory, statement: Statement) -> None:
        """Note what is sold under it, which earns when it comes in, whatever holds then."""
        _begin(facts, memory)
        written = (facts.premium_new + facts.premium_renewal) * facts.layout.by_row(terms.cells)
        memory["sold"][:, facts.month % memory["sold"].shape[1]] = written

    def apply(self, facts: MonthFacts, terms: Terms, memory: Memory, statement: Statement) -> None:
        found = np.zeros(facts.layout.rows, dtype=np.int64)
        if not self.in_force(facts.ordinal):
            _begin(facts, memory)
        if facts.everyone.collections is not None:
            self._pay(facts.everyone.collections, terms, memory, found)
        if statement.returns:
            _take_back(facts.everyone.refunds, facts.month, memory, found)
        statement.true_up(found)

    def reads(self, facts: MonthFacts, memory: Memory, p: int, i: int) -> tuple[str, float]:
        entries = None if facts.collections is None else facts.collections.entries
        came = 0 if entries is None else entries[3, entries[0] == i].sum()
        return "collected", float(came)

    def _pay(self, came: Refunds, terms: Terms, memory: Memory, found: Integers) -> None:
        row, product, age, premium = _sold_under_it(came, came.month, memory)
        rates = terms.rates[product, np.minimum(age, terms.rates.shape[1] - 1)]
        lines = np.rint(rates * premium).astype(np.int64)
        place = product, (came.month - age) % memory["sold"].shape[1], row
        np.add.at(memory["came"], place, premium)
        np.add.at(memory["earned"], place, lines)
        np.add.at(found, row, lines)


def _begin(facts: MonthFacts, memory: Memory) -> None:
    """Forget the month of sale whose place in the ring this month takes."""
    for name in ("sold", "came", "earned"):
        memory[name][:, facts.month % memory[name].shape[1]] = 0


def _sold_under_it(entries: Refunds, month: int, memory: Memory) -> Integers:
    """Row, product, age and premium of the entries that the rule covered when they were sold: int64[4, k]."""
    row, product, age, _ = found = entries.entries[:4]
    months = memory["sold"].shape[1]
    return found[:, (age < months) & (memory["sold"][product, (month - age) % months, row] > 0)]


def _take_back(refunds: Refunds, month: int, memory: Memory, found: Integers) -> None:
    row, product, age, premium = _sold_under_it(refunds, month, memory)
    place = product, (month - age) % memory["sold"].shape[1], row
    came, earned = memory["came"][place], memory["earned"][place]
    rate = np.divide(earned, came, out=np.zeros(came.size), where=came > 0)
    np.subtract.at(found, row, np.rint(rate * premium).astype(np.int64))
