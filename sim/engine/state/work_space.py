"""The work space: arrays that stages fill anew, keys of the month's luck, and constants.

A kernel that sums over rows writes one sum a slice into an array of the work space; the slices of a replication are
added up here. Notation: R replications, n rows of all, S segments of each, C of them our own
channels; `slices` as `sim.engine.layout.batch` tells.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from sim.base import functions, luck, samplers
from sim.base.arrays import Integers, Reals
from sim.base.luck import purpose
from sim.engine.layout.batch import Batch
from sim.engine.state.now import Now
from sim.policy.given.refunds import Refunds
from sim.policy.kernels.single_sales import SingleSales

_BUFFERS = 4
_TALLIES = 2


class WorkSpace:
    """Arrays over the rows of a batch; nothing in them outlives the month.

    Attributes
    ----------
    keys : uint64[n] of the month's draws
    buffers : float64[n] each
    flags : bool[n]
    counts : int64[n]
    zeros, everyone : int64[n] and bool[n], read only by agreement
    sales : of the month one by one, of products whose contracts differ, where some rule reads them
    refunds : of the month, of products of whose refunds some rule counts
    changes, partly : premium added to contracts inside their term, and refunded of contracts that stay, where a rule
        takes commission back
    fresh : by product with changes, the part of each cohort's premium that this month has added: float64[term, n]
    tallies : int64[2, slices], sums of whole numbers
    parts : float64[slices], sums of real ones
    moved : float64[2, slices], of partners' shares what came and what went
    drawn, expected : int64[slices] and float64[slices], what was drawn and its mean
    """

    by_replication: ClassVar[Mapping[str, tuple[Any, ...]]] = dict.fromkeys(
        ("count", "count_rows", "partners", "total", "total_of_partners", "surprise"), ()
    )

    def __init__(self, batch: Batch) -> None:
        rows, slices = batch.rows, batch.slices
        self._batch = batch
        self.keys = np.zeros(rows, dtype=np.uint64)
        self.buffers = [np.zeros(rows) for _ in range(_BUFFERS)]
        self.flags = np.zeros(rows, dtype=np.bool_)
        self.zeros = np.zeros(rows, dtype=np.int64)
        self.everyone = np.ones(rows, dtype=np.bool_)
        self.refunds, self.changes, self.partly = Refunds(), Refunds(), Refunds()
        self.fresh: dict[int, Reals] = {}
        self.sales = SingleSales()
        self.counts = np.zeros(rows, dtype=np.int64)
        self.tallies = np.zeros((_TALLIES, slices), dtype=np.int64)
        self.drawn = np.zeros(slices, dtype=np.int64)
        self.parts, self.expected = np.zeros((2, slices))
        self.moved = np.zeros((2, slices))

    def begin(self, now: Now) -> None:
        """Draw the month's keys."""
        luck.draw_keys_of(now.plan.population.id_hash, now.month, now.replications, now.seed, self.keys)

    def draw(self, name: str, buffer: int = 0) -> Reals:
        """One uniform in (0, 1) a row for the purpose of this dotted name, in one of the buffers: float64[n]."""
        filled = self.buffers[buffer]
        luck.uniforms(self.keys, purpose(name), filled)
        return filled

    def poisson(self, name: str, mean: Reals, out: Integers) -> None:
        """Draw Poisson numbers of means, float64[n], for the purpose of this dotted name: int64[n]."""
        samplers.draw_poisson(mean, self.keys, purpose(name), out)

    def binomial(self, name: str, trials: NDArray[Any], chance: float | Reals, out: Integers) -> None:
        """Draw how many of trials, int32[n] or int64[n], succeed with a chance, one or float64[n]: int64[n]."""
        samplers.draw_binomial(trials, chance, self.keys, purpose(name), out)

    def count(self, tally: Integers) -> Integers:
        """What whole numbers by slice, int64[slices], come to by replication: int64[R]."""
        whole = np.empty(self._batch.size, dtype=np.int64)
        functions.in_order(tally, self._batch.owner, whole)
        return whole

    def count_rows(self, numbers: Integers) -> Integers:
        """What whole numbers by row, int64[n], come to by replication: int64[R]; `drawn` gets their sums by slice."""
        functions.count_slices(numbers, self._batch.edges, self.drawn)
        return self.count(self.drawn)

    def partners(self, tally: Integers) -> Integers:
        """The same of the partners' segments, int64[R, S - C], our own channels apart."""
        return self._batch.by_replication(tally)[:, : -self._batch.ours]

    def total(self, parts: Reals) -> Reals:
        """What real numbers by slice, float64[slices], come to by replication: float64[R].

        They are added in their order, so that no bit depends on how many replications there are.
        """
        whole = np.empty(self._batch.size)
        functions.in_order(parts, self._batch.owner, whole)
        return whole

    def total_of_partners(self, parts: Reals) -> Reals:
        """The same without our own channels: float64[R]."""
        kept = parts.copy()
        self._batch.by_replication(kept)[:, -self._batch.ours :] = 0.0
        return self.total(kept)

    def surprise(self) -> Reals:
        """What was drawn beyond its mean, by replication: float64[R]."""
        return self.count(self.drawn) - self.total(self.expected)
