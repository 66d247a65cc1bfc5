"""Sums of the month's columns by segment, taken once and read by the books and the records.

Notation: s segment (the last is the direct channel), i row.
"""

from __future__ import annotations

import numpy as np

from sim.base.arrays import Integers, Words
from sim.base.columns import Table
from sim.base.kernels import kernel

STOCKS = ("receivable", "payable", "holdback", "advance", "deposit")


class Totals:
    """Sums of one month: of every column of whole numbers, by product and by segment, and of the partners' stocks."""

    def __init__(self, table: Table, segments: int) -> None:
        self._table = table
        self._cells = np.zeros((len(table.month), segments), dtype=np.int64)
        self._lines = np.zeros(len(table.month), dtype=np.int64)
        self._stocks = np.zeros((len(STOCKS), segments), dtype=np.int64)

    def take(self, edges: Words) -> None:
        """Sum the columns of the month."""
        _sums(self._table.month, edges, self._cells)
        np.add.reduce(self._cells, axis=1, out=self._lines)
        for row, name in enumerate(STOCKS):
            stock = self._table.array(name).reshape(-1, self._table.rows)
            if len(stock):
                _sums(stock, edges, self._stocks[row : row + 1])

    def of(self, name: str) -> int:
        """The sum of a column over everything."""
        if name in STOCKS:
            return int(self._stocks[STOCKS.index(name)].sum())
        return sum(self._lines[self._table.month_lines[name]].tolist())

    def by_product(self, name: str) -> Integers:
        """Sum of a column by product: int64[product]."""
        return self._lines[self._table.month_lines[name]]

    def cells(self, name: str) -> Integers:
        """Sum of a column by product and segment: int64[product, segment]."""
        return self._cells[self._table.month_lines[name]]

    def by_segment(self, name: str) -> Integers:
        """Sum of a column by segment: int64[segment]."""
        cells = self.cells(name)
        return np.asarray(cells[0] if len(cells) == 1 else cells.sum(axis=0))


@kernel
def _sums(
    columns: Integers,  # [lines, n]
    edges: Words,
    cells: Integers,  # [lines, slices]
) -> None:
    for line in range(cells.shape[0]):
        for s in range(cells.shape[1]):
            total = 0
            for i in range(edges[s], edges[s + 1]):
                total += columns[line, i]
            cells[line, s] = total
