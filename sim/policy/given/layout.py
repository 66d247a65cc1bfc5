"""How products, segments and partners lie in the arrays that rules read, and what tells partners apart.

Notation: p product, i partner row, s segment. n rows, P products, S segments, R replications. A table of several
replications holds one after another, each with all its segments; a slice is a segment of a replication.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.base.arrays import Integers, Reals, Words
from sim.policy.terms.standing import Standing


def by_replication(amount: NDArray[Any], replications: int) -> Integers:
    """Whole numbers by row or by slice (last axis) summed over each replication: int64[.., R]."""
    found: Integers = np.add.reduce(amount.reshape(*amount.shape[:-1], replications, -1), axis=-1, dtype=np.int64)
    return found


@dataclass(frozen=True)
class Layout:
    """How products, segments and rows lie in the arrays."""

    products: tuple[str, ...]
    segments: tuple[str, ...]
    """the last of them are ours, which earn no commission"""
    bounds: Integers
    """first row of each slice, int64[R S + 1]"""
    terms: tuple[int, ...] = ()
    """months that a contract of each product runs, 0 for a one-off sale"""
    payment_patterns: tuple[tuple[float, ...], ...] = ()
    """shares of a product's claims paid by months since they happened; left out: at once"""
    report_patterns: tuple[tuple[float, ...], ...] = ()
    """shares of a product's claims known by months since they happened; left out: at once"""
    lives: tuple[float, ...] = ()
    """months that a contract of each product is in force on average, renewals included"""
    cost_shares: tuple[float, ...] = ()
    """what new premium of each product is expected to cost at the opening, over it; left out: no rule reads it"""
    replications: int = 1
    ours: int = 1
    """segments at the end that are our own channels; the very last is the direct one"""
    sizes: tuple[Reals, ...] = ()
    """by product: equally likely sizes of a contract over its mean, for expected values; left out: all are alike"""
    needs_staff: tuple[float, ...] = ()
    """share of each partners' segment's sales that our staff must help to close; left out: all of them"""
    collection: Reals | None = None
    """float64[P, S, months] share of premium that comes in so many months after it is written; None: at once"""

    @property
    def of_partners(self) -> tuple[str, ...]:
        """Segments of partners."""
        return self.segments[: -self.ours]

    @property
    def helped(self) -> Reals:
        """Share of each segment's sales that our staff must help to close: float64[segment]."""
        return np.array([*(self.needs_staff or [1.0] * len(self.of_partners)), *[0.0] * self.ours])

    def repeated(self, replications: int) -> Layout:
        """The same for so many replications, one after another."""
        first = self.rows * np.arange(replications)[:, None]
        bounds = np.append(first + self.bounds[:-1], self.rows * replications)
        return replace(self, bounds=bounds, replications=self.replications * replications)

    @property
    def rows(self) -> int:
        """Rows of all columns, our own the last of each replication."""
        return int(self.bounds[-1])

    @cached_property
    def edges(self) -> Words:
        """The bounds for kernels: an index known not to be negative lets a loop over rows be vectorised."""
        return self.bounds.astype(np.uint64)

    @cached_property
    def segment_by_row(self) -> NDArray[np.int16]:
        """Place of each row's segment: int16[n]."""
        return self.by_row(np.arange(len(self.segments), dtype=np.int16))

    def sums(self) -> Integers:
        """Zeros to which kernels add a sum for each slice, int64[R S]."""
        return np.zeros(self.bounds.size - 1, dtype=np.int64)

    def total(self, sums: Integers) -> Integers:
        """What sums by slice, int64[R S], come to: int64[R]."""
        return np.asarray(np.add.reduce(sums.reshape(self.replications, -1), axis=1))

    def by_replication(self, amount: NDArray[Any]) -> Integers:
        """Amounts by row, [.., n], summed: int64[.., R]. Of flags, how many there are."""
        return by_replication(amount, self.replications)

    def segment_of(self, i: int) -> int:
        """Place of a row's segment."""
        return int(np.searchsorted(self.bounds, i, side="right") - 1) % len(self.segments)

    def within(self, first: int, last: int) -> Layout:
        """The layout of the rows first .. last - 1 of one replication alone: other segments have none."""
        return replace(self, bounds=np.clip(self.bounds, first, last) - first)

    def by_row(self, by_segment: NDArray[Any]) -> NDArray[Any]:
        """Values by segment or by slice (last axis), our own channels included, spread over the rows."""
        slices, there = self.bounds.size - 1, by_segment.shape[-1]
        times = slices // there
        if there not in (slices, slices // self.replications):
            raise ValueError(f"{there} values for {slices} slices of {self.replications} replications")
        return np.repeat(np.tile(by_segment, times), np.diff(self.bounds), axis=-1)


@dataclass(frozen=True)
class Members:
    """What tells partners of one segment apart for rules that choose among them."""

    ids: tuple[str, ...]
    id_hash: Words
    standing: Standing
    quotas: Reals | None = None
    """what each is to reach in a window, NaN where nothing is agreed: float64[n]; None: with nobody"""

    def repeated(self, replications: int) -> Members:
        """The same partners in so many replications."""
        hashes = np.tile(self.id_hash, replications)
        quotas = None if self.quotas is None else np.tile(self.quotas, replications)
        return Members(self.ids * replications, hashes, self.standing.repeated(replications), quotas)
