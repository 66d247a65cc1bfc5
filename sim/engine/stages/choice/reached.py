"""Buyers that come to us through partners: their flow, our share of it, how hard partners try, what they remember.

Notation: n row.
"""

from __future__ import annotations

from sim.base.arrays import Reals
from sim.base.columns import Table
from sim.engine.state.channels import Channels
from sim.engine.state.market import Market
from sim.engine.state.now import Now
from sim.partners import choice


def buyers(now: Now, market: Market, channels: Channels, table: Table, out: Reals) -> None:
    """Write the buyers of the month that come to us through each row, float64[n]."""
    of_attentive(now, market, channels, table, out)
    if len(table.attention):
        out *= table.attention[0]


def of_attentive(now: Now, market: Market, channels: Channels, table: Table, out: Reals) -> None:
    """The same of partners that have forgotten nothing."""
    choice.reach(
        now.edges, channels.flow, now.batch.with_own(market.pull), table.present, table.entered, now.month,
        now.plan.by_channel.ramp, now.batch.own_ramp, table.share, out,
    )  # fmt: skip
    if len(table.effort):
        out *= table.effort[0]
