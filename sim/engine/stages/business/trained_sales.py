"""Part of the month that says by what partners' sales differ from their reach: those trained sell more, some may not.

Notation: n rows of a batch.
"""

from __future__ import annotations

import numpy as np

from sim.base.arrays import Reals
from sim.base.columns import Table
from sim.engine.state.now import Now


def suspend(table: Table) -> None:
    """Let those who may not sell serve nobody who has waited either."""
    if len(table.suspended):
        table.new[:, table.suspended[0] > 0] = 0


def factor(now: Now, table: Table) -> Reals | None:
    """What each partner sells of what it reaches, float64[n]; None where it is all of it for everybody."""
    if not (len(table.trained) or len(table.suspended)):
        return None
    found = np.ones(table.rows)
    training = now.policy.training
    if len(table.trained) and training is not None:
        found[table.trained[0] > 0] = training.sells
    if len(table.suspended):
        found[table.suspended[0] > 0] = 0.0
    return found
