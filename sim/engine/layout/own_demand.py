"""Our own channels laid out: what each could sell alone, and what it costs, by month.

Notation: c channel, p product, t month (index t + warm_up in a series), months of warm-up and horizon together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import singledispatch

import numpy as np

from sim.base.arrays import Integers, Reals
from sim.base.functions import exp, log
from sim.base.in_turn import sum_in_turn
from sim.base.units import Dated, to_minor
from sim.contracts.own_channels import ByProduct, Marketing, Organic, Outlets, OwnChannel, Staff
from sim.engine.layout.costs import monthly
from sim.scenario.schema import Scenario


@dataclass(frozen=True)
class OwnDemand:
    """What one channel of ours could sell and costs."""

    mean: Reals
    """contracts a month where no partner is, before season, market and capacity: float64[p, months]"""
    reach: Reals
    """how many of its buyers it touches, against other months only: float64[months]"""
    room: Reals
    """contracts a month that it can sell at most: float64[months], infinite without a limit"""
    paid: Integers
    """what it costs but for the bonus of staff, minor units: int64[months]"""
    spread: Integers
    """the same with the opening of outlets over their life"""
    bonus: Reals
    """of staff, as a share of the premium credited to them: float64[months]"""


def own_demands(scenario: Scenario, first: int, months: int) -> tuple[OwnDemand, ...]:
    """All channels in the scenario's order, from the ordinal `first` on."""
    return tuple(laid_out(one, list(scenario.products), first, months) for one in scenario.own.values())


@singledispatch
def laid_out(channel: OwnChannel, products: Sequence[str], first: int, months: int) -> OwnDemand:
    """One channel."""
    raise TypeError(f"no channel of ours: {channel!r}")


def _by_product(stated: ByProduct, products: Sequence[str], first: int, months: int) -> Reals:
    nothing = Dated[float].always(0.0)
    return np.array([monthly(stated.get(one, nothing), first, months) for one in products])


def _free(mean: Reals, bonus: Reals | None = None) -> OwnDemand:
    months = mean.shape[1]
    nothing = np.zeros(months, dtype=np.int64)
    paid = np.zeros(months) if bonus is None else bonus
    return OwnDemand(mean, mean.sum(axis=0), np.full(months, np.inf), nothing, nothing, paid)


@laid_out.register
def _(channel: Organic, products: Sequence[str], first: int, months: int) -> OwnDemand:
    return _free(_by_product(channel.demand, products, first, months))


@laid_out.register
def _(channel: Staff, products: Sequence[str], first: int, months: int) -> OwnDemand:
    return _free(_by_product(channel.demand, products, first, months), monthly(channel.bonus, first, months))


@laid_out.register
def _(channel: Marketing, products: Sequence[str], first: int, months: int) -> OwnDemand:
    spend = monthly(channel.spend, first, months)
    reach = reached(channel, spend)
    mean = _by_product(channel.buyers, products, first, months) * reach * monthly(channel.conversion, first, months)
    paid = np.array([to_minor(one) for one in spend.tolist()], dtype=np.int64)
    return OwnDemand(mean, reach, np.full(months, np.inf), paid, paid, np.zeros(months))


def reached(channel: Marketing, spend: Reals) -> Reals:
    """Share of the buyers that advertising reaches by month, its stock before them that of the first spend."""
    stock, stocks = float(spend[0]), np.empty(spend.size)
    for t, one in enumerate(spend.tolist()):
        stock = channel.carry * stock + (1.0 - channel.carry) * one
        stocks[t] = stock
    force = np.array([exp(channel.slope * log(one)) if one > 0.0 else 0.0 for one in (stocks / channel.half).tolist()])
    return np.asarray(channel.top * force / (force + 1.0))


@laid_out.register
def _(channel: Outlets, products: Sequence[str], first: int, months: int) -> OwnDemand:
    there = np.array(channel.open.series(first, months), dtype=np.int64)
    working = past_ramp(there, channel.ramp)
    mean = _by_product(channel.demand, products, first, months) * working
    opened = np.maximum(np.diff(there, prepend=there[0]), 0)
    opening, running = to_minor(channel.opening_cost), to_minor(channel.running_cost)
    spread = np.rint(there * (opening / channel.life)).astype(np.int64)
    each = np.inf if channel.capacity is None else channel.capacity
    most = np.where(there > 0, np.maximum(there, 1) * each, 0.0)
    return OwnDemand(
        mean, mean.sum(axis=0), most, opened * opening + there * running, spread + there * running, np.zeros(months)
    )


def past_ramp(there: Integers, ramp: float) -> Reals:
    """Outlets by month, each counted by the part of its demand that it has reached; the latest opened close first."""
    ages, found = [np.inf] * int(there[0]), np.empty(there.size)
    for t, number in enumerate(there.tolist()):
        ages = [age + 1 for age in ages][:number]
        ages += [1.0] * (number - len(ages))
        found[t] = sum_in_turn(min(1.0, age / max(ramp, 1.0)) for age in ages)
    return found
