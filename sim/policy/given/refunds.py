"""Premium refunded in a month, as rules that count it read it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import numpy as np

from sim.base.arrays import Flags, Integers
from sim.policy.given.layout import Layout

Business = Literal["all", "new", "renewal"]
OF_BUSINESS: dict[str, Callable[[Integers], Any]] = {
    "all": lambda year: True,
    "new": lambda year: year == 0,
    "renewal": lambda year: year > 0,
}
"""by business, whether a contract year belongs to it"""
_NO_ENTRIES: Integers = np.zeros((6, 0), dtype=np.int64)


class Refunds:
    """Premium refunded in a month, known at the statement: an entry a partner, product and month of sale.

    Only products are told of whose refunds some rule counts (`Rule.counts_refunds`).

    Attributes
    ----------
    entries : int64[6, k]
        Row, product, age (months since the sale or renewal), premium in minor units, contracts, contract year (0: new
        business).
    month : months since t = 0, from which ages count
    """

    month: int = 0

    def __init__(self, entries: Integers = _NO_ENTRIES) -> None:
        self.entries = entries

    def clear(self) -> None:
        """Forget the month."""
        self.entries = _NO_ENTRIES

    def add(self, product: int, found: Integers) -> None:
        """Add the refunds of a product: row, age, premium, contracts and contract year, int64[5, k]."""
        if found.shape[1]:
            products = np.full((1, found.shape[1]), product)
            here = np.concatenate((found[:1], products, found[1:]))
            self.entries = np.concatenate((self.entries, here), axis=1) if self.entries.size else here

    def only(self, coverage: Flags) -> Refunds:
        """Those of some rows and products, bool[P, n]."""
        kept = Refunds(self.entries[:, coverage[self.entries[1], self.entries[0]]])
        kept.month = self.month
        return kept

    def within(self, layout: Layout, cells: Flags, months: Integers, business: Business = "all") -> Integers:
        """Entries of the covered cells[P, S] sold in the last months[n], or months[1] for all: int64[5, k].

        Row, product, age, premium and contracts of all business, of new alone, or of renewals.
        """
        if not self.entries.size:
            return self.entries[:5]
        row, product, age, _, _, year = self.entries
        open_for = months[0] if months.size == 1 else months[row]
        there = cells[product, layout.segment_by_row[row]] & (age < open_for)
        return self.entries[:5, there & OF_BUSINESS[business](year)]
