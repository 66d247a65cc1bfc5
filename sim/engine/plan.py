"""The plan: a scenario laid out in arrays, built once and read by every replication.

Notation: p product, s segment, k principal (0 is us), t month (index t + warm_up in a series).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import ceil, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.base import laws
from sim.base.columns import Column, Table
from sim.base.errors import SimError
from sim.base.luck import Luck
from sim.base.units import MINOR_PER_MAJOR, MONTHS_PER_YEAR, Dated, to_minor
from sim.contracts import columns as contract_columns
from sim.contracts.common_factor import CommonFactor
from sim.contracts.products import Product
from sim.market.shocks.amendment import amend
from sim.market.terms import Principal
from sim.partners import columns as partner_columns
from sim.partners import growth
from sim.partners.population import Listed, Population, build
from sim.partners.segments import Segment
from sim.policy import columns as policy_columns
from sim.policy.book import Book
from sim.policy.facts import Layout, Members
from sim.policy.rule import Phase
from sim.policy.yields import Carriage
from sim.scenario.schema import Scenario
from sim.settlement import columns as settlement_columns

Reals = NDArray[np.float64]
Integers = NDArray[np.int64]
ARREARS_MONTHS = 3  # of 90 days
SAFETY_DEVIATIONS = 6.5  # room for entrants: the mean and this many standard deviations


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
        return self.product.term

    @property
    def slots(self) -> int:
        return max(self.product.term, 1)

    @cached_property
    def renewal(self) -> tuple[float, ...]:
        """Renewal probability by contract year, as many years as are told apart; the last goes on."""
        stated = self.product.renewal
        needed = ceil(self.ages / self.term) + 1 if self.term else 1
        return (*stated, *[stated[-1]] * max(0, needed - len(stated)))

    @property
    def years(self) -> int:
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
        return self.segment.choice.homing == "multi"


@dataclass(frozen=True)
class BySegment:
    """Figures of all segments as arrays, for kernels: constants have the shape (segment), series (segment, month)."""

    mix: Reals
    """contracts of each product that a buyer takes: float64[segment, product]"""
    single: NDArray[np.bool_]
    pull: Reals
    inertia: Reals
    ramp: Reals
    lag_months: Integers
    lag_fraction: Reals
    net: NDArray[np.bool_]
    fraud: Reals
    review: Reals
    discipline: Reals
    default: Reals
    entry: Reals
    leave: Reals


@dataclass(frozen=True)
class Funnel:
    """What stands before a sale, by segment."""

    per_sale: Reals
    """views, clicks, leads and bad leads for each contract: float64[4, segments + 1], the direct channel last; 0 without
    a funnel"""
    passing: Reals
    """share of the leads that manual actions and fit let through: float64[segments]; 1 without a funnel"""


@dataclass(frozen=True)
class Plan:
    """Everything that replications share. Build it with `make`."""

    scenario: Scenario
    population: Population
    lines: tuple[Line, ...]
    kinds: tuple[Kind, ...]
    principals: tuple[str, ...]
    """us, the rivals in the scenario's order, and `none` where an outside option is stated"""
    book: Book
    carriage: Carriage
    seen: dict[str, Reals]
    """service, brand, reliability of each principal: float64[principal, months]"""
    weights: dict[str, Reals]
    """what each of them, commission and popularity weigh in a partner's utility: float64[segment, months]"""
    by_segment: BySegment
    funnel: Funnel
    worth: Reals
    """price x season of each product, major units: float64[product, month]"""
    demand: Reals
    claims_frequency: Reals
    claims_severity: Reals
    interest: Reals
    columns: dict[str, tuple[Column, ...]] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)

    @cached_property
    def utilities_move(self) -> bool:
        """Whether what partners weigh or see of a principal changes by itself from month to month."""
        series = [*self.weights.values(), *self.seen.values()]
        dated = any((one != one[:, :1]).any() for one in series)
        return dated or bool(self.weights["popularity"].any())

    @property
    def warm_up(self) -> int:
        return self.scenario.opening.months

    @property
    def months(self) -> int:
        return self.scenario.months

    @property
    def layout(self) -> Layout:
        return self.book.layout

    @property
    def rivals(self) -> tuple[str, ...]:
        return tuple(self.scenario.rivals)

    def table(self) -> Table:
        """A fresh table of partners."""
        return Table(self.columns, self.sizes, self.population.rows)


def make(scenario: Scenario, roster: Sequence[Listed] = ()) -> Plan:
    """Lay a scenario out."""
    warm, first = scenario.opening.months, scenario.start - scenario.opening.months
    months = warm + scenario.months
    population = build(scenario.segments, roster, *_room_for_entrants(scenario, roster, first, months))
    lines = _lines(scenario, first, months)
    terms = tuple(product.term for product in scenario.products.values())
    lives = tuple(product.life(months) for product in scenario.products.values())
    layout = Layout(tuple(scenario.products), population.segments, population.bounds, terms, *_patterns(scenario), lives)
    book = Book(scenario.policy, layout, _caps(scenario), Members(population.id_hash, population.regions, population.groups))
    principals = ("us", *scenario.rivals, *(("none",) if scenario.market.outside_option is not None else ()))
    kinds = tuple(_kind(s, name, scenario, population) for s, name in enumerate(scenario.segments))
    return Plan(
        scenario=scenario,
        population=population,
        lines=lines,
        kinds=kinds,
        principals=principals,
        book=book,
        carriage=_carriage(scenario),
        seen=_seen(scenario, first, months),
        weights=_weights(scenario, first, months),
        by_segment=_by_segment(scenario, first, months),
        funnel=_funnel(kinds),
        worth=np.array([line.price_minor * line.season / MINOR_PER_MAJOR for line in lines]),
        demand=_series(scenario.market.demand, first, months),
        claims_frequency=_series(scenario.market.claims_frequency, first, months),
        claims_severity=_series(scenario.market.claims_severity, first, months),
        interest=np.array(list(scenario.accounts.interest.series(first, months))),
        columns=_columns(book),
        sizes=_sizes(scenario, lines, kinds, principals, book) | {"tree": int(population.has_tree)},
    )


def policy_story(plan: Plan, calendar: Any, conditions: Any) -> Any:
    """The dated amendments of the policy book as a story, those before the opening already in force."""
    opening = plan.scenario.start - plan.warm_up
    return amend([date for date in plan.book.dates if date > opening], calendar, conditions)


def common_factor(plan: Plan, line: Line, luck: Luck) -> CommonFactor | None:
    """The factor that all claims of a product share in a replication, from the warm-up on; None where it has none."""
    terms = line.product.claims
    if terms is None or terms.common.cv == 0:
        return None
    first, last = -plan.warm_up // MONTHS_PER_YEAR, (plan.months - 1) // MONTHS_PER_YEAR
    name = f"claims.common.{line.name}"
    normals = [luck.normal(year * MONTHS_PER_YEAR, name) for year in range(first, last + 1)]
    return CommonFactor(terms.common.cv, terms.common.persistence, first, normals)


def _series(dated: Dated, first: int, months: int) -> Reals:
    return np.array(dated.series(first, months), dtype=np.float64)


def _lines(scenario: Scenario, first: int, months: int) -> tuple[Line, ...]:
    lines: list[Line] = []
    slot = count_slot = year = age = 0
    for position, (name, product) in enumerate(scenario.products.items()):
        places = (slot, count_slot, year, age, _ages(scenario, name))
        lines.append(_line(name, position, product, places, first, months))
        slot += lines[-1].slots
        count_slot += lines[-1].slots * lines[-1].years
        year += lines[-1].years
        age += lines[-1].ages
    return tuple(lines)


def _ages(scenario: Scenario, product: str) -> int:
    """Months since the first sale up to which some rule tells the contracts of a product apart."""
    covering = (rule for rule in scenario.policy.rules.values() if any(rule.covers(product, s) for s in scenario.segments))
    return max((rule.ages for rule in covering), default=0)


def _line(name: str, position: int, product: Product, places: tuple[int, int, int, int, int], first: int, months: int) -> Line:
    price = np.array([to_minor(amount) for amount in product.price.series(first, months)], dtype=np.int64)
    frequency, per_premium, kind, law = np.zeros(months), np.zeros(months), 0, np.ones(1)
    if product.claims is not None:
        claims = product.claims
        frequency = _series(claims.frequency, first, months)
        kind, law = laws.severity(claims.severity)
        if claims.loss_ratio is not None:
            ratio = _series(claims.loss_ratio, first, months)
            per_premium = np.divide(ratio, frequency, out=np.zeros(months), where=frequency > 0)
        else:
            years = product.term / MONTHS_PER_YEAR if product.term else 1.0
            per_premium[:] = float(claims.severity.expected or 0.0) * years / product.price.at(first)
    return Line(
        name, position, product, *places, price,
        season=np.array([product.season[(first + t) % MONTHS_PER_YEAR] for t in range(months)]),
        frequency=frequency, per_premium=per_premium,
        cost_ratio=None if product.cost_ratio is None else _series(product.cost_ratio, first, months),
        kind=kind, law=law,
    )  # fmt: skip


def _kind(s: int, name: str, scenario: Scenario, population: Population) -> Kind:
    rows = population.slice_of(s)
    return Kind(name, s, scenario.segments[name], rows.start, rows.stop, int(population.spare[rows].sum()))


def _by_segment(scenario: Scenario, first: int, months: int) -> BySegment:
    segments = list(scenario.segments.values())
    lags = np.array([one.remittance.lag for one in segments])
    return BySegment(
        mix=np.array([[one.mix.get(product, 0.0) for product in scenario.products] for one in segments]),
        single=np.array([one.choice.homing == "single" for one in segments]),
        pull=np.array([one.choice.pull for one in segments]),
        inertia=np.array([one.choice.inertia for one in segments]),
        ramp=np.array([max(1.0, one.turnover.ramp) for one in segments]),
        lag_months=lags.astype(np.int64),
        lag_fraction=lags - lags.astype(np.int64),
        net=np.array([one.remittance.net for one in segments]),
        fraud=np.array([one.fraud for one in segments]),
        review=np.array([_series(one.choice.review, first, months) for one in segments]),
        discipline=np.array([_discipline(one, scenario, first, months) for one in segments]),
        default=np.array([_series(one.remittance.default, first, months) for one in segments]),
        entry=np.array([_series(one.turnover.entry, first, months) for one in segments]),
        leave=np.array([_series(one.turnover.leave, first, months) for one in segments]),
    )


def _discipline(segment: Segment, scenario: Scenario, first: int, months: int) -> Reals:
    """Discipline by month, less what holding on to our premium takes where money is dear."""
    stated, wilful = _series(segment.remittance.discipline, first, months), segment.remittance.wilful
    if wilful is None:
        return stated
    rates = scenario.accounts.interest.series(first, months)
    return np.maximum(0.0, stated - [wilful.held_back(rate) for rate in rates])


def _funnel(kinds: Sequence[Kind]) -> Funnel:
    per_sale, passing = np.zeros((4, len(kinds) + 1)), np.ones(len(kinds))
    for kind in kinds:
        if kind.segment.funnel is not None:
            terms, s = kind.segment.funnel, kind.position
            leads = 1.0 / terms.chance
            clicks = leads / terms.lead_rate
            per_sale[:, s] = clicks / terms.click_rate, clicks, leads, (leads - 1.0) * terms.bad_leads
            passing[s] = terms.passing
    return Funnel(per_sale, passing)


def _room_for_entrants(
    scenario: Scenario, roster: Sequence[Listed], first: int, months: int
) -> tuple[dict[str, int], dict[str, int]]:
    """Rows to keep by segment: for partners that enter by themselves, and for those that others recruit."""
    highest = max(_series(scenario.market.demand, first, months))
    for story in scenario.market.events.values():
        highest *= max(1.0, getattr(story, "demand", 1.0))
    here = Counter(one.segment for one in roster) if roster else {n: one.partners for n, one in scenario.segments.items()}
    entrants, recruits = {}, {}
    for name, one in scenario.segments.items():
        entry, rates = (one.turnover.entry.series(first, months), one.turnover.recruiting.series(first, months))
        mean = sum(entry) * highest
        entrants[name] = ceil(mean + SAFETY_DEVIATIONS * sqrt(mean))
        needed = growth.room(here.get(name, 0), rates, entry, float(highest), SAFETY_DEVIATIONS)
        if needed > scenario.population_limit:
            raise SimError(
                f"recruiting may bring {needed:.3g} partners to segment {name}, over the limit of "
                f"{scenario.population_limit:,.0f}: lower its recruiting, or raise population_limit"
            )
        recruits[name] = ceil(needed)
    return entrants, recruits


def _patterns(scenario: Scenario) -> tuple[tuple[tuple[float, ...], ...], tuple[tuple[float, ...], ...]]:
    """Payment and reporting patterns by product; cost of goods is known and paid at once."""
    claims = [product.claims for product in scenario.products.values()]
    paid = tuple((1.0,) if one is None else tuple(one.payment_pattern) for one in claims)
    return paid, tuple((1.0,) if one is None else tuple(one.report_pattern) for one in claims)


def _caps(scenario: Scenario) -> dict[int, Dated[float]]:
    named = enumerate(scenario.products.values())
    return {p: product.commission_cap for p, product in named if product.commission_cap is not None}


def _carriage(scenario: Scenario) -> Carriage:
    segments = scenario.segments.values()
    net = np.array([float(one.remittance.net) for one in segments])
    return Carriage(
        cost_of_money=np.array([one.cost_of_money for one in segments]),
        pay_delay=np.where(net > 0, 0.0, float(scenario.policy.payment.delay)),
        float_lag=np.array([one.remittance.lag for one in segments]),
        net=net,
        side_income=np.array([one.side_income for one in segments]),
        deposit=np.zeros(len(segments)),
    )


def _seen(scenario: Scenario, first: int, months: int) -> dict[str, Reals]:
    everyone: list[Principal] = [scenario.us, *scenario.rivals.values()]
    return {
        name: np.array([_series(getattr(one, name), first, months) for one in everyone])
        for name in ("service", "brand", "reliability")
    }


def _weights(scenario: Scenario, first: int, months: int) -> dict[str, Reals]:
    weights = [one.choice.weights for one in scenario.segments.values()]
    return {
        name: np.array([_series(getattr(one, name), first, months) for one in weights])
        for name in ("commission", "service", "brand", "reliability", "popularity")
    }


def _columns(book: Book) -> dict[str, tuple[Column, ...]]:
    return {
        "partners": partner_columns.COLUMNS,
        "contracts": contract_columns.COLUMNS,
        "policy": (*policy_columns.COLUMNS, *book.columns()),
        "settlement": settlement_columns.COLUMNS,
        "engine": (Column("premium_year", "i8", "minor", "premium written since the year began"),),
    }


def _sizes(
    scenario: Scenario, lines: Sequence[Line], kinds: Sequence[Kind], principals: Sequence[str], book: Book
) -> dict[str, int]:
    delay, quiet = book.longest(scenario.start - scenario.opening.months)
    fixed = any(kind.segment.sales.law == "fixed" for kind in kinds)
    queued = any(kind.segment.sales.capacity is not None for kind in kinds)
    passing = any(rule.phase is Phase.LEVELS for _, rule in book.rules)
    return {
        "product": len(lines),
        "principal": len(principals),
        "slot": max(line.slots for line in lines),
        "slots": sum(line.slots for line in lines),
        "years": sum(line.years for line in lines),
        "count_slots": sum(line.slots * line.years for line in lines),
        "passed_slots": sum(line.slots for line in lines) if passing else 0,
        "passing": len(lines) if passing else 0,
        "taking_back": len(lines) if book.takes_back else 0,
        "ages": sum(line.ages for line in lines),
        "customers": sum(line.product.repeat_months for line in lines),
        "batches": max(ceil(kind.segment.remittance.lag) for kind in kinds) + 1,
        "pay_months": delay + 1,
        "quiet_months": delay + quiet + 1 if quiet else 0,
        "holding": 1 if quiet else 0,
        "advancing": 1 if book.advances else 0,
        "aged": _closes_remembered(scenario),
        "deposited": 0 if scenario.policy.deposits is None else 1,
        **_network_sizes(kinds),
        **_control_sizes(scenario),
        "carried": len(lines) if fixed else 0,
        "queued": len(lines) if queued else 0,
        "funnel": 1 if any(kind.segment.funnel for kind in kinds) else 0,
    } | book.axis_lengths()


def _closes_remembered(scenario: Scenario) -> int:
    """How many closes back arrears are told apart by age."""
    control, scheme = scenario.policy.credit_control, scenario.policy.deposits
    waits = [None if control is None else control.stop_sale_after, None if scheme is None else scheme.after_arrears]
    counted = scenario.accounts.ninety_days or control is not None or any(one is not None for one in waits)
    return max([ARREARS_MONTHS, *(one + 1 for one in waits if one is not None)]) if counted else 0


def _control_sizes(scenario: Scenario) -> dict[str, int]:
    """Lengths of what is kept to judge partners: nothing without control."""
    terms = scenario.policy.control
    window, rated = (0, False) if terms is None else (terms.window, terms.rating is not None)
    return {
        "controlled": min(window, 1), "window": window, "rated_window": window * rated, "rated": int(rated),
        "returning": int(any(one.turnover.phoenix for one in scenario.segments.values())),
    }  # fmt: skip


def _network_sizes(kinds: Sequence[Kind]) -> dict[str, int]:
    """Lengths of what is kept of network brokers: nothing without one."""
    networks = [(kind.segment.remittance, kind.segment.network) for kind in kinds if kind.segment.network is not None]
    return {
        "network": min(len(networks), 1),
        "others_batches": max((ceil(remittance.lag) + 1 for remittance, _ in networks), default=0),
        "agents_batches": max((terms.pay_lag + terms.grace + 1 for _, terms in networks), default=0),
    }
