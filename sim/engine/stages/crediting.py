"""Stage of the month that says whose the new sales are: who touched them, who is credited, what comes to us.

Notation: R replications, p product, s segment of partners, c channel of ours but for the direct one, i row that sold,
j journey (the last: only the partner touched), k class of partners that the same separations cover.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.base.arrays import Flags, Integers, Places, Reals, Words
from sim.base.columns import Table
from sim.base.luck import purpose, uniforms
from sim.contracts import shared_sales
from sim.engine.layout.lines import Line
from sim.engine.layout.path_table import Credits, PathTable
from sim.engine.stages import seeing
from sim.engine.state.channels import Channels
from sim.engine.state.credited_sales import Journeys
from sim.engine.state.now import Now
from sim.engine.state.work_space import WorkSpace


def sales_are_credited(
    now: Now, channels: Channels, table: Table, journeys: Journeys | None, work: WorkSpace
) -> None:  # fmt: skip
    """Thin every partner's sales over journeys, credit their premium, move what customers have signed with us."""
    if journeys is None:
        return
    np.copyto(table.credited_new, table.premium_new)
    np.multiply(table.new, shared_sales.THOUSAND, out=table.credit_milli)
    table.seen[:] = table.unseen[:] = 0
    credits, paid = journeys.credits(now), np.zeros(now.batch.rows, dtype=np.int64)
    for line in now.plan.lines:
        sold = _sold(now, table, journeys, work, line)
        if sold is not None:
            _credit(now, table, journeys, line, sold, credits, paid)
    seeing.remember(now, table, paid)
    _credit_others(now, channels, table, journeys)
    np.add(table.credit_milli, table.credit_carry, out=table.credit_count)
    carried = table.credit_count % shared_sales.THOUSAND
    np.floor_divide(table.credit_count, shared_sales.THOUSAND, out=table.credit_count)
    table.credit_carry[:] = carried


@dataclass(frozen=True)
class Sold:
    """The partners that sold a product this month, and by which journeys."""

    rows: Places
    replication: Places
    segment: Places
    seen: Integers
    """int64[j, i]"""
    unseen: Integers
    premium_seen: Integers
    premium_unseen: Integers


def _sold(now: Now, table: Table, journeys: Journeys, work: WorkSpace, line: Line) -> Sold | None:
    p, population = line.position, now.plan.population
    rows = np.flatnonzero(table.first[p] if len(table.first) else table.new[p])
    place = rows % now.batch.of_one
    rows, place = rows[place < population.partners], place[place < population.partners]
    segment = population.segment[place].astype(np.intp)
    if not rows.size:
        return None
    shares, keys = journeys.shares[journeys.classes[rows], p, segment], work.keys[rows]
    count = (table.first[p] if len(table.first) else table.new[p])[rows]

    journey = journeys.table.names

    def by_path(j: int) -> Reals:
        return _uniforms(keys, purpose(f"credit.path.{line.name}.{journey[j]}"))

    def by_missed(j: int) -> Reals:
        return _uniforms(keys, purpose(f"credit.unseen.{line.name}.{journey[j]}"))

    seen = seeing.seen_of(now, work, line, rows, segment, count)
    found, missed = shared_sales.thinned(seen, shares, by_path), _missed(count - seen, shares, by_missed)
    premium = table.premium_new[p, rows] * count // np.maximum(table.new[p, rows], 1)
    of_seen, of_unseen = shared_sales.by_count(premium, np.array([seen, count - seen]))
    saved = seeing.saved_on(now, segment, of_seen)
    table.premium_new[p, rows] -= saved
    table.credited_new[p, rows] -= saved
    table.seen[p, rows], table.unseen[p, rows] = seen, count - seen
    premiums = shared_sales.by_count(of_seen - saved, found), shared_sales.by_count(of_unseen, missed)
    return Sold(rows, rows // now.batch.of_one, segment, found, missed, *premiums)


def _uniforms(keys: Words, purpose_hash: np.uint64) -> Reals:
    out = np.empty(keys.size)
    uniforms(keys, purpose_hash, out)
    return out


def _missed(unseen: Integers, shares: Reals, draw: shared_sales.Draw) -> Integers:
    """Sales of each journey that were not seen, int64[j, i]; nothing is drawn where all were."""
    if unseen.any():
        return shared_sales.thinned(unseen, shares, draw)
    return np.zeros((shares.shape[1] + 1, unseen.size), dtype=np.int64)


def _credit(
    now: Now, table: Table, journeys: Journeys, line: Line, sold: Sold, credits: Credits, paid: Integers
) -> None:
    p, known = line.position, sold.replication if len(credits.partner) > 1 else np.zeros_like(sold.replication)
    x = np.vstack([credits.partner[known].T, np.ones(sold.rows.size)])
    due = np.rint(x * sold.premium_seen).astype(np.int64)
    table.credited_new[p, sold.rows] -= (sold.premium_seen - due).sum(axis=0) + sold.premium_unseen.sum(axis=0)
    uncredited = (sold.seen * np.rint((1.0 - x) * shared_sales.THOUSAND).astype(np.int64)).sum(axis=0)
    paid[sold.rows] += shared_sales.THOUSAND * sold.seen.sum(axis=0) - uncredited
    table.credit_milli[p, sold.rows] -= uncredited + shared_sales.THOUSAND * sold.unseen.sum(axis=0)
    _credit_ours(journeys, p, sold, credits, known, due)
    np.add.at(journeys.premium_seen, sold.replication, sold.premium_seen.T)
    _note_anyway(journeys, p, sold)
    _sign_with_us(now, table, journeys, line, sold, x)


def _credit_ours(journeys: Journeys, p: int, sold: Sold, credits: Credits, known: Places, due: Integers) -> None:
    """What channels of ours, and partners of other segments, are credited with of what partners sold."""
    table, c = journeys.table, len(journeys.table.channels)
    others = np.concatenate([credits.own, credits.others], axis=2)[known].transpose(1, 0, 2)
    full = credits.in_full[known].T
    seen = sold.premium_seen[:-1]
    parts = _given(seen, seen - due[:-1], others, full)
    credited = parts.sum(axis=0) + _of_unseen(table, sold, credits, known)
    np.add.at(journeys.own_credit, sold.replication, credited[:, :c])
    np.add.at(journeys.other_credit[:, p], sold.replication, credited[:, c:])
    np.add.at(journeys.paid_twice, (sold.replication, sold.segment), (parts[..., :c] * full[..., None]).sum(axis=0))


def _of_unseen(table: PathTable, sold: Sold, credits: Credits, known: Places) -> Integers:
    """What the others are credited with of sales whose partner was not seen: int64[i, c + s]."""
    shares, full = credits.unseen[known].transpose(1, 0, 2), credits.unseen_in_full[known].T
    alone = np.zeros((1, *shares.shape[1:]))
    alone[..., table.default] = float(bool(table.channels))  # our default channel, where there is one
    shares, full = np.concatenate([shares, alone]), np.vstack([full, np.zeros_like(full, shape=(1, full.shape[1]))])
    return np.asarray(_given(sold.premium_unseen, sold.premium_unseen, shares, full).sum(axis=0))


def _given(premium: Integers, left: Integers, shares: Reals, full: Flags) -> Integers:
    """Each party's share, int64[j, i, parties]: where all are paid in full of the premium, else of what is left."""
    return np.where(
        full[..., None], np.rint(shares * premium[..., None]).astype(np.int64), shared_sales.split(left, shares)
    )


def _note_anyway(journeys: Journeys, p: int, sold: Sold) -> None:
    """Premium sold, and what of it would have come without the partner, as far as there is own demand for it."""
    table, places, premium = journeys.table, (sold.replication, sold.segment), sold.premium_seen + sold.premium_unseen
    np.add.at(journeys.written[:, p], places, premium.sum(axis=0))
    if not table.channels:
        return
    anyway = np.vstack([np.repeat(table.anyway[:, None], sold.rows.size, axis=1), table.alone_anyway[sold.segment]])
    for owner, part in zip((*table.owner.tolist(), table.default), anyway * premium, strict=True):
        scale = journeys.scale[sold.replication, p, owner]
        np.add.at(journeys.anyway[:, p, :, owner], places, part * scale)


def _sign_with_us(now: Now, table: Table, journeys: Journeys, line: Line, sold: Sold, x: Reals) -> None:
    """Where customers sign with us, sales of which the partner is credited with less than half stand in our rows."""
    closes = journeys.table.closes_us[sold.segment]
    if not closes.any():
        return
    ours: Flags = (x < shared_sales.HALF) & closes
    counts = sold.seen * ours + sold.unseen * closes
    premium = sold.premium_seen * ours + sold.premium_unseen * closes
    p, owner = line.position, np.append(journeys.table.owner, journeys.table.default)
    to = now.batch.own[sold.replication[None], owner[:, None]]
    if journeys.table.channels:
        np.add.at(journeys.signed, (sold.replication[None], owner[:, None]), premium)
    for column, moved in ((table.new, counts), (table.premium_new, premium)):
        column[p, sold.rows] -= moved.sum(axis=0)
        np.add.at(column[p], to, moved)
    if line.product.repeat_months:
        _forget(now, table, line, sold.rows, counts.sum(axis=0))


def _forget(now: Now, table: Table, line: Line, rows: Places, moved: Integers) -> None:
    """Customers that have signed with us are not the partner's referrals."""
    months = line.product.repeat_months
    first = sum(one.product.repeat_months for one in now.plan.lines[: line.position])
    ring = table.customers[first + now.month % months]
    ring[rows] -= moved.astype(ring.dtype)


def _credit_others(now: Now, channels: Channels, table: Table, journeys: Journeys) -> None:
    """What partners of other segments are credited with is shared among those present by their flow to us.

    Where none of them is left it is credited to nobody.
    """
    for r, p, s in np.argwhere(journeys.other_credit).tolist():
        rows = now.batch.rows_by_slice[r * len(now.plan.population.segments) + s]
        weight = channels.flow[rows] * table.share[0, rows] * table.present[rows]
        if weight.any():
            table.credited_new[p, rows] += shared_sales.split(journeys.other_credit[r, p, s], weight)
