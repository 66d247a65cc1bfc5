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
    """int64[product, segment] of the columns by product, int64[segment] of the others, as attributes of one month."""

    def __init__(self, products: int, segments: int) -> None:
        self.products = {name: np.zeros((products, segments), dtype=np.int64) for name in BY_PRODUCT}
        self.partners = {name: np.zeros((1, segments), dtype=np.int64) for name in BY_PARTNER}

    def take(self, table: Table, edges: NDArray[np.uint64]) -> None:
        """Sum the columns of the month."""
        for name, out in self.products.items():
            _sums(table.array(name), edges, out)
        for name, out in self.partners.items():
            _sums(table.array(name)[None], edges, out)

    def of(self, name: str) -> int:
        """The sum of a column over everything."""
        found = self.products.get(name)
        return int((self.partners[name] if found is None else found).sum())

    def by_product(self, name: str) -> Integers:
        """Sum of a column by product: int64[product]."""
        return np.asarray(self.products[name].sum(axis=1))

    def by_segment(self, name: str) -> Integers:
        """Sum of a column by segment: int64[segment]."""
        found = self.products.get(name)
        return np.asarray((self.partners[name] if found is None else found).sum(axis=0))


@kernel
def _sums(columns, edges, out):  # type: ignore[no-untyped-def]
    for p in range(out.shape[0]):
        for s in range(out.shape[1]):
            total = 0
            for i in range(edges[s], edges[s + 1]):
                total += columns[p, i]
            out[p, s] = total
