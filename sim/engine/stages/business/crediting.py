"""Stage of the month that says whose the new sales are: who touched them, who is credited, what comes to us.

Notation: R replications, p product, s segment of partners, c channel of ours but for the direct one, i row that sold,
j journey (the last: only the partner touched), k class of partners that the same separations cover.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.base.arrays import Flags, Integers, Places, Reals, Words
from sim.base.columns import Table
from sim.base.luck import purpose
from sim.contracts import shared_sales
from sim.engine.layout.lines import Line
from sim.engine.layout.path_table import Credits, PathTable
from sim.engine.stages.business import seeing
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
    credits, paid, cells = journeys.credits(now), np.zeros(now.batch.rows, dtype=np.int64), Cells.of(now)
    for line in now.plan.lines:
        _credit(now, table, journeys, work, line, cells, credits, paid)
    seeing.remember(now, table, paid)
    _credit_others(now, channels, table, journeys)


@dataclass(frozen=True)
class Cells:
    """Segments of partners of all replications, by their places among all segments."""

    place: Places
    replication: Places
    kind: Places
    """its segment"""

    @classmethod
    def of(cls, now: Now) -> Cells:
        """Those of a batch."""
        segments, partners = len(now.plan.population.segments), len(now.plan.kinds)
        replication, kind = np.divmod(np.arange(now.size * partners), partners)
        return cls(replication * segments + kind, replication, kind)


def _first(table: Table, line: Line) -> Integers:
    """First purchases of a product by row; where nobody comes back all new contracts are."""
    return np.asarray((table.first if len(table.first) else table.new)[line.position])


def _credit(
    now: Now, table: Table, journeys: Journeys, work: WorkSpace, line: Line, cells: Cells, credits: Credits,
    paid: Integers,
) -> None:  # fmt: skip
    p, segments = line.position, len(now.plan.population.segments)
    sums = np.zeros((5, len(journeys.table.names) + 1, now.size * segments), dtype=np.int64)
    known = cells.replication * (len(credits.partner) > 1)
    moved = np.zeros(now.batch.rows if line.product.repeat_months else 0, dtype=np.int64)
    unseen = table.unseen[p] if seeing.misses_some(now) else table.unseen[p, :0]
    shared_sales.credit_sales(
        now.edges, segments, journeys.classes, np.ascontiguousarray(journeys.shares[:, p]),
        np.pad(credits.partner, ((0, 0), (0, 1)), constant_values=1.0),  # alone, the partner has it all
        seeing.tracked(now), journeys.table.closes_us, work.keys, _words(journeys, line),
        _first(table, line), table.new[p], table.premium_new[p], table.credited_new[p], table.credit_milli[p],
        table.credit_count[p], table.credit_carry[p], table.seen[p], unseen, paid, moved, sums,
    )  # fmt: skip
    seen, left, missed, contracts, premium = sums[..., cells.place]
    if not (seen.any() or missed.any()):
        return
    _credit_ours(journeys, p, cells, credits, known, seen, left, missed)
    np.add.at(journeys.premium_seen, cells.replication, seen.T)
    _note_anyway(journeys, p, cells, seen + missed)
    if contracts.any():
        _sign_with_us(now, table, journeys, line, cells, contracts, premium)
        if line.product.repeat_months:
            _forget(now, table, line, moved)


def _words(journeys: Journeys, line: Line) -> Words:
    """The purposes of the draws: which sales are seen, by which journeys those came, and by which the others."""
    found = [purpose(f"credit.seen.{line.name}")]
    found += [purpose(f"credit.path.{line.name}.{journey}") for journey in journeys.table.names]
    found += [purpose(f"credit.unseen.{line.name}.{journey}") for journey in journeys.table.names]
    return np.array(found, dtype=np.uint64)


def _credit_ours(
    journeys: Journeys, p: int, cells: Cells, credits: Credits, known: Places, seen: Integers, left: Integers,
    missed: Integers,
) -> None:  # fmt: skip
    """What channels of ours, and partners of other segments, are credited with of what partners sold.

    Each journey's premium of a cell, seen and what of it is left, or missed, int64[j, cells], is shared as one amount.
    """
    c = len(journeys.table.channels)
    others = np.concatenate([credits.own, credits.others], axis=2)[known].transpose(1, 0, 2)
    full = credits.in_full[known].T
    parts = _given(seen[:-1], left[:-1], others, full)
    credited = parts.sum(axis=0) + _of_unseen(journeys.table, missed, credits, known)
    np.add.at(journeys.own_credit, cells.replication, credited[:, :c])
    np.add.at(journeys.other_credit[:, p], cells.replication, credited[:, c:])
    np.add.at(journeys.paid_twice, (cells.replication, cells.kind), (parts[..., :c] * full[..., None]).sum(axis=0))


def _of_unseen(table: PathTable, missed: Integers, credits: Credits, known: Places) -> Integers:
    """What the others are credited with of sales whose partner was not seen, [j, cells]: int64[cells, c + s]."""
    shares, full = credits.unseen[known].transpose(1, 0, 2), credits.unseen_in_full[known].T
    alone = np.zeros((1, *shares.shape[1:]))
    alone[..., table.default] = float(bool(table.channels))  # our default channel, where there is one
    shares, full = np.concatenate([shares, alone]), np.vstack([full, np.zeros_like(full, shape=(1, full.shape[1]))])
    return np.asarray(_given(missed, missed, shares, full).sum(axis=0))


def _given(premium: Integers, left: Integers, shares: Reals, full: Flags) -> Integers:
    """Each party's share, int64[j, cells, parties]: where all are paid in full of the premium, else of what is left."""
    in_full = np.rint(shares * premium[..., None]).astype(np.int64)
    return np.where(full[..., None], in_full, shared_sales.split(left, shares))


def _note_anyway(journeys: Journeys, p: int, cells: Cells, premium: Integers) -> None:
    """Premium sold[j, cells], and what of it would have come anyway, as far as there is own demand for it."""
    table, places = journeys.table, (cells.replication, cells.kind)
    np.add.at(journeys.written[:, p], places, premium.sum(axis=0))
    if not table.channels:
        return
    anyway = np.vstack([np.repeat(table.anyway[:, None], cells.kind.size, axis=1), table.alone_anyway[cells.kind]])
    for owner, part in zip((*table.owner.tolist(), table.default), anyway * premium, strict=True):
        scale = journeys.scale[cells.replication, p, owner]
        np.add.at(journeys.anyway[:, p, :, owner], places, part * scale)


def _sign_with_us(
    now: Now, table: Table, journeys: Journeys, line: Line, cells: Cells, contracts: Integers, premium: Integers
) -> None:
    """Contracts and premium that stand in our rows since the customers have signed with us: int64[j, cells]."""
    owner = np.append(journeys.table.owner, journeys.table.default)[:, None]
    rows = now.batch.own[cells.replication[None], owner]
    np.add.at(table.new[line.position], rows, contracts)
    np.add.at(table.premium_new[line.position], rows, premium)
    np.add.at(journeys.signed, (cells.replication[None], owner), premium)


def _forget(now: Now, table: Table, line: Line, moved: Integers) -> None:
    """Customers that have signed with us are not the partner's referrals."""
    months = line.product.repeat_months
    first = sum(one.product.repeat_months for one in now.plan.lines[: line.position])
    ring = table.customers[first + now.month % months]
    ring -= moved.astype(ring.dtype)


def _credit_others(now: Now, channels: Channels, table: Table, journeys: Journeys) -> None:
    """What partners of other segments are credited with is shared among those present by their flow to us.

    Where none of them is left it is credited to nobody.
    """
    for r, p, s in np.argwhere(journeys.other_credit).tolist():
        rows = now.batch.rows_by_slice[r * len(now.plan.population.segments) + s]
        weight = channels.flow[rows] * table.share[0, rows] * table.present[rows]
        if weight.any():
            table.credited_new[p, rows] += shared_sales.split(journeys.other_credit[r, p, s], weight)
