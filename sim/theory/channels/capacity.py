"""Partners that serve only so many: leads that wait and cool, and a desk that answers them.

Sources: the chain of what waits is solved by linear algebra; M/M/c and Erlang's C as in Gross and Harris, Fundamentals
of Queueing Theory: of those who wait, the wait is exponential at rate c mu - lambda.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
import scipy
from numpy.typing import NDArray

from sim.theory.arrays import Floats
from sim.theory.channels.bounds import above, at_least, exactly, quotient, shares

MOST_LOAD = 0.98  # of a desk: what is over is lost, not queued
NEVER = 1e-18  # chances under it are left out of a chain
DEVIATIONS, MORE = 12.0, 24.0  # above the mean of a Poisson law: what lies beyond has a chance under 1e-15 (Bernstein)
MOST_STATES = 4000


@dataclass(frozen=True)
class Served:
    """Customers served, and waiting at the close, by month; then in all. `served_share` is of all arrivals."""

    served_waiting: list[tuple[int, int]]
    served: int
    lost: int
    waiting_end: int
    served_share: float


def served_in_order(arrivals: Sequence[int], capacity: int, decay: float) -> Served:
    """Integers: waiting and new are served up to the capacity, floor(rest (1 - decay)) waits on, the others are lost.

    Raises
    ------
    ValueError
        For negative arrivals or capacity, or a decay outside 0 to 1.
    """
    at_least(0, arrivals=list(arrivals), capacity=capacity)
    waiting, months = 0, []
    for new in arrivals:
        served = min(waiting + new, capacity)
        waiting = int(_left(np.array([waiting + new - served]), decay)[0])
        months.append((served, waiting))
    whole, came = sum(served for served, _ in months), sum(arrivals)
    return Served(months, whole, came - whole - waiting, waiting, quotient(whole, came))


def _left(rest: NDArray[np.int64], decay: float) -> NDArray[np.int64]:
    """floor(rest (1 - decay)), the decay being the decimal that was written."""
    shares(decay=decay)
    stays = 1 - exactly(decay)
    return np.array([int(one) * stays.numerator // stays.denominator for one in rest], dtype=np.int64)


@dataclass(frozen=True)
class Stationary:
    """A month in the long run: means of customers, share of the arrivals lost, chance that nobody waits at the end."""

    mean_served: float
    mean_waiting: float
    lost_share: float
    nobody_waits: float


def stationary_service(mean_arrivals: float, capacity: int, decay: float, truncate: int | None = None) -> Stationary:
    """The same with Poisson arrivals, in the stationary law of what waits.

    Parameters
    ----------
    mean_arrivals : float
        A month.
    capacity : int
        Customers a month.
    decay : float
        Share of those left over that is lost each month.
    truncate : int, optional
        Most that can wait; from the law of the arrivals unless stated.

    Raises
    ------
    ValueError
        If nothing decays and as many come as are served: the queue then grows without end.
    """
    at_least(0.0, mean_arrivals=mean_arrivals, capacity=capacity)
    shares(decay=decay)
    if decay == 0.0 and mean_arrivals >= capacity and mean_arrivals:
        raise ValueError(f"{mean_arrivals:g} arrivals at a capacity of {capacity} wait for ever where nothing decays")
    busiest = int(mean_arrivals + DEVIATIONS * np.sqrt(mean_arrivals) + MORE)
    most = _most_waiting(mean_arrivals, busiest, capacity, decay) if truncate is None else truncate
    came = np.arange(busiest + 1)
    chance = scipy.stats.poisson.pmf(came, mean_arrivals)
    chance /= chance.sum()
    waiting = np.arange(most + 1)
    there = waiting[:, None] + came
    after = np.minimum(_left(np.arange(there.max() + 1), decay)[np.maximum(there - capacity, 0)], most)
    law = _stationary_law(_moves(after, chance, most))
    served = float(law @ (np.minimum(there, capacity) @ chance))
    return Stationary(served, float(law @ waiting), quotient(mean_arrivals - served, mean_arrivals), float(law[0]))


def _most_waiting(mean: float, busiest: int, capacity: int, decay: float) -> int:
    """What nobody waits beyond but for a negligible chance."""
    if decay > 0.0:
        return min(int(max(busiest - capacity, 0) * (1.0 - decay) / decay) + 1, MOST_STATES)
    if mean == 0.0:
        return 1
    # Nothing decays: the queue's tail falls as exp(-r x), E exp(r (arrivals - capacity)) = 1 (Lundberg).
    rate = scipy.optimize.brentq(lambda r: mean * np.expm1(r) - r * capacity, np.log(capacity / mean), 50.0)
    return min(int(-np.log(NEVER) / rate) + 1, MOST_STATES)


def _moves(after: NDArray[np.int64], chance: Floats, most: int) -> Floats:
    return np.array([np.bincount(row, weights=chance, minlength=most + 1) for row in after])


def _stationary_law(moves: Floats) -> Floats:
    """Law that the chain keeps: x P = x with the last equation replaced by sum x = 1."""
    equations = moves.T - np.eye(len(moves))
    equations[-1] = 1.0
    return cast(Floats, np.linalg.solve(equations, np.eye(len(moves))[-1]))


@dataclass(frozen=True)
class Desk:
    """Load of the desks, chance to wait, mean wait in hours, factor on sales, share that waits beyond a threshold."""

    load: float
    erlang_c: float
    mean_wait_hours: float
    warmth: float
    late_share: float


def desk(
    leads_per_hour: float, served_per_hour: float, desks: int, half_life_hours: float, threshold_hours: float = 0.0
) -> Desk:
    """Leads at an M/M/c desk, first come first served, of which half are lost in each half-life of waiting.

    warmth = E[2^(-wait / half_life)] = 1 - C + C r / (r + ln 2 / half_life), r = c mu - lambda.

    Raises
    ------
    ValueError
        If as many leads come as are served, or there is no desk.
    """
    above(0.0, served_per_hour=served_per_hour)
    at_least(0.0, leads_per_hour=leads_per_hour, half_life_hours=half_life_hours, threshold_hours=threshold_hours)
    at_least(1, desks=desks)
    offered, spare = leads_per_hour / served_per_hour, desks * served_per_hour - leads_per_hour
    above(0.0, **{"desks times served_per_hour less leads_per_hour": spare})
    waits = _erlang_c(offered, desks)
    cools = spare * half_life_hours
    return Desk(
        load=offered / desks,
        erlang_c=waits,
        mean_wait_hours=waits / spare,
        warmth=1.0 - waits + waits * cools / (cools + float(np.log(2.0))),
        late_share=waits * float(np.exp(-spare * threshold_hours)),
    )


def _erlang_c(offered: float, desks: int) -> float:
    """Chance to wait; Erlang's B is the Poisson law cut at the number of desks."""
    blocked = float(scipy.stats.poisson.pmf(desks, offered) / scipy.stats.poisson.cdf(desks, offered))
    return blocked / (1.0 - offered / desks * (1.0 - blocked))


def desk_sales_factor(leads_per_hour: float, served_per_hour: float, desks: int, half_life_hours: float) -> float:
    """Share of the leads' sales that a desk keeps; at most 98 % of its capacity is let in, the rest is lost."""
    at_least(0, desks=desks, leads_per_hour=leads_per_hour)
    if not desks:
        return 0.0
    let_in = min(leads_per_hour, MOST_LOAD * desks * served_per_hour)
    share = let_in / leads_per_hour if leads_per_hour else 1.0
    return share * desk(let_in, served_per_hour, desks, half_life_hours).warmth
