"""The plan: a scenario laid out in arrays, built once and read by every replication.

Notation: p product, s segment, k principal (0 is us), t month (index t + warm_up in a series).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import ceil
from typing import Any

import numpy as np

from sim.base.arrays import Flags, Reals, Words
from sim.base.columns import Column, Table, bytes_per_row
from sim.base.errors import Problem, ScenarioError
from sim.base.luck import normals_of
from sim.base.units import MINOR_PER_MAJOR, MONTHS_PER_YEAR
from sim.contracts.common_factor import CommonFactor
from sim.contracts.journeys import ALONE
from sim.contracts.products import CommonFactor as CommonLaw
from sim.engine.layout import dated_figures
from sim.engine.layout.cost_to_come import cost_of_step, cost_to_come, risk
from sim.engine.layout.costs import monthly
from sim.engine.layout.dated_figures import BySegment, Funnel
from sim.engine.layout.expenses import Expenses
from sim.engine.layout.lines import Kind, Line, kinds_of, paid_within
from sim.engine.layout.outline import Outline
from sim.engine.layout.own_demand import OwnDemand, own_demands
from sim.engine.layout.path_table import PathTable, path_table
from sim.engine.layout.posted import Posted, posted
from sim.engine.layout.quality_laid_out import PartnersInDoubt, in_doubt
from sim.engine.layout.sizes import idle
from sim.engine.layout.staff_terms import Staffing, staffing
from sim.engine.layout.standing_laid_out import members
from sim.engine.layout.stock_terms import StockTerms, stock_terms
from sim.engine.layout.tracked import Tracked, tracked
from sim.engine.layout.transfers import exchanges
from sim.figures.figure import WHOLE, Axes, Figure
from sim.figures.monthly import FIXED, Metric
from sim.figures.monthly import laid_out as laid_out_figures
from sim.market.shocks.amendment import amend
from sim.market.shocks.ban import Ban
from sim.partners.built_last import built
from sim.partners.listed import Listed
from sim.partners.population import Population
from sim.policy.book import Book
from sim.policy.given.layout import Layout
from sim.policy.yields import Carriage
from sim.scenario.reads_claims import DRAWN, Claims
from sim.scenario.schema import Scenario


@dataclass(frozen=True)
class Plan:
    """Everything that replications share. Build it with `make`, or with `laid_out` where the outline is at hand."""

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
    late_or_denied: Reals
    """share of its claims that each principal pays late or denies: float64[principal, months]"""
    weights: dict[str, Reals]
    """what each of them, commission and popularity weigh in a partner's utility: float64[segment, months]"""
    by_segment: BySegment
    funnel: Funnel
    worth: Reals
    """price x season of each product, less whom our price turns away, major units: float64[product, month]"""
    rivals_worth: Reals | None
    """the same at the rivals' prices, float64[rival, product, month]; None where nothing is said of prices"""
    own: tuple[OwnDemand, ...]
    """our own channels but for the direct one, in their order"""
    programme: Flags
    """whether partners sell for us: bool[months]"""
    paths: PathTable | None
    """what else touched the sales of partners; None where nothing is said of it"""
    staffing: Staffing | None
    """our staff that cooperate with partners; None where nothing is said of it"""
    in_doubt: PartnersInDoubt | None
    """which partners may be unsound, and what they do; None where nothing is said of it"""
    tracked: Tracked
    posted: Posted | None
    """what influencers' posts bring; None where nobody posts"""
    stock: StockTerms | None
    """units that there are; None where no product has a stock"""
    transfers: dict[int, list[tuple[int, int]]]
    """by month, pairs of rows that change places: partners that come to another segment"""
    demand: Reals
    claims_frequency: Reals
    claims_severity: Reals
    interest: Reals
    overdraft: Reals
    claims: Claims = DRAWN
    columns: dict[str, tuple[Column, ...]] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)
    own_figures: tuple[Figure, ...] = ()
    """monthly figures from outside, which stages from outside write"""
    batches: dict[int, Any] = field(default_factory=dict, init=False, repr=False)
    """this plan repeated so many times (`sim.engine.layout.batch`), kept when first asked for"""

    @cached_property
    def axes(self) -> Axes:
        """Names of the parts that monthly figures have a value of."""
        return {
            **FIXED,
            "product": [line.name for line in self.lines],
            "segment": self.population.segments,
            "own": tuple(self.scenario.own),
            "creditor": self.population.segments[:-1] if self.paths is not None else (),
            "credited": WHOLE if self.paths is not None else (),
            "journey": (*self.paths.names, ALONE) if self.paths is not None else (),
            "rule": self.book.names,
            "principal": self.principals,
            "brokers": WHOLE if any(kind.segment.network for kind in self.kinds) else (),
            "staff": WHOLE if self.staffing is not None else (),
            "quality": WHOLE if self.in_doubt is not None else (),
            "doubted": () if self.in_doubt is None else [self.kinds[s].name for s in self.in_doubt.places],
            "incident": () if self.in_doubt is None else self.in_doubt.incidents,
            "registered": WHOLE if self.scenario.registers else (),
            "poached": WHOLE if self.scenario.poached else (),
            "changed": WHOLE if any(line.product.changed for line in self.lines) else (),
            "offers": WHOLE if (self.alike > 1.0).any() else (),
            "attended": WHOLE if self.scenario.forgets else (),
            "served": WHOLE if self.scenario.makes_wait else (),
            "desk": WHOLE if self.scenario.hands_over else (),
            "striving": [kind.name for kind in self.kinds if kind.segment.effort is not None],
            "sent": WHOLE if self.scenario.sends_customers else (),
            "stocked": self.stock.names if self.stock is not None else (),
        }

    @cached_property
    def alike(self) -> Reals:
        """How many alike offers each principal stands for: float64[k]; ours is one."""
        counts = [one.count for one in self.scenario.rivals.values()]
        return np.array([1, *counts, *[1] * (len(self.principals) - 1 - len(counts))], dtype=np.float64)

    @cached_property
    def metrics(self) -> tuple[Metric, ...]:
        """Monthly figures with all their parts, in the order in which a replication returns them.

        Raises
        ------
        ScenarioError
            Where one from outside has a name that is taken.
        """
        return laid_out_figures(self.axes, self.own_figures)

    @cached_property
    def by_channel(self) -> BySegment:
        """Figures by segment with our own channels last, for kernels."""
        return self.by_segment.with_own(self.population.ours)

    @cached_property
    def flows_move(self) -> bool:
        """Whether more or fewer buyers come to a partner than its flow or its agents say."""
        return bool(self.bans) or any(kind.segment.word_of_mouth for kind in self.kinds)

    @cached_property
    def bans(self) -> dict[str, Ban]:
        """Types of partners that may sell no more from a month on, by the names of the events."""
        return self.scenario.bans

    @cached_property
    def utilities_move(self) -> bool:
        """Whether what partners weigh or see of a principal changes by itself from month to month."""
        dated = any((one != one[:, :1]).any() for one in (*self.weights.values(), *self.seen.values()))
        return dated or bool(self.weights["popularity"].any())

    @cached_property
    def expenses(self) -> Expenses:
        """What each product costs besides claims and commission."""
        return Expenses.of(self.lines)

    @cached_property
    def paid_within(self) -> Reals:
        """Share of a contract's claims paid within 0, 1, 2, ... months after the sale: float64[product, month]."""
        return paid_within(self.lines)

    @cached_property
    def cost_to_come(self) -> tuple[Reals, ...]:
        """Expected cost still to come of each product (`cost_to_come.cost_to_come`)."""
        first, market = self.scenario.start - self.warm_up, self.scenario.market
        found = []
        for line in self.lines:
            months = line.frequency.size
            index = monthly(market.claims_frequency, first, months) * monthly(market.claims_severity, first, months)
            found.append(cost_to_come(line, cost_of_step(line, index)))
        return tuple(found)

    @cached_property
    def risk(self) -> Reals:
        """Expected factor on the claims of each segment (`cost_to_come.risk`)."""
        return risk(self.kinds, self.population)

    @property
    def warm_up(self) -> int:
        """Months before t = 0."""
        return self.scenario.opening.months

    @property
    def months(self) -> int:
        """Months of the horizon."""
        return self.scenario.months

    @property
    def layout(self) -> Layout:
        """How products, segments and rows lie in the arrays."""
        return self.book.layout

    @property
    def rivals(self) -> tuple[str, ...]:
        """Names of the rivals, in the order of principals 1, 2, ..."""
        return tuple(self.scenario.rivals)

    @cached_property
    def idle(self) -> frozenset[str]:
        """Columns of the month that nothing writes (`sizes.idle`)."""
        return idle(self.scenario, self.book, self.sizes)

    @property
    def rows(self) -> int:
        """Rows of a replication."""
        return self.population.rows

    @cached_property
    def bytes_per_row(self) -> float:
        """Bytes of a partner's columns, those of the work space included."""
        return bytes_per_row(self.columns, self.sizes)

    @property
    def batched(self) -> bool:
        """Whether many replications may be played in one table: no class from outside knows one at a time only."""
        return self.book.needs.batched and all(one.batched for one in self.scenario.own_stages)

    def table(self, replications: int = 1) -> Table:
        """A fresh table of the partners of so many replications."""
        return Table(self.columns, self.sizes, self.population.rows * replications)


def make(scenario: Scenario, roster: Sequence[Listed] = (), claims: Claims = DRAWN) -> Plan:
    """Lay a scenario out.

    Raises
    ------
    ScenarioError
        Where claims are to be expected values and something in the scenario needs them drawn.
    """
    return laid_out(Outline(scenario, roster, claims))


def laid_out(outline: Outline) -> Plan:
    """The plan of an outline."""
    scenario, first, months, lines = outline.scenario, outline.first, outline.months, outline.lines
    moving = {ban.segment: ban.under for ban in scenario.bans.values() if ban.under is not None}
    population = built(scenario.segments, outline.roster, *_room(outline), tuple(scenario.own), moving, outline.joining)
    kinds, own = kinds_of(scenario, population), own_demands(scenario, first, months)
    return Plan(
        scenario=scenario,
        population=population,
        lines=lines,
        kinds=kinds,
        principals=outline.principals,
        book=outline.book(population.bounds, members(scenario, outline.roster, population)),
        carriage=_carriage(scenario),
        seen=dated_figures.seen(scenario, first, months),
        late_or_denied=dated_figures.late_or_denied(outline.principals, scenario, first, months),
        weights=dated_figures.weights(scenario, first, months),
        by_segment=dated_figures.by_segment(scenario, first, months),
        funnel=dated_figures.funnel(kinds, population.ours, scenario.start, first, months),
        worth=np.array([line.price_minor * line.season / MINOR_PER_MAJOR for line in lines]),
        rivals_worth=dated_figures.rivals_worth(scenario, lines, first, months),
        own=own,
        programme=_programme(scenario, first, months),
        paths=path_table(scenario, own, population, first, months),
        staffing=staffing(scenario, first, months),
        in_doubt=in_doubt(scenario, population),
        tracked=tracked(scenario, first, months),
        posted=posted(scenario, first, months),
        stock=stock_terms(scenario, first, months),
        transfers=exchanges(scenario, outline.roster, population),
        demand=monthly(scenario.market.demand, first, months),
        claims_frequency=monthly(scenario.market.claims_frequency, first, months),
        claims_severity=monthly(scenario.market.claims_severity, first, months),
        interest=monthly(scenario.accounts.interest, first, months),
        overdraft=monthly(scenario.accounts.overdraft or scenario.accounts.interest, first, months),
        claims=outline.claims,
        columns=outline.columns,
        sizes=outline.sizes,
        own_figures=tuple(figure for one in scenario.own_stages for figure in one.figures),
    )


def policy_story(plan: Plan, calendar: Any, conditions: Any) -> Any:
    """The dated amendments of the policy book as a story, those before the opening already in force."""
    opening = plan.scenario.start - plan.warm_up
    return amend([date for date in plan.book.dates if date > opening], calendar, conditions)


def common_factor(plan: Plan, line: Line, replications: Words) -> CommonFactor | None:
    """The factor that all claims of a product share, by replication, from the warm-up on; None if it is always 1."""
    terms = line.product.claims
    return None if terms is None else _yearly(plan, f"claims.common.{line.name}", terms.common, replications)


def reserve_factor(plan: Plan, line: Line, replications: Words) -> CommonFactor | None:
    """The factor on what claims of a year are first booked at, like `common_factor`; None if it is always 1."""
    terms = line.product.claims
    law = CommonLaw(cv=0.0 if terms is None else terms.reserve_cv)
    return _yearly(plan, f"claims.reserve.{line.name}", law, replications)


def _yearly(plan: Plan, name: str, law: CommonLaw, replications: Words) -> CommonFactor | None:
    """A factor of mean 1 for each year; claims that are expected values have its mean."""
    if law.cv == 0 or plan.claims == "expected":
        return None
    first, last = -plan.warm_up // MONTHS_PER_YEAR, (plan.months - 1) // MONTHS_PER_YEAR
    months = [year * MONTHS_PER_YEAR for year in range(first, last + 1)]
    normals = normals_of(name, months, replications, plan.scenario.seed)
    return CommonFactor(law.cv, law.persistence, first, normals)


def _room(outline: Outline) -> tuple[dict[str, int], dict[str, int]]:
    """Rows to keep by segment: for partners that enter by themselves, and for those that others recruit."""
    limit = outline.scenario.population_limit
    for name, one in outline.rooms.items():
        if one.recruits > limit:
            what = f"recruiting may bring {one.recruits:.3g} partners, over the limit of {limit:,.0f}"
            path = f"segments.{name}.turnover.recruiting"
            raise ScenarioError(Problem(path, what, "lower it, or raise population_limit"))
    entrants = {name: ceil(one.entrants) for name, one in outline.rooms.items()}
    return entrants, {name: ceil(one.recruits) for name, one in outline.rooms.items()}


def _programme(scenario: Scenario, first: int, months: int) -> Flags:
    """Whether partners sell for us, by month; what is stated without a date holds from the start on."""
    stated = scenario.policy.programme
    found = np.array(stated.series(first, months), dtype=np.bool_)
    if not stated.changes:
        found[: scenario.start - first] = True
    return found


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
