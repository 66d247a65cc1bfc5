"""The work space: one value a row that stages fill anew, keys of the month's luck, and constants of that shape."""

from __future__ import annotations

import numpy as np

from sim.base.arrays import Reals
from sim.base.luck import draw_keys, purpose, uniforms
from sim.engine.layout.plan import Plan
from sim.engine.state.now import Now

_BUFFERS = 4


class WorkSpace:
    """Arrays over the rows of a plan; nothing in them outlives the month.

    Attributes
    ----------
    keys : uint64[n] of the month's draws
    buffers : float64[n] each
    flags : bool[n]
    counts : int64[n]
    zeros, ones : int64[n] and float64[n], read only by agreement
    """

    def __init__(self, plan: Plan) -> None:
        rows = plan.population.rows
        self.keys = np.zeros(rows, dtype=np.uint64)
        self.buffers = [np.zeros(rows) for _ in range(_BUFFERS)]
        self.flags = np.zeros(rows, dtype=np.bool_)
        self.zeros = np.zeros(rows, dtype=np.int64)
        self.ones = np.ones(rows)
        self.counts = np.zeros(rows, dtype=np.int64)

    def begin(self, now: Now) -> None:
        """Draw the month's keys."""
        draw_keys(now.plan.population.id_hash, now.month, now.replication, now.luck.seed, self.keys)

    def draw(self, name: str, buffer: int = 0) -> Reals:
        """One uniform in (0, 1) a row for the purpose of this dotted name, in one of the buffers: float64[n]."""
        filled = self.buffers[buffer]
        uniforms(self.keys, purpose(name), filled)
        return filled
