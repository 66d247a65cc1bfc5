"""Part of the month in which our own channels reach their buyers, and what the channels cost.

Notation: R replications, c channel of ours but for the direct one, p product.
"""

from __future__ import annotations

import numpy as np

from sim.base.arrays import Integers, Reals
from sim.engine.layout.lines import Line
from sim.engine.state.books import Books
from sim.engine.state.market import Market
from sim.engine.state.notebook import Notebook
from sim.engine.state.now import Now
from sim.money.flows import Flow


def means(now: Now, market: Market, line: Line) -> Reals:
    """Mean number of contracts of a product that each channel could sell without partners: float64[R, c].

    What outlets cannot serve is cut, as much of each product.
    """
    plan, t, p = now.plan, now.t, line.position
    season = np.array([one.season[t] for one in plan.lines])
    asked = np.array([one.mean[:, t] for one in plan.own]) * season
    whole = asked.sum(axis=1) * market.demand[:, None]
    room = np.array([one.room[t] for one in plan.own])
    served = np.divide(room, whole, out=np.ones_like(whole), where=whole > room)
    open_ = np.where(market.closed, 0.0, market.demand)[:, None]
    return np.asarray(asked[:, p] * open_ * served)


def own_channels_are_paid(now: Now, books: Books, note: Notebook) -> None:
    """Post what our own channels cost: nothing once we have stopped selling."""
    plan, going = now.plan, ~books.stopped[0]
    if not plan.own:
        return
    paid, spread = (np.array([getattr(one, name)[now.t] for one in plan.own]) for name in ("paid", "spread"))
    bonus = _bonuses(now, books)
    note.by_own["own_paid"] = (paid + bonus) * going[:, None]
    note.by_own["own_cost"] = (spread + bonus) * going[:, None]
    books.post(Flow.DIRECT_CHANNEL_PAID, ((paid + bonus) * going[:, None]).sum(axis=1))


def _bonuses(now: Now, books: Books) -> Integers:
    """Of staff on the new business credited to them, whole minor units: int64[R, c]."""
    rates = np.array([one.bonus[now.t] for one in now.plan.own])
    credited = books.totals.by_segment("premium_new")[:, -now.batch.ours : -1]
    return np.rint(rates * credited).astype(np.int64)
