"""The work space: arrays that stages fill anew, keys of the month's luck, and constants.

A kernel that sums over rows writes one sum a slice into an array of the work space; the slices are added up here.
"""

from __future__ import annotations

import numpy as np

from sim.base.arrays import Integers, Reals
from sim.base.functions import in_order
from sim.base.luck import draw_keys, purpose, uniforms
from sim.engine.layout.plan import Plan
from sim.engine.state.now import Now

_BUFFERS = 4
_TALLIES = 2


class WorkSpace:
    """Arrays over the rows of a plan; nothing in them outlives the month.

    Attributes
    ----------
    keys : uint64[n] of the month's draws
    buffers : float64[n] each
    flags : bool[n]
    counts : int64[n]
    zeros, ones : int64[n] and float64[n], read only by agreement
    tallies : int64[2, slices], sums of whole numbers
    parts : float64[slices], sums of real ones
    drawn, expected : int64[slices] and float64[slices], what was drawn and its mean
    """

    def __init__(self, plan: Plan) -> None:
        rows = plan.population.rows
        self.keys = np.zeros(rows, dtype=np.uint64)
        self.buffers = [np.zeros(rows) for _ in range(_BUFFERS)]
        self.flags = np.zeros(rows, dtype=np.bool_)
        self.zeros = np.zeros(rows, dtype=np.int64)
        self.ones = np.ones(rows)
        self.counts = np.zeros(rows, dtype=np.int64)
        slices = plan.layout.edges.size - 1
        self.tallies = np.zeros((_TALLIES, slices), dtype=np.int64)
        self.drawn = np.zeros(slices, dtype=np.int64)
        self.parts, self.expected = np.zeros((2, slices))
        self._owner, self._whole = np.zeros(slices, dtype=np.intp), np.zeros(1)

    def begin(self, now: Now) -> None:
        """Draw the month's keys."""
        draw_keys(now.plan.population.id_hash, now.month, now.replication, now.luck.seed, self.keys)

    def draw(self, name: str, buffer: int = 0) -> Reals:
        """One uniform in (0, 1) a row for the purpose of this dotted name, in one of the buffers: float64[n]."""
        filled = self.buffers[buffer]
        uniforms(self.keys, purpose(name), filled)
        return filled

    def count(self, tally: Integers) -> int:
        """What whole numbers by slice, int64[slices], come to."""
        return sum(tally.tolist())  # there are few: faster than numpy's sum

    def total(self, parts: Reals) -> float:
        """What real numbers by slice, float64[slices], come to: added in their order, so that no bit depends on it."""
        in_order(parts, self._owner, self._whole)
        return float(self._whole[0])

    def surprise(self) -> float:
        """What was drawn beyond its mean, all slices together."""
        return self.count(self.drawn) - self.total(self.expected)
