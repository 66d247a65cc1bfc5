"""The single sales of a month: the premium of each new contract, where a rule reads it.

Notation: p product, i partner row. Money is in minor units.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.base.arrays import Flags, Integers, Reals
from sim.policy.kernels import sale_lines

_NONE: Integers = np.zeros((3, 0), dtype=np.int64)


class Sales(NamedTuple):
    """Contracts of one product, alike ones together: row, premium of each and how many there are, int64[k] each."""

    row: Integers
    size: Integers
    alike: Integers

    def lines(self, rates: Reals, premium: Integers) -> Integers:
        """Rate[n] x the premium of each contract, each rounded half to even, by row: int64[n]."""
        found = np.empty(self.row.size, dtype=np.int64)
        sale_lines.at_rate(rates[self.row], self.size, self.alike, found)
        return self.by_row(found, premium)

    def by_row(self, lines: Integers, premium: Integers) -> Integers:
        """Sums of lines[k] by row; where premium[n] is not that of the contracts, in proportion: int64[n]."""
        found, whole = np.zeros((2, premium.size), dtype=np.int64)
        np.add.at(found, self.row, lines)
        np.add.at(whole, self.row, self.size * self.alike)
        sale_lines.in_proportion(whole, premium, found)
        return found


class SingleSales:
    """Premium of new contracts one by one, of the products whose contracts differ in size.

    Attributes
    ----------
    entries : int64[3, k]
        Row, product, premium of the contract.
    """

    def __init__(self, entries: Integers = _NONE) -> None:
        self.entries = entries

    def clear(self) -> None:
        """Forget the month."""
        self.entries = _NONE

    def add(self, product: int, rows: Integers, premium: Integers) -> None:
        """Add contracts of a product: int64[k] each."""
        here = np.array([rows, np.full(rows.size, product, dtype=np.int64), premium])
        self.entries = np.concatenate((self.entries, here), axis=1)

    def only(self, coverage: Flags) -> SingleSales:
        """Those of some rows and products, bool[P, n]."""
        return SingleSales(self.entries[:, coverage[self.entries[1], self.entries[0]]])

    def of(self, p: int, premium: Integers, count: Integers) -> Sales:
        """Those of one product; a row without any has sold count[n] alike ones for its premium[n]."""
        row, product, size = self.entries
        mine = (product == p) & (premium[row] != 0)
        row, size = row[mine], size[mine]
        rest = premium.copy()
        rest[row] = 0
        alike = alike_sales(rest, count)
        one = np.ones(row.size, dtype=np.int64)
        return Sales(*(np.concatenate(pair) for pair in zip(Sales(row, size, one), alike, strict=True)))


def alike_sales(premium: Integers, count: Integers) -> Sales:
    """The premium[n] of count[n] contracts that are alike to the minor unit; premium without contracts is one sale."""
    there = np.flatnonzero(premium)
    contracts = np.maximum(count[there], 1)
    whole, dearer = np.divmod(premium[there], contracts)
    return Sales(
        np.concatenate((there, there)), np.concatenate((whole, whole + 1)),
        np.concatenate((contracts - dearer, dearer)),
    )  # fmt: skip
