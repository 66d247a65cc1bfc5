"""What a commission rule may read: how things lie, the facts of a month, and what a partner would bring.

Notation: p product, i partner row, s segment, a age (months since the first sale). n rows, P products. Money is in
minor units.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.base.arrays import Counts, Flags, Integers, Months, Reals, Words


@dataclass(frozen=True)
class Layout:
    """How products, segments and rows lie in the arrays."""

    products: tuple[str, ...]
    segments: tuple[str, ...]
    """the last is the direct channel, which earns no commission"""
    bounds: Integers
    """first row of each segment, int64[segments + 1]"""
    terms: tuple[int, ...] = ()
    """months that a contract of each product runs, 0 for a one-off sale"""
    payment_patterns: tuple[tuple[float, ...], ...] = ()
    """shares of a product's claims paid by months since they happened; left out: at once"""
    report_patterns: tuple[tuple[float, ...], ...] = ()
    """shares of a product's claims known by months since they happened; left out: at once"""
    lives: tuple[float, ...] = ()
    """months that a contract of each product is in force on average, renewals included"""

    @property
    def rows(self) -> int:
        """Rows of all columns, our own the last."""
        return int(self.bounds[-1])

    @cached_property
    def edges(self) -> Words:
        """The bounds for kernels: an index known not to be negative lets a loop over rows be vectorised."""
        return self.bounds.astype(np.uint64)

    def sums(self) -> Integers:
        """Zeros to which kernels add a sum for each segment, int64[segments]."""
        return np.zeros(len(self.segments), dtype=np.int64)

    def total(self, sums: Integers) -> int:
        """What sums by segment, int64[segments], come to."""
        return sum(sums.tolist())  # there are few: faster than numpy's sum

    def within(self, first: int, last: int) -> Layout:
        """The layout of the rows first .. last - 1 alone: other segments have none."""
        return replace(self, bounds=np.clip(self.bounds, first, last) - first)

    def by_row(self, by_segment: NDArray[Any]) -> NDArray[Any]:
        """Values by segment (last axis) spread over the rows."""
        return np.repeat(by_segment, np.diff(self.bounds), axis=-1)


@dataclass(frozen=True)
class Members:
    """What tells partners of one segment apart for rules that choose among them."""

    id_hash: Words
    regions: tuple[str, ...]
    groups: tuple[str, ...]


@dataclass(frozen=True)
class MonthFacts:
    """The facts of a month that rules may read; arrays are live views of the partners' table.

    What is said to be known at the statement still holds last month's value when premium is written.
    """

    ordinal: int
    month: int
    """months since t = 0"""
    layout: Layout
    premium_new: Integers
    """int64[P, n]"""
    premium_renewal: Integers
    count_new: Integers
    count_renewal: Integers
    renewed: tuple[Integers, ...]
    """by product int64[contract years, n]: contracts renewed into each contract year, the last year and later ones
    together"""
    in_force: Counts
    """int32[P, n], at the last close when premium is written, at this one at the statement"""
    earned: Integers
    """int64[P, n], known at the statement"""
    incurred: Integers
    """int64[P, n] claims at ultimate cost, or cost of goods; known at the statement; withheld where claims are not
    drawn"""
    lost: tuple[Counts, ...]
    """by product int32[ages, n]: contracts that lapsed or were cancelled, by age; known at the statement. Ages that
    no rule tells apart are left out"""
    moved: tuple[Counts, ...]
    """by product int32[ages, n]: contracts renewed without their partner, by age"""
    released: Integers
    """int64[n] deferred commission of cancelled contracts; known at the statement"""
    released_passed: Integers
    """int64[P or 0, n] the part of it that had been passed on to sponsors"""
    views: Integers
    """int64[n], 0 where a segment has no funnel"""
    clicks: Integers
    leads: Integers
    bad_leads: Integers
    present: Flags
    """bool[n] active in the trade"""
    defaulted: Flags
    """bool[n] defaulted in an earlier month"""
    share: Reals
    """float64[n] our share of its flow"""
    sold_months: NDArray[np.uint32]
    """bit a: sold for us a months ago, as of last month"""
    entered: Months
    """month of entry"""
    sponsor: Counts
    """row of the sponsor, -1 without one"""
    whole: MonthFacts | None = None
    """the facts before the conditions of a rule took partners out; None: all are there"""

    @property
    def everyone(self) -> MonthFacts:
        """The facts of all partners, for a rule that also reads those whom it does not cover."""
        return self if self.whole is None else self.whole

    def only(self, coverage: Flags) -> MonthFacts:
        """The same facts for a rule that covers some rows only: bool[P, n]. Nothing happened elsewhere."""
        some = np.asarray(coverage.any(axis=0))
        changed: dict[str, Any] = {"whole": self.everyone}
        for one in fields(self):
            value = getattr(self, one.name)
            if one.name in _OF_ROW:
                continue
            if isinstance(value, tuple):
                changed[one.name] = tuple(part * mask for part, mask in zip(value, coverage, strict=True))
            elif isinstance(value, np.ndarray):
                mask = coverage if value.ndim == 2 else some
                changed[one.name] = value & mask if value.dtype == np.bool_ else value * mask[: len(value)]
        return replace(self, **changed)


_OF_ROW = ("defaulted", "share", "sold_months", "entered", "sponsor")  # who a partner is does not depend on the rule


@dataclass(frozen=True)
class Prospect:
    """What partners would bring a principal: monthly premium (major units), contracts, and the rates they would get."""

    ordinal: int
    layout: Layout
    premium: Reals
    """float64[P, n]"""
    count: Reals
    rate: Reals
    """float64[P, n]: rules add their expected rate on new business"""
    money: Reals
    """float64[segments]: partners' cost of money a month"""
    leads: Reals
    """float64[4, segments]: views, clicks, leads and bad leads for each contract sold"""

    def add(self, rates: Reals) -> None:
        """Add expected rates by product and segment."""
        self.rate[:] += self.layout.by_row(rates)

    def add_amount(self, amount: Reals, covered: Flags) -> None:
        """Add an expected amount a month by row (major units), as a rate on the premium of the covered cells."""
        weight = self.premium * covered
        total = weight.sum(axis=0)
        share = np.divide(amount, total, out=np.zeros(total.size), where=total > 0)
        self.rate[:] += share * covered
