"""What our staff are offered for a sale of a partner that they help to close."""

from __future__ import annotations

import numpy as np

from sim.base.arrays import Reals
from sim.policy.book import Book
from sim.policy.rules.cross_bonus import CrossBonus


def offered(book: Book, ordinal: int) -> Reals:
    """The cross-bonuses in force together, as a share of the commission that partners keep: float64[product, segment].

    `book` is that of one replication. Each is of the commission that those before it leave; one that chooses among
    partners is taken to hold for as large a part of each.
    """
    found = np.zeros((len(book.layout.products), len(book.layout.segments)))
    left = np.ones_like(found)
    for page in book.pages(ordinal):
        if isinstance(page.rule, CrossBonus):
            part = 1.0 if page.coverage is None else book.part_covered(page.coverage)
            found += left * part * page.rule.offered(ordinal, page.cells)
            left *= 1.0 - part * page.terms * page.rule.carves
    return np.divide(found, left, out=np.zeros_like(found), where=left > 0.0)
