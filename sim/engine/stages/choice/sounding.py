"""Part of the month in which it is settled which partners are unsound: at the opening, and as they come.

Notation: n rows of a batch, s segment of partners.
"""

from __future__ import annotations

import numpy as np

from sim.base.arrays import Flags
from sim.base.columns import Table
from sim.engine.state.now import Now


def settle_types(now: Now, table: Table, there: Flags, vetted: bool) -> None:
    """Say which of these partners, bool[n], are unsound: by their ids, and less those that vetting finds out."""
    terms = now.plan.in_doubt
    if terms is None:
        return
    rows = np.flatnonzero(there)
    own = rows % now.batch.of_one
    share = np.pad(terms.unsound, (0, now.batch.ours))[now.plan.population.segment[own]]
    vetting = now.policy.vetting
    if vetted and vetting is not None:
        share *= np.where(table.share[0, rows] > 0.0, 1.0 - vetting.detection, 1.0)
    table.unsound[0, rows] = terms.type[own] < share


def newcomers_come(now: Now, table: Table) -> None:
    """Settle the type of those who came this month."""
    if now.plan.in_doubt is not None:
        settle_types(now, table, table.present & (table.entered == now.month), vetted=True)
