"""Partners that are appointed to another segment: all that the model knows of them goes along.

The two rows of a partner change places in everything that has rows and outlives a month. The row that it comes from is
then as one that nobody has entered. Arrays whose rows count are named in `by_row` of each noun.

Notation: R replications, K principals, n rows.
"""

from __future__ import annotations

import numpy as np

from sim.base.arrays import Integers
from sim.base.columns import Table
from sim.engine.state.books import Books
from sim.engine.state.nouns import Nouns
from sim.engine.state.now import Now


def partners_change_segment(nouns: Nouns) -> None:
    """Let those whose month it is be partners of another segment from now on."""
    now = nouns.now
    for old, new in now.plan.transfers.get(now.t, ()):
        first = np.arange(now.size) * now.batch.of_one
        _change_places(nouns, old + first, new + first)
        _choose_one(now, nouns.table, old, new + first)
        nouns.market.offered = None  # what our offer is worth is known by row


def _change_places(nouns: Nouns, old: Integers, new: Integers) -> None:
    """Let the rows old[R] and new[R] change places."""
    _move_steps(nouns.now, nouns.table, nouns.books, old, new)
    for name in nouns.table.columns:
        _exchange(nouns.table.array(name), old, new)
    for noun in (nouns.limits, nouns.units, nouns.books, nouns.moves):
        for name in () if noun is None else noun.by_row:
            _exchange(getattr(noun, name), old, new)
    place = np.arange(nouns.table.rows)
    place[old], place[new] = new, old
    _rename(nouns, place)


def _exchange(array: np.ndarray, old: Integers, new: Integers) -> None:
    """Of an array with rows on its last axis; one that the scenario does not need has none."""
    if array.shape[-1]:
        array[..., old], array[..., new] = array[..., new], array[..., old]


def _rename(nouns: Nouns, place: Integers) -> None:
    """Let what names rows name them by their places, int64[n]."""
    commission = nouns.commission
    for sponsor in nouns.table.sponsor:
        sponsor[:] = np.where(sponsor < 0, sponsor, place[sponsor])
    for told in (nouns.work.refunds, nouns.work.changes, nouns.work.partly, commission.collections):
        if told is not None and told.entries.size:
            told.entries[0] = place[told.entries[0]]
    if commission.statement.watched is not None:
        commission.statement.watched = int(place[commission.statement.watched])


def _move_steps(now: Now, table: Table, books: Books, old: Integers, new: Integers) -> None:
    """Take contracts in force, and premium not yet earned, from the slices of the old rows to those of the new."""
    segments, segment = now.batch.slices // now.size, now.plan.population.segment
    slices = [segment[rows % now.batch.of_one] + np.arange(now.size) * segments for rows in (old, new)]
    for line in now.plan.lines:
        count = table.ring_count[line.counts].reshape(line.years, line.slots, -1)
        held = [np.add.reduce(count[..., rows], axis=0, dtype=np.int64) for rows in (old, new)]
        earning = [table.ring_premium[line.ring][:, rows] for rows in (old, new)]
        for steps, (mine, others) in ((books.contract_steps, held), (books.premium_steps, earning)):
            steps[line.position].by_slot[slices[0]] += (others - mine).T
            steps[line.position].by_slot[slices[1]] += (mine - others).T


def _choose_one(now: Now, table: Table, old: int, rows: Integers) -> None:
    """Who split its flow and now sells for one principal stays with the one to whom it gave most."""
    multi, segment = now.plan.by_channel.multi, now.plan.population.segment
    if not multi[segment[old]] or multi[segment[rows[0] % now.batch.of_one]]:
        return
    share = table.share[:, rows]
    there = np.add.reduce(share) > 0.0
    best = share.argmax(axis=0)
    table.share[:, rows] = (np.arange(len(share))[:, None] == best) * there
    table.principal[rows] = best
