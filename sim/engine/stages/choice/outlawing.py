"""Types of partners that may sell no more: they leave, some come back as another type, their buyers go to others.

A scenario without a ban passes through. Notation: R replications, s segment, n rows.
"""

from __future__ import annotations

import numpy as np

from sim.base.arrays import Flags, Integers
from sim.base.columns import Table
from sim.base.luck import purpose, uniforms
from sim.engine.state.channels import Channels
from sim.engine.state.market import Market
from sim.engine.state.now import Now
from sim.engine.state.work_space import WorkSpace
from sim.market.shocks.ban import Ban
from sim.partners import banning
from sim.partners.columns import ACTIVE, LEFT


def banned(now: Now) -> Flags:
    """Whose partners may not sell this month, the same in all replications: bool[s]."""
    named = {now.plan.bans[name].segment for name in now.conditions[0].bans}
    return np.array([kind.name in named for kind in now.plan.kinds])


def banned_leave(now: Now, channels: Channels, table: Table, work: WorkSpace) -> Integers:
    """Let those go who may sell no more, and fix who comes back, and when: how many go, int64[R]."""
    gone = np.zeros(now.size, dtype=np.int64)
    for name in now.conditions[0].bans:
        rows = _active(now, table, now.plan.bans[name])
        if rows.size:
            _ban(now, channels, table, work, name, rows)
            gone += np.bincount(rows // now.batch.of_one, minlength=now.size)
    return gone


def _active(now: Now, table: Table, ban: Ban) -> Integers:
    kind = next(one for one in now.plan.kinds if one.name == ban.segment)
    rows = now.batch.rows_of_segment(kind.first, kind.last)
    return np.asarray(rows[table.status[rows] == ACTIVE])


def _ban(now: Now, channels: Channels, table: Table, work: WorkSpace, name: str, rows: Integers) -> None:
    ban, u, of_one, word = now.plan.bans[name], np.empty(rows.size), now.batch.of_one, "ban." + name
    uniforms(work.keys[rows], purpose(word), u)
    returns = u < ban.returns
    places = now.plan.population.again[rows % of_one] + rows // of_one * of_one
    if returns.any():
        table.comes_back[0, places[returns]] = now.month + ban.after
    table.status[rows] = LEFT
    for replication in range(now.size):  # row by row, so that no bit depends on how many replications there are
        theirs = rows // of_one == replication
        if not theirs.any():
            continue
        channels.homeless[replication] += np.add.reduce(channels.usual[rows[theirs & ~returns]])
        now.log(replication, name, f"{theirs.sum()} partners leave, {(theirs & returns).sum()} of them will be back")


def banned_return(now: Now, market: Market, table: Table, work: WorkSpace) -> Integers:
    """Partners of banned types that are back this month as others: int64[R]."""
    batch, came = now.batch, work.tallies[0]
    if not len(table.comes_back) or not (table.comes_back[0] == now.month).any():
        return np.zeros(now.size, dtype=np.int64)
    banning.come_back(
        now.edges, now.month, table.comes_back[0], batch.fixed.rank, batch.with_own(market.all_odds()),
        now.plan.by_channel.multi, table.status, table.entered, table.principal, table.share, came,
    )  # fmt: skip
    return work.count(came)
