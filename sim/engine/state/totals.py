"""Sums of the month's columns by segment, taken once and read by the books and the records.

Notation: R replications, p product, s segment (the last is the direct channel), i row.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

import numpy as np

from sim.base.arrays import Integers, Words
from sim.base.columns import Table
from sim.base.kernels import kernel
from sim.engine.layout.batch import Batch

_FIRST = np.zeros(1, dtype=np.int64)
STOCKS = ("receivable", "payable", "holdback", "advance", "deposit")


class Totals:
    """Sums of one month: of every column of whole numbers, by product and by segment, and of the partners' stocks."""

    by_replication: ClassVar[Mapping[str, tuple[Any, ...]]] = {
        **dict.fromkeys(("of", "by_segment"), ()),
        **dict.fromkeys(("by_product", "cells"), (slice(None),)),
    }

    def __init__(self, batch: Batch, table: Table) -> None:
        month, self._edges = len(table.month), batch.edges
        stocks = {name: slice(month + at, month + at + 1) for at, name in enumerate(STOCKS)}
        self._lines = {**table.month_lines, **stocks}
        self._row = {name: row for row, name in enumerate(self._lines)}
        self._cells = np.zeros((month + len(STOCKS), batch.size, batch.slices // batch.size), dtype=np.int64)
        written = [place for name, place in table.month_lines.items() if name not in batch.plan.idle]
        summed = np.concatenate([np.arange(place.start, place.stop) for place in written])
        held = {name: table.array(name).reshape(-1, table.rows) for name in STOCKS}
        self._parts = [(table.month, summed, self._cells[:month])]
        self._parts += [(held[name], _FIRST, self._cells[place]) for name, place in stocks.items() if len(held[name])]
        lengths = [place.stop - place.start for place in self._lines.values()]
        self._row_of_line = np.repeat(np.arange(len(lengths)), lengths)
        self._begin()

    def _begin(self) -> None:
        """Sums of 0 in arrays of their own: who has read the last ones may keep them."""
        lines, replications, segments = self._cells.shape
        self._by_product = np.zeros((lines, replications), dtype=np.int64)
        self._by_segment = np.zeros((len(self._lines), replications, segments), dtype=np.int64)
        self._whole = np.zeros((len(self._lines), replications), dtype=np.int64)

    def take(self) -> None:
        """Sum the columns of the month; the sums of those that nothing writes stay 0."""
        for columns, summed, cells in self._parts:
            _sums(columns, summed, self._edges, cells.reshape(len(cells), -1))
        self._begin()
        _add_up(self._cells, self._row_of_line, self._by_product, self._by_segment, self._whole)

    def of(self, name: str) -> Integers:
        """The sum of a column over everything, by replication: int64[R]."""
        return self._whole[self._row[name]]

    def of_each(self, names: Iterable[str]) -> Integers:
        """The same of several columns: int64[column, R]."""
        return self._whole[[self._row[name] for name in names]]

    def by_product(self, name: str) -> Integers:
        """Sum of a column by product: int64[p, R]."""
        return self._by_product[self._lines[name]]

    def cells(self, name: str) -> Integers:
        """Sum of a column by product and segment: int64[p, R, s]."""
        return self._cells[self._lines[name]]

    def by_segment(self, name: str) -> Integers:
        """Sum of a column by segment: int64[R, s]."""
        return self._by_segment[self._row[name]]


@kernel
def _sums(
    columns: Integers,  # [lines, n]
    summed: Integers,
    edges: Words,
    cells: Integers,  # [lines, slices]
) -> None:
    for line in summed:
        for s in range(cells.shape[1]):
            total = 0
            for i in range(edges[s], edges[s + 1]):
                total += columns[line, i]
            cells[line, s] = total


@kernel
def _add_up(
    cells: Integers,  # [lines, R, s]
    row: Integers,  # of each line's column
    by_product: Integers,  # [lines, R]
    by_segment: Integers,  # [columns, R, s]
    whole: Integers,  # [columns, R]
) -> None:
    for line in range(cells.shape[0]):
        for r in range(cells.shape[1]):
            for s in range(cells.shape[2]):
                by_segment[row[line], r, s] += cells[line, r, s]
                by_product[line, r] += cells[line, r, s]
            whole[row[line], r] += by_product[line, r]
