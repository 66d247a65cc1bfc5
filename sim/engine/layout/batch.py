"""Replications of a plan side by side: how their rows and slices lie in one table.

A replication is a run of rows, partner by partner, its own channels last, the direct one at the very end; the next one
follows it. A slice is a segment of a replication. What kernels are given by segment has a value a segment, which serves
all replications in turn, or a value a slice.

Notation: R replications, n rows of each, S segments of each, C channels of ours, which are the last of them.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.base.arrays import Codes, Counts, Flags, Integers, Places, Reals, Words
from sim.engine.layout.by_case import ByCase
from sim.engine.layout.lines import Kind
from sim.engine.layout.plan import Plan
from sim.partners.population import Population
from sim.policy.book import Book
from sim.policy.given.layout import Layout


@dataclass(frozen=True)
class Fixed:
    """Fixed attributes of every row of a batch, as `Population` has them of a replication's."""

    flow: Reals
    relativity: Reals
    us_share: Reals
    rank: Reals
    service_minor: Integers
    onboarding_minor: Integers
    starts: Flags
    spare: Flags
    sponsor: Counts
    """row of the sponsor in the batch"""
    leg: Codes | None
    """side of its sponsor on which a partner stands; None: nobody says"""

    @classmethod
    def of(cls, population: Population, replications: int) -> Fixed:
        """Those of so many replications."""

        def repeated(values: NDArray[Any]) -> NDArray[Any]:
            return np.tile(values, replications)

        first = np.repeat(np.arange(replications, dtype=np.int32) * population.rows, population.rows)
        sponsor = repeated(population.sponsor)
        return cls(
            repeated(population.flow), repeated(population.relativity), repeated(population.us_share),
            repeated(population.rank), repeated(population.service_minor), repeated(population.onboarding_minor),
            repeated(population.starts), repeated(population.spare),
            np.where(sponsor < 0, sponsor, sponsor + first).astype(np.int32),
            repeated(population.leg) if (population.leg >= 0).any() else None,
        )  # fmt: skip


@dataclass(frozen=True)
class Batch:
    """So many replications of a plan, or of several that may stand in one table (`sim.engine.layout.by_case`)."""

    plan: Plan
    """what is the same in all replications is read here"""
    size: int
    plans: tuple[Plan, ...] = ()
    """of each replication, where they have not all the same"""

    @classmethod
    def of(cls, plan: Plan, size: int) -> Batch:
        """The batch of so many; a plan keeps those that it was asked for."""
        return plan.batches.setdefault(size, cls(plan, size))

    @classmethod
    def of_cases(cls, plans: Sequence[Plan]) -> Batch:
        """Replications of these plans, one each."""
        first = plans[0]
        alike = all(plan is first for plan in plans)
        return cls.of(first, len(plans)) if alike else cls(first, len(plans), tuple(plans))

    def plan_of(self, replication: int) -> Plan:
        """The plan of a replication by its place."""
        return self.plans[replication] if self.plans else self.plan

    @cached_property
    def by_case(self) -> ByCase:
        """Figures in which the replications may differ."""
        return ByCase.of(self.plans or [self.plan] * self.size)

    @property
    def of_one(self) -> int:
        """Rows of a replication."""
        return self.plan.population.rows

    @property
    def rows(self) -> int:
        """Rows of all."""
        return self.of_one * self.size

    @property
    def slices(self) -> int:
        """Slices of all."""
        return len(self.plan.population.segments) * self.size

    @cached_property
    def book(self) -> Book:
        """The policy laid over all rows, that of each replication where they differ."""
        each = [plan.book for plan in self.plans]
        return self.plan.book.repeated(self.size, each if any(one is not each[0] for one in each) else ())

    @property
    def layout(self) -> Layout:
        """How segments and rows lie."""
        return self.book.layout

    @cached_property
    def edges(self) -> Words:
        """First row of each slice, and the number of rows: uint64[slices + 1]."""
        return self.layout.edges

    @cached_property
    def rows_by_slice(self) -> list[slice]:
        """Rows of each slice."""
        edges = self.layout.bounds.tolist()
        return [slice(first, last) for first, last in itertools.pairwise(edges)]

    @cached_property
    def fixed(self) -> Fixed:
        """Fixed attributes of every row."""
        return Fixed.of(self.plan.population, self.size)

    @cached_property
    def owner(self) -> Places:
        """Replication of each slice: intp[slices]."""
        return np.repeat(np.arange(self.size), self.slices // self.size)

    @cached_property
    def direct(self) -> Integers:
        """Rows of the direct channel: int64[R]."""
        return np.arange(1, self.size + 1) * self.of_one - 1

    @cached_property
    def own(self) -> Integers:
        """Rows of our own channels, the direct one the last of each replication: int64[R, C]."""
        return self.direct[:, None] - np.arange(self.ours)[::-1]

    @cached_property
    def is_own(self) -> Flags:
        """Whether a row is a channel of ours: bool[n]."""
        found = np.zeros(self.rows, dtype=np.bool_)
        found[self.own] = True
        return found

    @cached_property
    def own_ramp(self) -> Reals:
        """Months until the flow of each row is full, float64[n]; empty where it is the same in all of a segment."""
        differ = any(kind.segment.branches for kind in self.plan.kinds)
        return np.tile(self.plan.population.ramp, self.size if differ else 0)

    @cached_property
    def ours(self) -> int:
        """Our own channels: C."""
        return self.plan.population.ours

    def name(self, row: int) -> str:
        """Id of the partner in a row."""
        return self.plan.population.ids[row % self.of_one]

    def first(self, replication: int) -> int:
        """Its first row."""
        return replication * self.of_one

    def rows_of(self, replication: int) -> slice:
        """Rows of a replication by its place in the batch."""
        return slice(self.first(replication), self.first(replication + 1))

    def rows_of_segment(self, first: int, last: int) -> Integers:
        """Rows of the batch that are first .. last - 1 of a replication, all replications after one another."""
        return (np.arange(self.size)[:, None] * self.of_one + np.arange(first, last)).ravel()

    def of_segment(self, column: NDArray[Any], kind: Kind) -> NDArray[Any]:
        """A segment's rows of a column [n], those of each replication in a row of their own, a view: [R, rows]."""
        return column.reshape(self.size, -1)[:, kind.first : kind.last]

    def by_replication(self, slices: NDArray[Any]) -> NDArray[Any]:
        """Values by slice, [..., slices], as a table of one more axis: [..., R, S]."""
        return slices.reshape(*slices.shape[:-1], self.size, -1)

    def by_slice(self, replications: NDArray[Any]) -> NDArray[Any]:
        """Values by replication, [R], for each of its slices: [slices]."""
        return replications[self.owner]

    def by_partner(self, by_type: NDArray[Any]) -> NDArray[Any]:
        """Values by type of partner (last axis) spread over the rows, those of our own channels being 0."""
        beside = [(0, 0)] * (by_type.ndim - 1)
        return self.layout.by_row(np.pad(by_type, [*beside, (0, self.ours)]))

    def with_own(self, segments: NDArray[Any], own: Any = 0) -> NDArray[Any]:
        """Values of the partners' segments, [R, S - C, ...], by slice, our own channels' being `own`: [slices, ...].

        An array for kernels, in one piece.
        """
        shape = (self.size, segments.shape[1] + self.ours, *segments.shape[2:])
        found = np.empty(shape, dtype=segments.dtype)
        found[:, : -self.ours], found[:, -self.ours :] = segments, own
        return found.reshape(-1, *shape[2:])
