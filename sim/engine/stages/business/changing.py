"""Contracts are changed inside their term: premium is added to their cohorts, or taken off them.

A product without `changes` passes through. Notation: R replications, p product, k entries of `WorkSpace.changes`,
a age in the term.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.base.arrays import Integers, Reals
from sim.base.columns import Table
from sim.base.luck import purpose
from sim.contracts import changes, earning
from sim.engine.layout.lines import Line
from sim.engine.state.books import Books
from sim.engine.state.commission import Commission
from sim.engine.state.notebook import Notebook
from sim.engine.state.now import Now
from sim.engine.state.work_space import WorkSpace


def contracts_are_enlarged(now: Now, table: Table, work: WorkSpace, note: Notebook) -> None:
    """Premium is added to contracts inside their term; it is written, and earns commission, in this month."""
    work.changes.clear()
    table.added_new[:] = table.added_renewal[:] = 0
    for line in now.plan.lines:
        if line.product.enlarged is not None:
            _enlarge(now, table, work, note, line)


def _enlarge(now: Now, table: Table, work: WorkSpace, note: Notebook, line: Line) -> None:
    terms, p, term = line.product.enlarged, line.position, line.term
    assert terms is not None
    ring, renewing = table.ring_count[line.counts], table.renewing[line.renewing]
    most = changes.most_changed(ring) + np.count_nonzero(table.new[p]) + np.count_nonzero(renewing)
    told = np.empty((5, most), dtype=np.int64)
    hits = changes.enlarge(
        terms.rate, terms.size, now.month, term, work.keys, purpose(f"changes.up.{line.name}"), ring,
        table.ring_premium[line.ring], table.new[p], renewing, table.premium_new[p] + table.premium_renewal[p], told,
    )  # fmt: skip
    row, age, step, number, year = told[:, :hits]
    premium = step * (2 * (term - age) - 1)
    for name, mine in (("new", year == 0), ("renewal", year > 0)):
        added = table.array(f"added_{name}")[p]
        np.add.at(added, row[mine], premium[mine])
        table.array(f"premium_{name}")[p] += added
    some = premium > 0
    work.changes.add(p, np.array([row, age + year * term, premium, 0 * row, year])[:, some])
    place = row // now.batch.of_one
    note["contracts_enlarged"] += np.bincount(place, number, now.size)
    note["premium_added"] += np.bincount(place, premium, now.size)


class Added(NamedTuple):
    """Premium added this month to contracts of a product: int64[k] each."""

    row: Integers
    since_sale: Integers
    premium: Integers
    year: Integers
    slot: Integers
    to_come: Integers
    """steps that are not yet earned, 2 (term - a) - 1"""

    @classmethod
    def of(cls, now: Now, work: WorkSpace, line: Line) -> Added:
        """Those of a product."""
        entries = work.changes.entries[:, work.changes.entries[1] == line.position]
        row, _, since_sale, premium, _, year = entries
        age = since_sale % line.slots
        return cls(row, since_sale, premium, year, (now.month - age) % line.slots, 2 * (line.term - age) - 1)


def cohort(table: Table, line: Line) -> tuple[Integers, Integers]:
    """Premium of the month's cohort alone, new and renewed: int64[n] each."""
    p = line.position
    new, renewal = table.premium_new[p], table.premium_renewal[p]
    return (new - table.added_new[p], renewal - table.added_renewal[p]) if len(table.added_new) else (new, renewal)


def premium_joins_cohorts(now: Now, table: Table, books: Books, work: WorkSpace, line: Line) -> None:
    """Premium added this month is earned with the cohorts that it belongs to; of the new cohort all is unchanged."""
    p, (new, _) = line.position, cohort(table, line)
    now_slot = line.first_slot + now.month % line.slots
    earning.begin(new + table.renewal_plain[p], line.term, table.ring_plain[now_slot])
    if len(table.ring_unreturned):
        table.ring_unreturned[now_slot] = new
    if line.product.enlarged is None:
        return
    added = Added.of(now, work, line)
    step, rings = added.premium // added.to_come, (added.slot, added.row)
    np.add.at(table.ring_premium[line.ring], rings, step)
    np.add.at(table.steps_premium[p], added.row, step)
    slices = np.searchsorted(now.batch.layout.bounds, added.row, side="right") - 1
    np.add.at(books.premium_steps[p].by_slot, (slices, added.slot), step)
    by_slot = np.zeros((now.size, line.slots), dtype=np.int64)
    np.add.at(by_slot, (added.row // now.batch.of_one, added.slot), added.premium)
    written = now.batch.layout.by_replication(table.premium_new[p] + table.premium_renewal[p])
    books.added[p][:] = by_slot / np.maximum(written, 1)[:, None]
    if len(table.ring_unreturned):
        first = added.year == 0
        np.add.at(
            table.ring_unreturned[line.ring], (added.slot[first], added.row[first]), added.premium[first]
        )  # fmt: skip


def fresh_part(now: Now, table: Table, work: WorkSpace, line: Line) -> Reals:
    """Part of each cohort's premium that this month has added, before any is refunded: float64[term, n]."""
    steps, added = np.zeros((line.slots, table.rows), dtype=np.int64), Added.of(now, work, line)
    np.add.at(steps, (added.slot, added.row), added.premium // added.to_come)
    return np.asarray(steps / np.maximum(table.ring_premium[line.ring], 1))


def by_month_written(told: Integers, fresh: Reals | None, month: int) -> Integers:
    """Refunds with what they give back of premium added this month apart, as refunds of this month's premium.

    `told`, int64[5, k], as `cancellations.cancel` tells them; of what is apart the contracts are counted once.
    """
    if fresh is None:
        return told
    row, age, refund, number, year = told
    added = np.rint(refund * fresh[(month - age) % len(fresh), row]).astype(np.int64) * (age > 0)
    apart = np.array([row, 0 * row, added, 0 * row, year])[:, added > 0]
    return np.concatenate(([row, age, refund - added, number, year], apart), axis=1)


class CommissionAdded(NamedTuple):
    """Commission accrued on premium added this month, and the part of it that sponsors get: int64[k] each."""

    added: Added
    whole: Integers
    passed: Integers

    def without(self, column: Integers, amounts: Integers) -> Integers:
        """A column without these amounts: int64[n]."""
        found = column.copy()
        np.subtract.at(found, self.added.row, amounts)
        return found


def commission_added(
    now: Now, commission: Commission, table: Table, work: WorkSpace, line: Line
) -> CommissionAdded | None:
    """What of a product's commission is on premium added: its part of the premium, of new business or renewals.

    What the rate at which a term began makes of it (`Statement.corrected`) is its own.
    """
    if line.product.enlarged is None:
        return None
    added, p = Added.of(now, work, line), line.position
    row, of = added.row, np.minimum(added.year, 1)
    premium = np.array([table.premium_new[p], table.premium_renewal[p]])
    passed = table.passed[p] if len(table.passed) else np.zeros(table.rows, dtype=np.int64)
    accrued = np.array([table.on_new[p], table.accrued[p] - passed - table.on_new[p]])
    own, corrected = np.zeros_like(row), commission.statement.corrected
    if corrected:
        cells = zip(row.tolist(), added.since_sale.tolist(), strict=True)
        own = np.array([corrected.get((p, i, age), 0) for i, age in cells], dtype=np.int64)
        np.subtract.at(accrued, (of, row), own)
    part = added.premium / np.maximum(premium[of, row], 1)
    of_sponsors = np.rint(passed[row] * (added.premium / np.maximum(premium[:, row].sum(axis=0), 1)))
    whole = np.maximum(np.rint(accrued[of, row] * part) + own + of_sponsors, 0.0)
    return CommissionAdded(added, whole.astype(np.int64), of_sponsors.astype(np.int64))


def commission_joins_cohorts(now: Now, table: Table, books: Books, line: Line, found: CommissionAdded) -> None:
    """Commission on premium added is deferred with the cohorts that it belongs to; what no step holds is amortised."""
    p, added = line.position, found.added
    step = found.whole // added.to_come
    np.add.at(table.ring_commission[line.ring], (added.slot, added.row), step)
    np.add.at(table.steps_commission[p], added.row, step)
    np.add.at(table.amortised, added.row, found.whole - step * added.to_come)
    np.add.at(books.commission_steps[p].by_slot, (added.row // now.batch.of_one, added.slot), step)
    if len(table.passed):
        np.add.at(table.ring_passed[line.ring], (added.slot, added.row), found.passed // added.to_come)


def contracts_are_reduced(
    now: Now, table: Table, books: Books, work: WorkSpace, note: Notebook, line: Line
) -> None:  # fmt: skip
    """Premium is taken off contracts that stay; commission on what is refunded goes back as on cancellation."""
    terms, p, reduced = line.product.reduced, line.position, work.tallies[0]
    assert terms is not None
    ring, lost = table.ring_count[line.counts], np.zeros((2, reduced.size, line.slots), dtype=np.int64)
    is_told = line.refunds_count or len(table.ring_unreturned) > 0
    told = np.empty((5, changes.most_changed(ring) if is_told else 0), dtype=np.int64)
    hits = changes.reduce(
        now.edges, terms.rate, terms.size, now.month, line.term, work.keys, purpose(f"changes.down.{line.name}"), ring,
        table.ring_premium[line.ring], table.ring_commission[line.ring], table.ring_passed[line.ring],
        table.steps_premium[p], table.steps_commission[p], table.refund, table.released,
        table.released_passed[p : p + 1], lost[0], lost[1], reduced, told,
    )  # fmt: skip
    note["contracts_reduced"] += work.count(reduced)
    to_come = 2 * (line.term - (now.month - np.arange(line.slots)) % line.slots) - 1
    note["premium_returned"] += work.count(lost[0] @ to_come)
    books.lose(p, now.month, *lost)
    _tell(now, table, work, line, told[:, :hits])


def _tell(now: Now, table: Table, work: WorkSpace, line: Line, told: Integers) -> None:
    """Tell rules that ask of the premium refunded; the contracts stay."""
    row, age, refund, _, year = told
    if line.refunds_count:
        some = by_month_written(np.array([row, age, refund, 0 * row, year]), work.fresh.get(line.position), now.month)
        work.refunds.add(line.position, some)
    if len(table.ring_unreturned):
        ring, cells = table.ring_unreturned[line.ring], ((now.month - age) % line.slots, row)
        left = np.where(year == 0, ring[cells], 0)
        work.partly.add(line.position, np.array([row, age, refund, left, year]))
        np.subtract.at(ring, cells, np.minimum(refund, left))


class BeforeCancelling:
    """Rings of a product before contracts are cancelled; what they would hold unchanged falls with them."""

    def __init__(self, table: Table, line: Line) -> None:
        self._rings = table, line
        first = slice(line.first_count_slot, line.first_count_slot + line.slots)
        self._first = table.ring_count[first]
        self._premium = table.ring_premium[line.ring].copy() if line.product.changed else None
        self._counts = self._first.copy() if len(table.ring_unreturned) else None

    def follow(self) -> None:
        """Let them fall."""
        table, line = self._rings
        if self._premium is not None:
            changes.follow(self._premium, table.ring_premium[line.ring], table.ring_plain[line.ring])
        if self._counts is not None:
            kept = self._first / np.maximum(self._counts, 1)
            table.ring_unreturned[line.ring] = np.rint(table.ring_unreturned[line.ring] * kept)


# --- renewals ---------------------------------------------------------------------------------------------------------


def levels_of_cohort(now: Now, table: Table, line: Line) -> None:
    """What changes have made of the premium of the cohort that ends: its renewals begin at that."""
    if line.product.changed:
        slot = line.first_slot + now.month % line.slots
        changes.levels(table.ring_premium[slot], table.ring_plain[slot], table.renewal_level[line.position])


def levels_come_along(now: Now, table: Table, work: WorkSpace, line: Line, came: Integers) -> None:
    """Contracts that renew directly bring their level along: `came`, int64[2, slices], is weight and number."""
    if line.product.changed:
        direct, level = now.batch.direct, table.renewal_level[line.position]
        weight, number = work.count(came[0]), work.count(came[1])
        own = np.add.reduce(table.renewing[line.renewing][:, direct])
        mean = (level[direct] * (own - number) + weight / changes.WHOLE) / np.maximum(own, 1)
        level[direct] = np.where(own > 0, mean, 1.0)


def renewals_take_their_level(table: Table, line: Line, premium: Integers) -> None:
    """Premium of renewals, int64[n], at the price becomes that of contracts as they have been changed."""
    if line.product.changed:
        table.renewal_plain[line.position] = premium
        premium[:] = np.rint(premium * table.renewal_level[line.position])
