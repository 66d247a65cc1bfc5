"""Rates as tables by product and segment, and the tables that were in force when older contracts were sold.

Notation: p product, s segment, y contract year.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.base.arrays import Flags, Integers, Reals
from sim.policy.given.layout import Layout
from sim.policy.terms.rates import Rates


def rate_table(rates: Rates, layout: Layout, ordinal: int, cells: Flags) -> Reals:
    """The rates in force in the month `ordinal`, 0 outside of `cells`: float64[P, S]."""
    table = [[rates.at(product, segment, ordinal) for segment in layout.segments] for product in layout.products]
    return np.where(cells, np.array(table), 0.0)


def highest(rates: Rates, product: str, segment: str) -> float:
    """The largest rate of a cell at any time."""
    return max(rates.at(product, segment, date) for dated in rates.dated() for date in dated.since)


@dataclass(frozen=True)
class History:
    """All tables of dated rates."""

    since: Integers
    """ordinals of the months in which the rates change"""
    tables: Reals
    """float64[changes + 1, P, S]"""

    @classmethod
    def of(cls, rates: Rates, layout: Layout, cells: Flags) -> History:
        """Lay dated rates out."""
        dates = sorted({date for dated in rates.dated() for date in dated.changes})
        first = dates[0] - 1 if dates else 0
        tables = [rate_table(rates, layout, date, cells) for date in (first, *dates)]
        return cls(np.array(dates, dtype=np.int64), np.array(tables))

    def at(self, ordinals: Integers, p: int) -> Reals:
        """Rates of product p in force in each month of `ordinals`[y]: float64[y, S]."""
        version = np.searchsorted(self.since, ordinals, side="right")
        return np.ascontiguousarray(self.tables[version, p])
