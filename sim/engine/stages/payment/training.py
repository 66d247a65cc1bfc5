"""Part of the month in which unsound partners are found, and partners are trained.

Notation: R replications, n rows of a batch.
"""

from __future__ import annotations

import numpy as np

from sim.base.arrays import Flags
from sim.base.columns import Table
from sim.base.units import to_minor
from sim.engine.state.books import Books
from sim.engine.state.market import Market
from sim.engine.state.now import Now
from sim.engine.state.work_space import WorkSpace
from sim.market.conditions import Inspection
from sim.partners.columns import ACTIVE
from sim.policy.terms.partner_care import Training


def find_unsound(table: Table, audit: Inspection, detected: Flags, ended: Flags) -> None:
    """Mark for their end, or train, the unsound ones among those whom an audit looks at and detects, bool[n]."""
    found = detected & (table.unsound[0] > 0)
    if not audit.trains:
        ended |= found
        return
    table.unsound[0, found] = 0
    if len(table.trained):
        table.trained[0, found] = 1


def train(now: Now, market: Market, table: Table, books: Books, work: WorkSpace, terms: Training) -> None:
    """Train all partners that sell for us, at a cost; some of the unsound ones are sound from then on."""
    open_ = np.repeat(~market.closed & now.plan.programme[now.t], now.batch.of_one)
    there = (table.status == ACTIVE) & (table.share[0] > 0.0) & ~now.batch.is_own & open_
    number = np.array([there[rows].sum() for rows in now.batch.rows_by_slice], dtype=np.int64)
    books.judging_cost += to_minor(terms.cost) * now.batch.by_replication(number)
    if len(table.unsound) and terms.cures > 0.0:
        table.unsound[0, there & (work.draw("training.cures") < terms.cures)] = 0
    if len(table.trained):
        table.trained[0, there] = 1
