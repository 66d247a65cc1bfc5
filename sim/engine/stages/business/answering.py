"""Parts of the month in which our desk answers leads of partners, and those who wait cool down.

Notation: R replications, s segment of partners, n row.
"""

from __future__ import annotations

import numpy as np

from sim.base.arrays import Reals
from sim.base.columns import Table
from sim.base.units import to_minor
from sim.contracts.waiting_leads import answered
from sim.engine.state.books import Books
from sim.engine.state.desk import Desk
from sim.engine.state.market import Market
from sim.engine.state.notebook import Notebook
from sim.engine.state.now import Now

LEADS = 2  # place of the leads among what stands before a contract


def begin(now: Now, market: Market, books: Books, desk: Desk, reach: Reals) -> None:
    """Find what waiting leaves of partners' sales, by last month's leads, in the first month by those expected."""
    terms = now.policy.desk
    if terms is None:
        return
    leads = books.totals.by_segment("leads")[:, : desk.hands_over.size][:, desk.hands_over].sum(axis=1)
    coming = leads.astype(np.float64) if now.t else _expected(now, market, desk, reach)
    desk.answered = answered(
        coming / terms.open_hours, terms.per_hour.at(now.ordinal), terms.desks.at(now.ordinal), terms.half_life_hours
    )
    left = desk.answered.served * desk.answered.warmth
    desk.factor[:] = np.where(desk.hands_over, left[:, None], 1.0)


def _expected(now: Now, market: Market, desk: Desk, reach: Reals) -> Reals:
    """Leads of the month, given our buyers by row: float64[R]."""
    plan, t = now.plan, now.t
    season = np.array([line.season[t] for line in plan.lines])
    each = plan.by_segment.mix @ season * plan.funnel.passing[:, t] * plan.funnel.per_sale[LEADS, : len(plan.kinds), t]
    buyers = np.array([now.batch.of_segment(reach, kind).sum(axis=1) for kind in plan.kinds]).T
    return np.asarray((buyers * (each * desk.hands_over)).sum(axis=1) * market.demand)


def desk_is_noted(now: Now, market: Market, table: Table, desk: Desk | None, note: Notebook) -> None:
    """Note the month's leads, what the desk served of them, how long they waited, and what it costs."""
    terms = now.policy.desk
    if desk is None or terms is None:
        return
    handing = [kind for kind in now.plan.kinds if desk.hands_over[kind.position]]
    leads = np.add.reduce([now.batch.of_segment(table.leads[0], kind).sum(axis=1) for kind in handing])
    note["desk_leads"], note["desk_served"] = leads, leads * desk.answered.served
    note["desk_wait"], note["desk_warmth"] = desk.answered.wait, desk.answered.warmth
    going = ~market.closed & now.plan.programme[now.t]
    note["desk_cost"] = going * terms.desks.at(now.ordinal) * to_minor(terms.cost.at(now.ordinal))
    note["asked"] += leads
    note["served"] += note["desk_served"]
