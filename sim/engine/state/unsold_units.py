"""Units of finite stock: free, reserved and sold, and what became of them this month.

Notation: R replications, q product with stock, i row.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np

from sim.base.arrays import Integers
from sim.engine.layout.batch import Batch
from sim.engine.layout.stock_terms import StockTerms

SINCE_OPENING = ("released", "free", "reserved", "sold", "by_partners")
OF_MONTH = ("asked", "refused", "due", "bought", "made", "back")


class UnsoldUnits:
    """What there is of each product with stock.

    Attributes
    ----------
    released : put on sale so far, int64[R, q]; so are those that follow
    free, reserved : not sold yet
    sold : as contracts were counted at the closes so far
    by_partners : of the units granted at once, and of those bought after a reservation, what partners sold
    asked, refused : requests of the month, and those for which nothing was left or that might not reserve
    due, bought : reservations of earlier months that might be bought this month, and that were
    made, back : reservations made, and units that came back
    fees : for reservations of the month, minor units, int64[R]
    saved : what customers with a reservation saved because its price was held, int64[q, n]
    answered, open : requests of partners that were answered, and those refused or still waiting, int64[q, n]
    """

    by_replication: ClassVar[Mapping[str, tuple[Any, ...]]] = {
        **dict.fromkeys((*SINCE_OPENING, *OF_MONTH), ()), "fees": (),
    }  # fmt: skip
    by_row: ClassVar[tuple[str, ...]] = ("saved", "answered", "open")

    def __init__(self, batch: Batch, terms: StockTerms) -> None:
        self.terms = terms
        size = batch.size, len(terms.names)
        self.released, self.free, self.reserved, self.sold, self.by_partners = np.zeros((5, *size), dtype=np.int64)
        self.asked, self.refused, self.due, self.bought, self.made, self.back = np.zeros((6, *size), dtype=np.int64)
        self.fees: Integers = np.zeros(batch.size, dtype=np.int64)
        self.saved, self.answered, self.open = np.zeros((3, size[1], batch.rows), dtype=np.int64)

    @classmethod
    def of(cls, batch: Batch) -> UnsoldUnits | None:
        """Units where some product has a stock."""
        return None if batch.plan.stock is None else cls(batch, batch.plan.stock)

    def begin(self, t: int) -> None:
        """Put the month's units on sale; nothing has become of any yet."""
        for name in (*OF_MONTH, "fees"):
            getattr(self, name)[:] = 0
        self.saved[self.terms.held] = 0
        self.released += self.terms.released[:, t]
        self.free += self.terms.released[:, t]

    def ring(self, q: int) -> slice:
        """Rows of the column of reservations of a product, by month in which they were made."""
        return slice(q * self.terms.longest, (q + 1) * self.terms.longest)

    def give_back(self, q: int, units: Integers) -> None:
        """Let units of a product by replication, int64[R], come back."""
        self.back[:, q] += units
        self.reserved[:, q] -= units
        self.free[:, q] += units

    def only_for_partners(self, q: int, t: int) -> Integers:
        """Free units that only partners may sell: int64[R]."""
        taken = self.by_partners[:, q] + self.reserved[:, q]
        return np.clip(self.terms.for_partners[q, t] - taken, 0, self.free[:, q])
