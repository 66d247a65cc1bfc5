"""Sums of the month's columns by segment, taken once and read by the books and the records.

Notation: R replications, p product, s segment (the last is the direct channel), i row.
"""

from __future__ import annotations

from collections.abc import Mapping
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
        self._table, self._edges = table, batch.edges
        self._cells = np.zeros((len(table.month), batch.slices), dtype=np.int64)
        self._by_segment = batch.by_replication(self._cells)
        self._lines = np.zeros((len(table.month), batch.size), dtype=np.int64)
        held = [place for name, place in table.month_lines.items() if name not in batch.plan.idle]
        self._summed = np.concatenate([np.arange(place.start, place.stop) for place in held])
        self._stock_cells = np.zeros((len(STOCKS), batch.slices), dtype=np.int64)
        self._stocks = np.zeros((len(STOCKS), batch.size), dtype=np.int64)

    def take(self) -> None:
        """Sum the columns of the month; the sums of those that nothing writes stay 0."""
        table = self._table
        _sums(table.month, self._summed, self._edges, self._cells)
        np.add.reduce(self._by_segment, axis=2, out=self._lines)
        for row, name in enumerate(STOCKS):
            stock = table.array(name).reshape(-1, table.rows)
            if len(stock):
                _sums(stock, _FIRST, self._edges, self._stock_cells[row : row + 1])
        np.add.reduce(self._stock_cells.reshape(len(STOCKS), *self._by_segment.shape[1:]), axis=2, out=self._stocks)

    def of(self, name: str) -> Integers:
        """The sum of a column over everything, by replication: int64[R]."""
        if name in STOCKS:
            return np.asarray(self._stocks[STOCKS.index(name)])
        lines = self._lines[self._table.month_lines[name]]
        return np.asarray(lines[0] if len(lines) == 1 else np.add.reduce(lines, axis=0))

    def by_product(self, name: str) -> Integers:
        """Sum of a column by product: int64[p, R]."""
        return self._lines[self._table.month_lines[name]]

    def cells(self, name: str) -> Integers:
        """Sum of a column by product and segment: int64[p, R, s]."""
        return self._by_segment[self._table.month_lines[name]]

    def by_segment(self, name: str) -> Integers:
        """Sum of a column by segment: int64[R, s]."""
        cells = self.cells(name)
        return np.asarray(cells[0] if len(cells) == 1 else np.add.reduce(cells, axis=0))


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
