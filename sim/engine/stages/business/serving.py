"""Part of the month in which partners serve as many buyers as they can; who is over waits, and some give up.

Notation: R replications, n row.
"""

from __future__ import annotations

import numpy as np

from sim.base.arrays import Integers
from sim.base.columns import Table
from sim.contracts import sales
from sim.engine.state.channels import Channels
from sim.engine.state.notebook import Notebook
from sim.engine.state.now import Now


def buyers_are_served(now: Now, channels: Channels, table: Table, note: Notebook) -> None:
    """Cut the month's sales to partners' capacity; note who asked, who was served and who waits."""
    limits = now.plan.by_channel
    limited = [kind for kind in now.plan.kinds if np.isfinite(limits.capacity[kind.position])]
    if not limited:
        return

    def number(columns: Integers) -> Integers:
        """Contracts, [P, n], of all partners that have a limit: int64[R]."""
        parts = [now.batch.of_segment(column, kind).sum(axis=1) for kind in limited for column in columns]
        return np.asarray(np.add.reduce(parts))

    note["asked"] += number(table.new)
    sales.limit(now.edges, limits.capacity, limits.waiting_decay, channels.usual, table.waiting, table.new)
    note["served"] += number(table.new)
    note["waiting"] = number(table.waiting)
