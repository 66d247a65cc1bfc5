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
from sim.base.units import MONTHS_PER_YEAR, Dated, to_minor
from sim.contracts.products import Product
from sim.partners.population import Population
from sim.partners.segments import Segment
from sim.policy.rule import Rule
from sim.scenario.schema import Scenario


def monthly(dated: Dated, first: int, months: int) -> Reals:
    """Values of the months from the ordinal `first` on: float64[months]."""
    return np.array(dated.series(first, months), dtype=np.float64)


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
    price_minor: Integers
    season: Reals
    frequency: Reals
    per_premium: Reals
    """mean claim over earned premium a contract-year"""
    cost_ratio: Reals | None
    kind: int
    law: Reals

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
        """Renewal probability by contract year, as many years as are told apart; the last goes on."""
        stated = self.product.renewal
        needed = ceil(self.ages / self.term) + 1 if self.term else 1
        return (*stated, *[stated[-1]] * max(0, needed - len(stated)))

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
        places = (slot, count_slot, year, age, ages, any(rule.counts_refunds for rule in covering))
        found.append(_line(name, position, product, places, first, months))
        slot += found[-1].slots
        count_slot += found[-1].slots * found[-1].years
        year += found[-1].years
        age += found[-1].ages
    return tuple(found)


def _covering(scenario: Scenario, product: str) -> list[Rule]:
    """Rules that cover a product in some segment."""
    rules = scenario.policy.rules.values()
    return [rule for rule in rules if any(rule.covers(product, s) for s in scenario.segments)]


def _line(
    name: str, position: int, product: Product, places: tuple[int, int, int, int, int, bool], first: int, months: int
) -> Line:
    price = np.array([to_minor(amount) for amount in product.price.series(first, months)], dtype=np.int64)
    frequency, per_premium, kind, law = np.zeros(months), np.zeros(months), 0, np.ones(1)
    if product.claims is not None:
        claims = product.claims
        frequency = monthly(claims.frequency, first, months)
        kind, law = laws.severity(claims.severity)
        if claims.loss_ratio is not None:
            ratio = monthly(claims.loss_ratio, first, months)
            per_premium = np.divide(ratio, frequency, out=np.zeros(months), where=frequency > 0)
        else:
            years = product.term / MONTHS_PER_YEAR if product.term else 1.0
            per_premium[:] = float(claims.severity.expected or 0.0) * years / product.price.at(first)
    return Line(
        name, position, product, *places, price,
        season=np.array([product.season[(first + t) % MONTHS_PER_YEAR] for t in range(months)]),
        frequency=frequency, per_premium=per_premium,
        cost_ratio=None if product.cost_ratio is None else monthly(product.cost_ratio, first, months),
        kind=kind, law=law,
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
