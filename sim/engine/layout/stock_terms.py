"""Finite stock laid out: what is put on sale, and how customers of each segment reserve it.

Notation: q product with stock, s segment of partners, t month (index t + warm_up in a series).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from sim.base.arrays import Flags, Integers, Places, Reals
from sim.base.units import to_minor
from sim.contracts.finite_stock import Approval, Stock
from sim.engine.layout.costs import monthly
from sim.policy.terms.reservation import Reservation
from sim.scenario.schema import Scenario


@dataclass(frozen=True)
class StockTerms:
    """What there is to sell, and the terms on which it is reserved."""

    names: tuple[str, ...]
    """products with stock"""
    products: Places
    """their places among all: intp[q]"""
    released: Integers
    """units put on sale: int64[q, months]"""
    for_partners: Integers
    """units put on sale so far that only partners may sell: int64[q, months]"""
    planned: Reals
    """units that we plan to sell: float64[q, months], NaN without a plan"""
    share: Reals
    """of the customers granted a unit who reserve it: float64[s, months]"""
    own_flat: Reals
    """months until such a customer has sold its own, in quiet times: float64[s, months]"""
    length: Integers
    """months for which a unit is kept that is reserved in a month, 0 where none may be: int64[months]"""
    fee: Integers
    """for each reservation, minor units: int64[months]"""
    most: Reals
    """share of the unsold units up to which reservations are made: float64[months]"""
    longest: int
    """months for which a unit may be kept at most; 0 where nobody reserves"""
    held: Flags
    """whether a reserved unit keeps its price: bool[q]"""
    approvals: tuple[Approval | None, ...]
    """how requests of partners are answered, by product"""

    def waiting(self, q: int) -> slice:
        """Rows of the column of requests that wait for an answer, by month in which they were made."""
        first = sum(_wait(one) for one in self.approvals[:q])
        return slice(first, first + _wait(self.approvals[q]))


def months_of_waiting(scenario: Scenario) -> int:
    """Months for which requests wait, of all products together."""
    return sum(_wait(one.stock.approval) for one in scenario.products.values() if one.stock is not None)


def _wait(approval: Approval | None) -> int:
    return 0 if approval is None else approval.wait


def longest(scenario: Scenario) -> int:
    """Months for which a unit may be kept at most; 0 where nobody reserves or there is no stock."""
    if not scenario.has_stock or not any(one.reserves for one in scenario.segments.values()):
        return 0
    stated = [one.reservation for one in scenario.policies if one.reservation is not None]
    return max((max(one.length.since.values()) for one in stated), default=0)


def stock_terms(scenario: Scenario, first: int, months: int) -> StockTerms | None:
    """What there is from the ordinal `first` on; None where no product has a stock."""
    found = {name: one.stock for name, one in scenario.products.items() if one.stock is not None}
    if not found:
        return None
    order, start = list(scenario.products), scenario.start
    reserving = [one.reserves for one in scenario.segments.values()]
    by_month = [_in_force(scenario, first + t) for t in range(months)]
    return StockTerms(
        names=tuple(found),
        products=np.array([order.index(name) for name in found], dtype=np.intp),
        released=np.array([_released(one.released(start), first, months) for one in found.values()]),
        for_partners=np.array(
            [_released(one.kept_for_partners(start), first, months) for one in found.values()]
        ).cumsum(axis=1),
        planned=np.array([_planned(one, first, months) for one in found.values()]),
        share=np.array([np.zeros(months) if one is None else monthly(one.share, first, months) for one in reserving]),
        own_flat=np.array(
            [np.ones(months) if one is None else monthly(one.own_flat, first, months) for one in reserving]
        ),
        length=np.array([one.length.at(at) if one else 0 for at, one in by_month], dtype=np.int64),
        fee=np.array([to_minor(one.fee.at(at)) if one else 0 for at, one in by_month], dtype=np.int64),
        most=np.array([one.most.at(at) if one else 0.0 for at, one in by_month]),
        longest=longest(scenario),
        held=np.array([one.price_held for one in found.values()]),
        approvals=tuple(one.approval for one in found.values()),
    )


def _planned(stock: Stock, first: int, months: int) -> Reals:
    return np.full(months, np.nan) if stock.plan is None else monthly(stock.plan, first, months)


def _in_force(scenario: Scenario, ordinal: int) -> tuple[int, Reservation | None]:
    """The month, and how units are reserved in it."""
    earlier = scenario.earlier
    policy = scenario.policy if earlier is None or ordinal >= earlier.until else earlier.policy
    return ordinal, policy.reservation


def _released(dated: Mapping[int, int], first: int, months: int) -> Integers:
    """Units by month; those of dates before the first are there in it."""
    found = np.zeros(months, dtype=np.int64)
    for ordinal, units in dated.items():
        if ordinal < first + months:
            found[max(ordinal - first, 0)] += units
    return found
