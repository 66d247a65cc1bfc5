"""Partners leave the trade by chance; dated stories take some of them away, or let them default.

Notation: R replications, i row.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.base.arrays import Integers, Reals
from sim.base.columns import Table
from sim.base.luck import purpose, uniforms
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
    for place, rows in _going(now, channels, table, work, defaults=False):
        table.status[rows] = LEFT
        gone[place] += rows.size
    return gone


def _leave_by_chance(now: Now, table: Table, work: WorkSpace) -> Integers:
    hazard = now.plan.by_channel.leave[:, now.t].copy()
    if not hazard.any():
        return np.zeros(now.size, dtype=np.int64)
    u, left = work.draw("turnover.leave"), work.tallies[0]
    turnover.leave(now.edges, hazard, u, table.status, left)
    return work.count(left)


def default(now: Now, channels: Channels, table: Table, work: WorkSpace, u: Reals) -> None:
    """Put the draw that is sure to default in the place of theirs whom stories let default this month."""
    for _, rows in _going(now, channels, table, work, defaults=True):
        u[rows] = CERTAIN


def may_default(now: Now) -> bool:
    """Whether a story lets anybody default this month."""
    return any(one.defaults for _, conditions in now.stirred for one in conditions.leaving.values())


def _going(
    now: Now, channels: Channels, table: Table, work: WorkSpace, defaults: bool
) -> Iterator[tuple[int, Integers]]:
    """Place of the replication and rows of those that go by each story, with a word in the log."""
    for place, conditions in now.stirred:
        for name, story in conditions.leaving.items():
            if story.defaults == defaults:
                rows = _whom(now, channels, table, work, place, name, story)
                _tell(now, place, name, story, rows)
                yield place, rows


def _tell(now: Now, place: int, name: str, story: Leaving, rows: Integers) -> None:
    """Name those that go; a share of the partners is counted."""
    if story.share is None:
        for row in rows.tolist():
            now.log(place, name, f"{now.batch.name(row)} {'defaults' if story.defaults else 'leaves'}")
    else:
        now.log(place, name, f"{rows.size} partners {'default' if story.defaults else 'leave'}")


def _whom(
    now: Now, channels: Channels, table: Table, work: WorkSpace, place: int, name: str, story: Leaving
) -> Integers:  # fmt: skip
    """Rows of those that go."""
    kinds = [kind for kind in now.plan.kinds if story.covers(kind.name)]
    rows = np.concatenate([np.arange(kind.first, kind.last) for kind in kinds]) + now.batch.first(place)
    rows = rows[table.status[rows] == ACTIVE]
    if story.partners is not None:
        return rows[[now.batch.name(row) in story.partners for row in rows.tolist()]]
    sent = channels.flow[rows] * table.share[0, rows]
    if story.share is not None:
        u, word = np.empty(rows.size), "departure." + name
        uniforms(work.keys[rows], purpose(word), u)
        return rows[(sent > 0.0) & (u < story.share)]
    order = np.argsort(-sent, kind="stable")[: story.largest]
    return rows[order[sent[order] > 0.0]]
