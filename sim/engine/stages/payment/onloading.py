"""Stage of the month in which onload follows commission.

Notation: p product, i row, r replication.
"""

from __future__ import annotations

import numpy as np

from sim.base.arrays import Integers, Reals
from sim.base.columns import Table
from sim.engine.state.books import Books
from sim.engine.state.commission import Commission
from sim.engine.state.now import Now
from sim.engine.state.onload_book import OnloadBook
from sim.engine.state.work_space import WorkSpace
from sim.money.flows import Flow
from sim.policy.onload import lines, mean
from sim.settlement import onload_due


def onload_follows(now: Now, commission: Commission, table: Table, books: Books, work: WorkSpace) -> None:
    """Tax and social charges on commission: due, paid, back and lost with it."""
    book = books.onload
    if book is None:
        return
    owed, due, back = table.onload_owed[0], _due(now, table, commission, book), _back(now, table, book)
    charged = table.onload[0]
    owed += due + charged - back
    down, returned, gone = _ahead(table, book, work)
    owed -= returned
    settled = onload_due.Settled(
        table.payable + table.holdback.sum(axis=0), table.paid + table.netted + table.held_set_off, table.held_lost,
        table.debit_lost,
    )  # fmt: skip
    paid, forfeited, lost = onload_due.settle(owed, settled, book.rates.max(), book.rates.mean())
    up, less = np.maximum(due, 0) + np.maximum(charged, 0), np.maximum(-due, 0) + np.maximum(-charged, 0)
    sums = now.batch.layout.by_replication
    book.moves = {
        Flow.ONLOAD_ACCRUED: sums(up + np.maximum(-back, 0) + down),
        Flow.ONLOAD_TAKEN_BACK: sums(less + np.maximum(back, 0) + forfeited),
        Flow.ONLOAD_PAID: sums(paid + table.onload_advanced.sum(axis=0)),
        Flow.ONLOAD_WRITTEN_OFF: sums(lost + gone),
    }
    book.owed, book.ahead = sums(owed), sums(table.onload_ahead.sum(axis=0))


def _due(now: Now, table: Table, commission: Commission, book: OnloadBook) -> Integers:
    """On what was accrued with the month's premium, by payee; third parties are paid through our own row."""
    found = np.zeros(table.rows, dtype=np.int64)
    passed = table.passed if len(table.passed) else np.zeros_like(table.accrued)
    for rate, own in zip(book.rates, table.accrued - passed, strict=True):
        found += lines(float(rate), own)
    if len(table.passed):
        found += lines(_usual(now, book.rates, passed), table.received)
    fees, now_due = commission.statement.fees, commission.statement.fees_now
    ours = lines(book.rates[:, None], fees).sum(axis=0) + lines(mean(book.rates, fees), now_due)
    found[now.batch.direct] += ours
    return found


def _back(now: Now, table: Table, book: OnloadBook) -> Integers:
    """On deferred commission that was taken back: the sellers' own, then what sponsors had got of it."""
    own = table.released - table.released_passed.sum(axis=0)
    returned = now.plan.scenario.policy.payment.clawback == "pro_rata"
    found = table.released_onload[0] * returned
    others = table.taken_back - own * returned
    if others.any():
        passed = table.released_passed if len(table.released_passed) else np.zeros_like(table.accrued)
        found = found + lines(_usual(now, book.rates, passed), others)
    return np.asarray(found)


def _usual(now: Now, rates: Reals, amounts: Integers) -> Reals:
    """Mean rate of amounts by product, int64[p, n], of the whole replication, by row."""
    by_replication = now.batch.layout.by_replication(amounts)
    return np.repeat(mean(rates, by_replication), len(amounts[0]) // now.size)


def _ahead(table: Table, book: OnloadBook, work: WorkSpace) -> tuple[Integers, Integers, Integers]:
    """What becomes of the onload paid ahead on advances: cost, owed back with them, lost with them."""
    if not len(table.onload_ahead):
        return work.zeros, work.zeros, work.zeros
    ahead = table.onload_ahead[0]
    ahead += table.onload_advanced[0]
    moved = onload_due.Advances(table.advance[0], table.written_down, table.advance_back, table.advance_lost)
    return onload_due.of_advances(ahead, moved)
