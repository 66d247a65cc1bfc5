"""What a commission rule may read, and the statement that it writes into.

Notation: p product, i partner row, s segment. Arrays by partner have the shape (product, rows).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sim.base.functions import kernel, round_line

Reals = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Layout:
    """How products, segments and rows lie in the arrays."""

    products: tuple[str, ...]
    segments: tuple[str, ...]
    """the last is the direct channel, which earns no commission"""
    bounds: Integers
    """first row of each segment, int64[segments + 1]"""

    @property
    def rows(self) -> int:
        return int(self.bounds[-1])

    @cached_property
    def edges(self) -> NDArray[np.uint64]:
        """The bounds for kernels: an index known not to be negative lets a loop over rows be vectorised."""
        return self.bounds.astype(np.uint64)


@dataclass(frozen=True)
class MonthFacts:
    """The facts of a month that rules may read, by product and partner."""

    ordinal: int
    layout: Layout
    premium_new: Integers
    premium_renewal: Integers
    count_new: Integers
    count_renewal: Integers


@dataclass(frozen=True)
class Prospect:
    """What partners would bring a principal: monthly premium (major units) and contracts, and the rates they would get."""

    ordinal: int
    layout: Layout
    premium: Reals
    count: Reals
    rate: Reals
    """float64[product, rows]: rules add their expected rate on new business"""


@dataclass
class Statement:
    """Commission of the month in minor units.

    `accrued` is on premium written and is deferred with it; `expensed` and `reversed` are true-ups. With `watched`
    set, each rule's amounts for that row are kept in `lines`.
    """

    accrued: Integers
    expensed: Integers
    reversed: Integers
    watched: int | None = None
    lines: list[tuple[str, str, str, int, int]] = field(default_factory=list)

    def accrue(self, p: int, facts: MonthFacts, new: Reals, renewal: Reals) -> None:
        """Add to `accrued` of product p the lines rate[segment] x premium, new and renewal each rounded half to even."""
        _accrue(facts.layout.edges, facts.premium_new[p], facts.premium_renewal[p], new, renewal, self.accrued[p])

    def limit(self, p: int, premium_new: Integers, premium_renewal: Integers, cap: float) -> None:
        """Hold the commission accrued on product p under a cap, as a share of its premium."""
        _limit(premium_new, premium_renewal, cap, self.accrued[p])

    def true_up(self, amount: Integers) -> None:
        """Expense what is positive of amount[rows], reverse what is negative."""
        np.add(self.expensed, np.maximum(amount, 0), out=self.expensed)
        np.add(self.reversed, np.maximum(-amount, 0), out=self.reversed)


@kernel
def _accrue(bounds, premium_new, premium_renewal, new, renewal, accrued):  # type: ignore[no-untyped-def]
    for s in range(new.size):
        if new[s] == 0.0 and renewal[s] == 0.0:
            continue
        for i in range(bounds[s], bounds[s + 1]):
            accrued[i] += round_line(new[s], premium_new[i]) + round_line(renewal[s], premium_renewal[i])


@kernel
def _limit(premium_new, premium_renewal, cap, accrued):  # type: ignore[no-untyped-def]
    for i in range(accrued.size):
        accrued[i] = min(accrued[i], round_line(cap, premium_new[i] + premium_renewal[i]))
