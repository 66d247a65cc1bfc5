"""Partners leave the trade by chance; dated stories take the largest of a segment away, or let them default.

Notation: R replications, i row.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.base.arrays import Integers, Reals
from sim.base.columns import Table
from sim.engine.stages.payment.brokers import PAYS
from sim.engine.state.channels import Channels
from sim.engine.state.now import Now
from sim.engine.state.work_space import WorkSpace
from sim.market.conditions import Leaving
from sim.partners import turnover
from sim.partners.columns import ACTIVE, LEFT

CERTAIN = PAYS  # a draw below any probability


def leave(now: Now, channels: Channels, table: Table, work: WorkSpace) -> Integers:
    """Let partners leave with their segment's hazard, and those whom stories take away: how many, int64[R]."""
    gone = _leave_by_chance(now, table, work)
    for place, row in _going(now, channels, table, defaults=False):
        table.status[row] = LEFT
        gone[place] += 1
    return gone


def _leave_by_chance(now: Now, table: Table, work: WorkSpace) -> Integers:
    hazard = now.plan.by_channel.leave[:, now.t].copy()
    if not hazard.any():
        return np.zeros(now.size, dtype=np.int64)
    u, left = work.draw("turnover.leave"), work.tallies[0]
    turnover.leave(now.edges, hazard, u, table.status, left)
    return work.count(left)


def default(now: Now, channels: Channels, table: Table, u: Reals) -> None:
    """Put the draw that is sure to default in the place of theirs whom stories let default this month."""
    for _, row in _going(now, channels, table, defaults=True):
        u[row] = CERTAIN


def may_default(now: Now) -> bool:
    """Whether a story lets anybody default this month."""
    return any(one.defaults for conditions in now.conditions for one in conditions.leaving.values())


def _going(now: Now, channels: Channels, table: Table, defaults: bool) -> Iterator[tuple[int, int]]:
    """Place of the replication and row of each that goes, with a word in the log."""
    for place, conditions in enumerate(now.conditions):
        for name, story in conditions.leaving.items():
            if story.defaults == defaults:
                for row in _largest(now, channels, table, place, story):
                    now.log(place, name, f"{now.batch.name(row)} {'defaults' if defaults else 'leaves'}")
                    yield place, row


def _largest(now: Now, channels: Channels, table: Table, place: int, story: Leaving) -> list[int]:
    """Rows of those that send us most buyers a month; of equals the first by id."""
    kind = next(kind for kind in now.plan.kinds if kind.name == story.segment)
    first = now.batch.first(place) + kind.first
    rows = slice(first, now.batch.first(place) + kind.last)
    sent = np.where(table.status[rows] == ACTIVE, channels.flow[rows] * table.share[0, rows], 0.0)
    order = np.argsort(-sent, kind="stable")[: story.largest]
    return [first + int(i) for i in order if sent[i] > 0.0]
