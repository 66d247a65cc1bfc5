"""How the market stands before the first month: who is there and with whom, and what partners think of us."""

from __future__ import annotations

import numpy as np

from sim.base.columns import Table
from sim.engine.stages.choice import offers, sounding
from sim.engine.state.channels import Channels
from sim.engine.state.credited_sales import Journeys
from sim.engine.state.market import Market
from sim.engine.state.moves import Moves
from sim.engine.state.now import Now
from sim.partners.choice import open_choices
from sim.partners.columns import ABSENT, ACTIVE

LONG_AGO = -(2**14)  # a month of entry before any ramp


def open_market(
    now: Now, market: Market, channels: Channels, journeys: Journeys | None, table: Table, moves: Moves
) -> None:
    """Give every partner its status, the rating of a newcomer and its opening choice."""
    batch = now.batch
    fixed = batch.fixed
    table.status[:] = np.where(fixed.spare, ABSENT, ACTIVE)
    table.entered[:] = LONG_AGO
    table.reliability[:] = now.plan.seen["reliability"][0, now.t]
    table.share[0, batch.own] = 1.0
    offers.see(now, market, channels, journeys, table)
    open_choices(
        now.edges, batch.with_own(market.all_odds()), fixed.us_share, fixed.rank, now.plan.by_channel.multi,
        table.share, table.principal,
    )  # fmt: skip
    np.multiply(table.share, ~fixed.spare, out=table.share)
    table.share_then[:] = table.share[0]
    for control in (now.plan.scenario.policy.control, now.policy.control):
        if control is not None and control.rating is not None:
            table.rating[:] = control.rating.newcomer
    sounding.settle_types(now, table, ~fixed.spare & ~batch.is_own, vetted=False)
    moves.begin(table)
