"""Part of the month in which our own channels reach their buyers, and what the channels cost.

Notation: R replications, c channel of ours but for the direct one, p product.
"""

from __future__ import annotations

import numpy as np

from sim.base.arrays import Integers, Reals
from sim.engine.layout.lines import Line
from sim.engine.stages.business import cooperating
from sim.engine.state.books import Books
from sim.engine.state.channels import Channels
from sim.engine.state.credited_sales import Journeys
from sim.engine.state.market import Market
from sim.engine.state.notebook import Notebook
from sim.engine.state.now import Now
from sim.engine.state.sales_limits import FREE, Limits
from sim.engine.state.staff import CooperatingStaff
from sim.money.flows import Flow


def keep_apart(now: Now, journeys: Journeys, line: Line, mu: Reals) -> None:
    """Take what separation forbids off partners' mean sales[n]."""
    kept, partners = journeys.kept[:, line.position], now.plan.population.partners
    if (kept < 1.0).any():
        place = now.plan.population.segment[:partners]
        mu.reshape(now.size, -1)[:, :partners] *= kept[journeys.table.classes[:partners], place]


def displaced(now: Now, channels: Channels, journeys: Journeys, limits: Limits | None, line: Line, mu: Reals) -> Reals:
    """Own sales that partners' mean sales[n] displace: float64[R, c]."""
    sold = mu
    if limits is not None or np.isfinite(now.plan.by_segment.capacity).any():
        sold = np.minimum(mu, _room(now, channels, limits, line))
    return journeys.expect(line.position, journeys.by_class(now, sold))


def _room(now: Now, channels: Channels, limits: Limits | None, line: Line) -> Reals:
    """Contracts that each row can sell at most this month, as capacity, blanks and limits let it: float64[n]."""
    capacity = now.batch.layout.by_row(now.plan.by_channel.capacity)
    room = np.floor(np.where(np.isfinite(capacity), capacity, 0.0) * channels.usual)
    room[~np.isfinite(capacity)] = np.inf
    if limits is not None:
        np.minimum(room, np.where(limits.contracts == FREE, np.inf, limits.contracts), out=room)
        premium = np.where(limits.premium == FREE, np.inf, limits.premium)
        np.minimum(room, np.floor(premium / max(line.price_minor[now.t], 1)), out=room)
    return room


def means(
    now: Now, market: Market, books: Books, journeys: Journeys | None, staff: CooperatingStaff | None, line: Line,
    lost: Reals | None,
) -> Reals:  # fmt: skip
    """Mean number of contracts of a product that each channel sells, float64[R, c]: what it could, less what is lost.

    What outlets cannot serve is cut, as much of each product. More than disputes leave cannot be displaced.
    """
    could = _could(now, market, books, line)
    if staff is not None:
        cooperating.left_by_disputes(staff, line, could)
    if journeys is None or lost is None:
        return could
    journeys.scale[:, line.position] = np.divide(could, lost, out=np.ones_like(lost), where=lost > could)
    return np.maximum(could - lost, 0.0)


def _could(now: Now, market: Market, books: Books, line: Line) -> Reals:
    plan, t, p = now.plan, now.t, line.position
    season = np.array([one.season[t] for one in plan.lines])
    asked = (np.array([one.mean[:, t] for one in plan.own]) + _brought(now, books)) * season
    demand = (market.demand * market.kept)[:, None]
    whole = asked.sum(axis=2) * demand
    room = np.array([one.room[t] for one in plan.own])
    served = np.divide(room, whole, out=np.ones_like(whole), where=whole > room)
    open_ = np.where(market.closed[:, None], 0.0, demand)
    return np.asarray(asked[..., p] * open_ * served)


def _brought(now: Now, books: Books) -> Reals:
    """Demand that last month's sales of partners bring to our default channel: float64[R, c, p]."""
    found = np.zeros((now.size, len(now.plan.own), len(now.plan.lines)))
    brings = now.plan.by_segment.brings
    if brings.any():
        sold = books.totals.cells("new")[..., : brings.size]
        default = next(c for c, one in enumerate(now.plan.scenario.own.values()) if one.default)
        found[:, default] = (sold @ brings).T
    return found


def own_channels_are_paid(now: Now, journeys: Journeys | None, books: Books, note: Notebook) -> None:
    """Post what our own channels cost: nothing once we have stopped selling."""
    plan, going = now.plan, ~books.stopped[0]
    if not plan.own:
        return
    paid, spread = (np.array([getattr(one, name)[now.t] for one in plan.own]) for name in ("paid", "spread"))
    bonus = _bonuses(now, journeys, books)
    note.by_own["own_paid"] = (paid + bonus) * going[:, None]
    note.by_own["own_cost"] = (spread + bonus) * going[:, None]
    books.post(Flow.DIRECT_CHANNEL_PAID, ((paid + bonus) * going[:, None]).sum(axis=1))


def _bonuses(now: Now, journeys: Journeys | None, books: Books) -> Integers:
    """Of staff on the new business credited to them, whole minor units: int64[R, c]."""
    rates = np.array([one.bonus[now.t] for one in now.plan.own])
    credited = books.totals.by_segment("premium_new")[:, -now.batch.ours : -1]
    if journeys is not None:
        credited = credited - journeys.signed[:, :-1] + journeys.own_credit
    return np.rint(rates * credited).astype(np.int64)
