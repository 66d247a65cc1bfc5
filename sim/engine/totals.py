"""Sums of the month's columns by segment, taken once and read by the books and the records.

Notation: p product, s segment (the last is the direct channel), i row.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.base.columns import Table
from sim.base.functions import kernel

Integers = NDArray[np.int64]
BY_PRODUCT = ("new", "renewed", "ended", "premium_new", "premium_renewal", "earned", "incurred", "accrued")
BY_PARTNER = (
    "written", "amortised", "refund", "released", "expensed", "reversed", "remitted", "netted", "paid", "lost",
    "debit_lost", "receivable", "payable",
)  # fmt: skip


class Totals:
    """Sums of one month: of columns by product int64[product, segment], of the others int64[1, segment]."""

    def __init__(self, products: int, segments: int) -> None:
        self._cells = {name: np.zeros((products, segments), dtype=np.int64) for name in BY_PRODUCT}
        self._cells |= {name: np.zeros((1, segments), dtype=np.int64) for name in BY_PARTNER}
        self._products = {name: np.zeros(len(cells), dtype=np.int64) for name, cells in self._cells.items()}
        self._all: dict[str, int] = dict.fromkeys(self._cells, 0)

    def take(self, table: Table, edges: NDArray[np.uint64]) -> None:
        """Sum the columns of the month."""
        for name, cells in self._cells.items():
            column = table.array(name)
            columns = column if column.ndim > 1 else column.reshape(1, -1)
            self._all[name] = int(_sums(columns, edges, cells, self._products[name]))

    def of(self, name: str) -> int:
        """The sum of a column over everything."""
        return self._all[name]

    def by_product(self, name: str) -> Integers:
        """Sum of a column by product: int64[product]."""
        return self._products[name]

    def by_segment(self, name: str) -> Integers:
        """Sum of a column by segment: int64[segment]."""
        cells = self._cells[name]
        return np.asarray(cells[0] if len(cells) == 1 else cells.sum(axis=0))


@kernel
def _sums(columns, edges, cells, products):  # type: ignore[no-untyped-def]
    everything = 0
    for p in range(cells.shape[0]):
        products[p] = 0
        for s in range(cells.shape[1]):
            total = 0
            for i in range(edges[s], edges[s + 1]):
                total += columns[p, i]
            cells[p, s] = total
            products[p] += total
        everything += products[p]
    return everything
