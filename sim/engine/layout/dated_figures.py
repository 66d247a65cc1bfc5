"""A scenario's dated figures as arrays, by segment and by principal, for kernels.

Notation: s segment, k principal (0 is us), t month (index t + warm_up in a series).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from sim.base.arrays import Flags, Integers, Reals
from sim.contracts.products import Product
from sim.engine.layout import prices
from sim.engine.layout.costs import monthly
from sim.engine.layout.lines import Kind, Line
from sim.market.terms import Principal
from sim.partners.segments import Phoenix, Segment
from sim.scenario.schema import Scenario


@dataclass(frozen=True)
class BySegment:
    """Figures of all segments as arrays, for kernels: constants have the shape (segment), series (segment, month)."""

    mix: Reals
    """contracts of each product that a buyer takes: float64[segment, product]"""
    counted: Reals
    """premium of the renewals that partners count, over that of a sale: float64[segment, product]"""
    single: Flags
    pull: Reals
    inertia: Reals
    ramp: Reals
    lag_months: Integers
    lag_fraction: Reals
    net: Flags
    sets_off: Flags
    """net, and what is owed back is taken from the commission kept"""
    fraud: Reals
    review: Reals
    discipline: Reals
    default: Reals
    entry: Reals
    recruiting: Reals
    leave: Reals
    return_after: Integers
    """quiet months after a default, and the chance a month of a return once they are over; 0 where nobody returns"""
    return_chance: Reals
    fixed: Flags
    """sales are their expectation"""
    shape: Reals
    """mixing shape of sales, 1 / cv**2; 0 where they are not negative binomial"""
    capacity: Reals
    """contracts a month as a multiple of the flow; infinite without a limit"""
    waiting_decay: Reals

    brings: Reals
    """demand of our default channel that a sale of last month adds"""
    multi: Flags
    """partners split their flow"""

    def with_own(self, ours: int) -> BySegment:
        """The same with our own channels as the last segments, of which nothing is drawn, owed or chosen."""
        found = {}
        for one in fields(self):
            values = getattr(self, one.name)
            own = np.full((ours, *values.shape[1:]), _OF_OURS.get(one.name, 0), dtype=values.dtype)
            found[one.name] = np.concatenate((values, own))
        return BySegment(**found)


_OF_OURS = {"ramp": 1.0, "discipline": 1.0, "capacity": np.inf}  # of our own channels; all else is 0


@dataclass(frozen=True)
class Funnel:
    """What stands before a sale, by segment and month."""

    per_sale: Reals
    """views, clicks, leads and bad leads for each contract: float64[4, segments, months], our own channels last; 0
    without a funnel"""
    passing: Reals
    """factor on sales: leads that manual actions and fit let through, conversion against that of the opening, partners
    alone: float64[segments, months]; 1 without one"""


def by_segment(scenario: Scenario, first: int, months: int) -> BySegment:
    """Figures of all segments."""
    segments = list(scenario.segments.values())
    lags = np.array([one.remittance.lag for one in segments])
    returns = [one.turnover.phoenix or Phoenix(chance=0.0) for one in segments]
    sales = [one.sales for one in segments]
    return BySegment(
        mix=np.array([[one.mix.get(product, 0.0) for product in scenario.products] for one in segments]),
        counted=np.array([[_counted(one, product) for product in scenario.products.values()] for one in segments]),
        single=np.array([one.choice.homing == "single" for one in segments]),
        pull=np.array([one.choice.pull for one in segments]),
        inertia=np.array([one.choice.inertia for one in segments]),
        ramp=np.array([max(1.0, one.turnover.ramp) for one in segments]),
        lag_months=lags.astype(np.int64),
        lag_fraction=lags - lags.astype(np.int64),
        net=np.array([one.remittance.net for one in segments]),
        sets_off=np.array([one.remittance.sets_off for one in segments]),
        fraud=np.array([one.fraud for one in segments]),
        review=np.array([monthly(one.choice.review, first, months) for one in segments]),
        discipline=np.array([_discipline(one, scenario, first, months) for one in segments]),
        default=np.array([monthly(one.remittance.default, first, months) for one in segments]),
        entry=np.array([monthly(one.turnover.entry, first, months) for one in segments]),
        recruiting=np.array([monthly(one.turnover.recruiting, first, months) for one in segments]),
        leave=np.array([monthly(one.turnover.leave, first, months) for one in segments]),
        return_after=np.array([one.after for one in returns], dtype=np.int64),
        return_chance=np.array([one.chance for one in returns], dtype=np.float64),
        fixed=np.array([one.law == "fixed" for one in sales]),
        shape=np.array([one.volatility**-2.0 if one.law == "negative_binomial" else 0.0 for one in sales]),
        capacity=np.array([np.inf if one.capacity is None else one.capacity for one in sales]),
        waiting_decay=np.array([one.waiting_decay for one in sales]),
        brings=np.array([one.brings for one in segments]),
        multi=np.array([one.choice.homing != "single" for one in segments]),
    )


def _counted(segment: Segment, product: Product) -> float:
    """Premium of the renewals that a partner counts, over that of the sale, at the present price."""
    stays, found, chances = 1.0, 0.0, product.renewal
    for number in range(segment.choice.renewals if product.term else 0):
        stays *= chances[min(number, len(chances) - 1)]
        found += stays
    return found


def _discipline(segment: Segment, scenario: Scenario, first: int, months: int) -> Reals:
    """Discipline by month, less what holding on to our premium takes where money is dear."""
    stated, wilful = monthly(segment.remittance.discipline, first, months), segment.remittance.wilful
    if wilful is None:
        return stated
    rates = scenario.accounts.interest.series(first, months)
    return np.maximum(0.0, stated - [wilful.held_back(rate) for rate in rates])


def funnel(kinds: Sequence[Kind], ours: int, opening: int, first: int, months: int) -> Funnel:
    """What stands before a sale, of all segments of partners and so many channels of ours, from `first` on."""
    per_sale, passing = np.zeros((4, len(kinds) + ours, months)), np.ones((len(kinds), months))
    for kind in kinds:
        if kind.segment.funnel is not None:
            terms, s = kind.segment.funnel, kind.position
            leads = 1.0 / np.array([terms.chance(first + t) for t in range(months)])
            clicks = leads / terms.lead_rate
            per_sale[:, s] = clicks / terms.click_rate, clicks, leads, (leads - 1.0) * kind.segment.bad_leads
            passing[s] = [terms.sells(first + t, opening) for t in range(months)]
    return Funnel(per_sale, passing)


def seen(scenario: Scenario, first: int, months: int) -> dict[str, Reals]:
    """Service, brand and reliability of each principal: float64[principal, months]."""
    everyone: list[Principal] = [scenario.us, *scenario.rivals.values()]
    return {
        name: np.array([monthly(getattr(one, name), first, months) for one in everyone])
        for name in ("service", "brand", "reliability")
    }


def late_or_denied(principals: Sequence[str], scenario: Scenario, first: int, months: int) -> Reals:
    """Share of its claims that each principal pays late or denies: float64[principal, months]; 0 of none of them."""
    found = np.zeros((len(principals), months))
    for k, one in enumerate((scenario.us, *scenario.rivals.values())):
        found[k] = monthly(one.late_or_denied, first, months)
    return found


def weights(scenario: Scenario, first: int, months: int) -> dict[str, Reals]:
    """What partners weigh by segment: float64[segment, months] each."""
    stated = [one.choice.weights for one in scenario.segments.values()]
    return {
        name: np.array([monthly(getattr(one, name), first, months) for one in stated])
        for name in ("commission", "service", "brand", "reliability", "popularity")
    }


def rivals_worth(scenario: Scenario, lines: Sequence[Line], first: int, months: int) -> Reals | None:
    """Price x season at each rival, major units: float64[r, product, months]; None where nothing is said of prices."""
    said = any(line.product.price_response for line in lines) or any(one.price for one in scenario.rivals.values())
    if not said or not scenario.rivals:
        return None
    by_product = [
        prices.of_rivals(scenario, line.name, first, months) * (line.season / line.price_effect) for line in lines
    ]
    return np.stack(by_product, axis=1)
