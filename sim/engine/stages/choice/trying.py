"""Part of the month in which partners try as hard for our product as our offer makes them.

Notation: R replications, s segment of partners.
"""

from __future__ import annotations

import numpy as np

from sim.base.columns import Table
from sim.engine.state.market import Market, ratio
from sim.engine.state.notebook import Notebook
from sim.engine.state.now import Now
from sim.partners import effort


def partners_try(now: Now, market: Market, table: Table, note: Notebook) -> None:
    """Effort at this month's offer; what partners' own product loses by it makes us worth less to them."""
    there, weight = now.batch.of_segment, market.weights["commission"]
    for kind in now.plan.kinds:
        if (terms := kind.segment.effort) is not None:
            tried = there(table.effort[0], kind)
            tried[:] = effort.efforts(terms, there(table.offer, kind))
            there(table.utility, kind)[:] -= weight[:, kind.position, None] * effort.own_loss(terms, tried)
            present = there(table.present, kind)
            number = present.sum(axis=1).astype(np.float64)
            note[f"effort.{kind.name}"] = ratio((tried * present).sum(axis=1), number)
