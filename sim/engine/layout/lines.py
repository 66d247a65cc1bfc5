"""Products and segments laid out: where each lies in the rings and among the rows, and its figures by month.

Notation: p product, s segment, t month (index t + warm_up in a series).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import ceil

import numpy as np

from sim.base import laws
from sim.base.arrays import Integers, Reals
from sim.base.units import MONTHS_PER_YEAR, to_minor
from sim.contracts.products import Product
from sim.engine.layout import prices
from sim.engine.layout.costs import costs_of
from sim.partners.population import Population
from sim.partners.segments import Segment
from sim.policy.rule import Rule
from sim.scenario.schema import Scenario


@dataclass(frozen=True)
class Line:
    """A product laid out: where it lies in the rings, and its figures by month."""

    name: str
    position: int
    product: Product
    first_slot: int
    first_count_slot: int
    first_year: int
    first_age: int
    ages: int
    """months since the first sale up to which the policy tells contracts apart"""
    refunds_count: bool
    """some rule counts its refunds by month of sale"""
    sales_read: bool
    """some rule reads the premium of its single contracts"""
    price_minor: Integers
    season: Reals
    """factor on the buyers of the month: the season, and what our price leaves of them"""
    price_effect: Reals
    """what our price leaves of the buyers, 1 where sales do not respond to it"""
    frequency: Reals
    """of this and what follows, by month of the horizon and of the term after it"""
    per_premium: Reals
    """mean claim over the premium of a contract-year, at the price in force"""
    cost_ratio: Reals | None
    """cost of goods over premium, at the price in force; None where there are claims"""
    each_minor: Reals | None
    """mean claim, or cost of goods of a contract-year, minor units; None where cost goes by premium earned"""
    kind: int
    law: Reals

    @cached_property
    def sizes(self) -> tuple[int, Reals] | None:
        """Kind and parameters of the law of a contract's premium over its mean; None: all have the price."""
        return None if self.product.sizes is None else laws.severity(self.product.sizes)

    @property
    def mean_claim(self) -> Reals:
        """Mean claim, minor units or (cost by premium) over earned premium a contract-year: float64[months]."""
        return self.per_premium if self.each_minor is None else self.each_minor

    def cost_share(self, t: int, index: float) -> float:
        """What premium written in the month t is expected to cost, over it; `index` is that of claims in the market."""
        return float(self.frequency[t] * self.per_premium[t] * index if self.cost_ratio is None else self.cost_ratio[t])

    def mean_claim_minor(self, t: int) -> float:
        """Mean claim at the price of a month by its index, the market's index of severities left out: minor units."""
        if self.each_minor is not None:
            return float(self.each_minor[t])
        years = self.term / MONTHS_PER_YEAR if self.term else 1.0
        return float(self.per_premium[t] * self.price_minor[t] / years)

    @property
    def term(self) -> int:
        """Months that a contract runs; 0 for a one-off sale."""
        return self.product.term

    @property
    def slots(self) -> int:
        """Months of sale that the ring of a contract year holds."""
        return max(self.product.term, 1)

    @cached_property
    def renewal(self) -> tuple[float, ...]:
        """Renewal probability by term, as many as are told apart; the last goes on."""
        stated = self.product.renewal
        needed = ceil(self.ages / self.term) + 1 if self.term else 1
        if self.product.changed and any(stated):
            needed = max(needed, 2)  # a change is of new business or of a renewal
        return (*stated, *[stated[-1]] * max(0, needed - len(stated)))

    @property
    def renews(self) -> bool:
        """Whether its contracts may renew."""
        return self.term > 0 and any(self.renewal)

    @property
    def years(self) -> int:
        """Contract years that are told apart; the last one holds the later ones too."""
        return len(self.renewal)

    @property
    def renewing(self) -> slice:
        """Rows of the contracts renewed this month, by contract year."""
        return slice(self.first_year, self.first_year + self.years)

    @property
    def ring(self) -> slice:
        """Rows of the rings of premium and commission."""
        return slice(self.first_slot, self.first_slot + self.slots)

    @property
    def aged(self) -> slice:
        """Rows of the contracts lost and moved this month, by age."""
        return slice(self.first_age, self.first_age + self.ages)

    @property
    def counts(self) -> slice:
        """Rows of the ring of contracts."""
        return slice(self.first_count_slot, self.first_count_slot + self.slots * self.years)


@dataclass(frozen=True)
class Kind:
    """A segment laid out: its rows and what is particular to it."""

    name: str
    position: int
    segment: Segment
    first: int
    last: int
    spare: int

    @property
    def first_spare(self) -> int:
        """First row kept for partners that may enter."""
        return self.last - self.spare

    @property
    def multi(self) -> bool:
        """Whether a partner splits its flow over principals."""
        return self.segment.choice.homing == "multi"


def lines_of(scenario: Scenario, first: int, months: int) -> tuple[Line, ...]:
    """Products laid out, in the scenario's order."""
    found: list[Line] = []
    slot = count_slot = year = age = 0
    for position, (name, product) in enumerate(scenario.products.items()):
        covering = _covering(scenario, name)
        ages = max((rule.ages for rule in covering), default=0)
        counted = any(rule.counts_refunds_of(name, tuple(scenario.segments)) for _, rule in scenario.rules)
        places = (slot, count_slot, year, age, ages, counted, any(rule.reads_sales for rule in covering))
        theirs = prices.of_rivals(scenario, name, first, months)
        found.append(_line(name, position, product, theirs, places, first, months))
        slot += found[-1].slots
        count_slot += found[-1].slots * found[-1].years
        year += found[-1].years
        age += found[-1].ages
    return tuple(found)


def _covering(scenario: Scenario, product: str) -> list[Rule]:
    """Rules that cover a product in some segment."""
    return [rule for _, rule in scenario.rules if any(rule.covers(product, s) for s in scenario.segments)]


def _line(
    name: str, position: int, product: Product, theirs: Reals, places: tuple[int, int, int, int, int, bool, bool],
    first: int, months: int,
) -> Line:  # fmt: skip
    """`theirs` are the rivals' prices, float64[rival, months] in major units."""
    beyond = product.term + 1  # months in which contracts still cost that are in force at the end
    dated = product.price.series(first, months + beyond)
    priced = np.array([to_minor(amount) for amount in dated], dtype=np.int64)
    costs, price = costs_of(product, priced, first), priced[:months]
    effect = prices.effect(product, theirs, price, first)
    season = np.array([product.season[(first + t) % MONTHS_PER_YEAR] for t in range(months)])
    return Line(
        name, position, product, *places, price, season * effect, effect, costs.frequency, costs.per_premium,
        costs.cost_ratio, costs.each_minor, costs.kind, costs.law,
    )  # fmt: skip


def kinds_of(scenario: Scenario, population: Population) -> tuple[Kind, ...]:
    """Segments laid out, in the scenario's order."""
    found = []
    for s, (name, segment) in enumerate(scenario.segments.items()):
        rows = population.slice_of(s)
        found.append(Kind(name, s, segment, rows.start, rows.stop, int(population.spare[rows].sum())))
    return tuple(found)


def paid_within(lines: tuple[Line, ...]) -> Reals:
    """Share of a contract's claims paid within 0, 1, 2, ... months after the sale: float64[product, month].

    Claims occur as premium is earned (half a month's share in the first and the last month) and are paid by the
    product's pattern; cost of goods is paid at once.
    """
    paid = [_payments(line) for line in lines]
    table = np.ones((len(lines), max(map(len, paid))))
    for row, shares in zip(table, paid, strict=True):
        row[: len(shares)] = np.cumsum(shares)
    return np.minimum(table, 1.0)


def _payments(line: Line) -> list[float]:
    """Share of a contract's claims paid in each month since the sale."""
    term, claims = line.term, line.product.claims
    earned = [0.5 / term, *[1.0 / term] * (term - 1), 0.5 / term] if term else [1.0]
    pattern = [1.0] if claims is None else claims.payment_pattern
    paid = [0.0] * (len(earned) + len(pattern) - 1)
    for month, share in enumerate(earned):
        for lag, part in enumerate(pattern):
            paid[month + lag] += share * part
    return paid
