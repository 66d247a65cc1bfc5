"""Part of the month in which sales are seen or not, and what follows: discounts, trust, the cost of tools.

Notation: R replications, p product, s segment of partners, i row that sold.
"""

from __future__ import annotations

import numpy as np

from sim.base.arrays import Integers, Reals
from sim.base.columns import Table
from sim.contracts.shared_sales import THOUSAND
from sim.engine.state.books import Books
from sim.engine.state.notebook import Notebook
from sim.engine.state.now import Now

LOWEST = 10  # percentile of the partners that tells how the worst are paid


def tau(now: Now) -> Reals:
    """Share of their sales that partners expect to be seen this month: float64[s]."""
    return now.plan.tracked.seen[:, now.t]


def tracked(now: Now) -> Reals:
    """Chance that a sale is seen, and part of its premium that a code then saves the customer: float64[2, s]."""
    return np.array([tau(now), now.plan.tracked.saved[:, now.t]])


def misses_some(now: Now) -> bool:
    """Whether some sale may be unseen in some month."""
    return bool((now.plan.tracked.seen < 1.0).any())


def remember(now: Now, table: Table, paid: Integers) -> None:
    """Add the month's sales to those since the opening, and what partners are credited with of them, int64[n]."""
    if not len(table.sold_so_far):
        return
    if now.month == 0:
        table.sold_so_far[:] = table.paid_so_far[:] = 0
    table.sold_so_far[0] += (table.seen + table.unseen).sum(axis=0)
    table.paid_so_far[0] += paid


def trust_lost(now: Now, table: Table) -> None:
    """Partners trust us less for sales that were not seen, beyond what they bear; without sales they forget nothing."""
    terms = now.plan.tracked
    for kind in now.plan.kinds:
        s, rows = kind.position, now.batch.rows_of_segment(kind.first, kind.last)
        if terms.penalty[s] == 0.0 or not len(table.seen):
            continue
        seen, unseen = (column[:, rows].sum(axis=0) for column in (table.seen, table.unseen))
        share = unseen / np.maximum(seen + unseen, 1)
        table.reliability[rows] -= terms.penalty[s] * np.maximum(share - terms.tolerated[s], 0.0)


def tools(now: Now) -> Integers:
    """What tools cost this month, minor units: int64[s]."""
    return now.plan.tracked.cost[:, now.t]


def tracking_is_noted(now: Now, table: Table, books: Books, note: Notebook) -> None:
    """Note how many new sales of partners there were, how many were not seen, and how the worst are paid."""
    if not len(table.seen):
        return
    seen, unseen = (books.totals.by_segment(name)[:, :-1] for name in ("seen", "unseen"))
    note.by_creditor["sold_first"], note.by_creditor["untracked"] = seen + unseen, unseen
    note["pay_ratio_lowest"] = _lowest(now, table) if len(table.sold_so_far) else np.nan


def _lowest(now: Now, table: Table) -> Reals:
    """The percentile over partners of the share of their sales that they are paid for; NaN without any: float64[R]."""
    sold, paid = (one[0].reshape(now.size, -1) for one in (table.sold_so_far, table.paid_so_far))
    found = np.full(now.size, np.nan)
    for r, there in enumerate(sold > 0):
        if there.any():
            found[r] = np.percentile(paid[r, there] / (THOUSAND * sold[r, there]), LOWEST)
    return found
