"""What influencers' posts bring, beside the usual buyers of those who make them.

Notation: p product, s segment, n rows.
"""

from __future__ import annotations

import numpy as np

from sim.base.arrays import Flags, Reals
from sim.base.columns import Table
from sim.engine.layout.lines import Line
from sim.engine.layout.posted import Posted
from sim.engine.state.market import Market
from sim.engine.state.now import Now


def posts_are_made(now: Now, market: Market, table: Table) -> None:
    """Count the posts of those who sell for us and may."""
    if now.plan.posted is None:
        return
    there = _posting(now, table) & ~np.repeat(market.closed, now.batch.of_one) & now.plan.programme[now.t]
    if len(table.suspended):
        there &= table.suspended[0] == 0
    table.posts[0] = there * now.batch.by_partner(now.plan.posted.posts[:, now.t])


def bring(now: Now, posted: Posted, market: Market, table: Table, line: Line, mu: Reals) -> None:
    """Add to mean sales[n] what posts bring this month."""
    buyers = posted.buyers[line.position, :, now.t]
    if buyers.any():
        mu += _posting(now, table) * now.batch.by_partner(buyers) * np.repeat(market.demand, now.batch.of_one)


def _posting(now: Now, table: Table) -> Flags:
    return np.asarray(table.present & (table.share[0] > 0.0) & now.batch.fixed.starts)
