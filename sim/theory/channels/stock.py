"""Finite units that are reserved, bought, or come back.

Notation: N units; those reserved 1 ... m months ago are bought in a month with chance 1/T each, what is not bought at
m comes back; then Poisson requests are granted while units are free, and of those granted a share reserves.
The law over (free, reserved by age) is carried exactly, a month at a time.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy

from sim.theory.arrays import Floats
from sim.theory.channels.bounds import at_least, shares

MOST_STATES = 3e7


@dataclass(frozen=True)
class Reserved:
    """One reservation: chance that it ends in a sale, months off the market, and those for each sale."""

    buys: float
    months_off_market: float
    off_market_per_sale: float


def reservation(own_flat_months: float, reserve_months: int) -> Reserved:
    """A reservation of so many months when the client's own flat sells in T months on average.

    It is bought with chance 1 - (1 - 1/T)^m, and takes T months off the market for each sale whatever m is.

    Raises
    ------
    ValueError
        For T under a month or a negative length.
    """
    at_least(1.0, own_flat_months=own_flat_months)
    at_least(0, reserve_months=reserve_months)
    buys = 1.0 - (1.0 - 1.0 / own_flat_months) ** reserve_months
    return Reserved(buys, own_flat_months * buys, own_flat_months)


@dataclass(frozen=True)
class House:
    """Units sold by the close of each month (mean, chance of all), law at the end float64[units + 1], and returns."""

    mean_sold: Floats
    all_sold: Floats
    law_at_end: Floats
    flats_that_came_back: float


def house(
    units: int, requests: float, reserve_months: int, reserves: float, own_flat_months: float, months: int
) -> House:
    """Units of one house sold and reserved over months; requests are Poisson, so many a month in the mean.

    Raises
    ------
    ValueError
        For a reservation under a month, T under a month, a share outside 0 to 1, negative figures, or so many units
        and months of reservation that the law has more than 3e7 states.
    """
    at_least(0, units=units, requests=requests, months=months)
    at_least(1, reserve_months=reserve_months, own_flat_months=own_flat_months)
    shares(reserves=reserves)
    if (units + 1.0) ** (reserve_months + 1) > MOST_STATES:
        raise ValueError(f"{units} units reserved for {reserve_months} months have too many states to be carried")
    law = np.zeros((units + 1,) * (reserve_months + 1))  # by free units, then reserved by age
    law[(units, *[0] * reserve_months)] = 1.0
    stays = _thinned(units, 1.0 - 1.0 / own_flat_months)
    grants = _granted(units, requests, reserves)
    mean_sold, all_sold, returned, sold = np.zeros(months), np.zeros(months), 0.0, _sold(law)
    for month in range(months):
        for age in range(1, reserve_months + 1):
            law = np.moveaxis(np.tensordot(law, stays, axes=(age, 0)), -1, age)
        returned += float(law.sum(axis=tuple(range(reserve_months))) @ np.arange(units + 1))
        law = np.tensordot(grants, _came_back(law), axes=(0, 0))
        sold = _sold(law)
        mean_sold[month], all_sold[month] = sold @ np.arange(units + 1), sold[units]
    return House(mean_sold, all_sold, sold, returned)


def _thinned(units: int, stays: float) -> Floats:
    """Chance that of so many reserved so many stay, by row and column."""
    count = np.arange(units + 1)
    return np.asarray(scipy.stats.binom.pmf(count, count[:, None], stays), dtype=np.float64)


def _granted(units: int, requests: float, reserves: float) -> Floats:
    """Chance to go from so many free units to so many with so many new reservations, float64[free, free, reserved]."""
    moves, reserved = np.zeros((units + 1,) * 3), _thinned(units, reserves)
    for free in range(units + 1):
        asked = scipy.stats.poisson.pmf(np.arange(free + 1), requests)
        asked[free] = scipy.stats.poisson.sf(free - 1, requests)
        for granted, chance in enumerate(asked):
            moves[free, free - granted] = chance * reserved[granted]
    return moves


def _came_back(law: Floats) -> Floats:
    """The law with units at their last age free again."""
    free = np.zeros(law.shape[:-1])
    for back in range(law.shape[-1]):
        free[back:] += law[: law.shape[0] - back, ..., back]
    return free


def _sold(law: Floats) -> Floats:
    """Law of the number sold: what is neither free nor reserved."""
    held = np.sum(np.indices(law.shape), axis=0)
    units = law.shape[0] - 1
    found = np.bincount(held.ravel(), weights=law.ravel(), minlength=units + 1)
    return np.asarray(found[units::-1], dtype=np.float64)
