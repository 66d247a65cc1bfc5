"""What a commission rule may read: how things lie, the facts of a month, and what a partner would bring.

Notation: p product, i partner row, s segment, a age (months since the first sale). n rows, P products, S segments, R
replications. A table of several replications holds one after another, each with all its segments; a slice is a segment
of a replication. Money is in minor units.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from sim.base.arrays import Codes, Counts, Flags, Integers, Months, Reals, Words
from sim.policy.kernels.single_sales import Sales, SingleSales, alike_sales
from sim.policy.stopped_claims import StoppedClaims
from sim.policy.terms.standing import Standing

THOUSAND = 1000  # parts of a contract in which credit is counted
Business = Literal["all", "new", "renewal"]
OF_BUSINESS: dict[str, Callable[[Integers], Any]] = {
    "all": lambda year: True,
    "new": lambda year: year == 0,
    "renewal": lambda year: year > 0,
}
"""by business, whether a contract year belongs to it"""
_NO_ENTRIES: Integers = np.zeros((6, 0), dtype=np.int64)


def by_replication(amount: NDArray[Any], replications: int) -> Integers:
    """Whole numbers by row or by slice (last axis) summed over each replication: int64[.., R]."""
    found: Integers = np.add.reduce(amount.reshape(*amount.shape[:-1], replications, -1), axis=-1, dtype=np.int64)
    return found


@dataclass(frozen=True)
class Layout:
    """How products, segments and rows lie in the arrays."""

    products: tuple[str, ...]
    segments: tuple[str, ...]
    """the last of them are ours, which earn no commission"""
    bounds: Integers
    """first row of each slice, int64[R S + 1]"""
    terms: tuple[int, ...] = ()
    """months that a contract of each product runs, 0 for a one-off sale"""
    payment_patterns: tuple[tuple[float, ...], ...] = ()
    """shares of a product's claims paid by months since they happened; left out: at once"""
    report_patterns: tuple[tuple[float, ...], ...] = ()
    """shares of a product's claims known by months since they happened; left out: at once"""
    lives: tuple[float, ...] = ()
    """months that a contract of each product is in force on average, renewals included"""
    cost_shares: tuple[float, ...] = ()
    """what new premium of each product is expected to cost at the opening, over it; left out: no rule reads it"""
    replications: int = 1
    ours: int = 1
    """segments at the end that are our own channels; the very last is the direct one"""
    sizes: tuple[Reals, ...] = ()
    """by product: equally likely sizes of a contract over its mean, for expected values; left out: all are alike"""
    needs_staff: tuple[float, ...] = ()
    """share of each partners' segment's sales that our staff must help to close; left out: all of them"""
    collection: Reals | None = None
    """float64[P, S, months] share of premium that comes in so many months after it is written; None: at once"""

    @property
    def of_partners(self) -> tuple[str, ...]:
        """Segments of partners."""
        return self.segments[: -self.ours]

    @property
    def helped(self) -> Reals:
        """Share of each segment's sales that our staff must help to close: float64[segment]."""
        return np.array([*(self.needs_staff or [1.0] * len(self.of_partners)), *[0.0] * self.ours])

    def repeated(self, replications: int) -> Layout:
        """The same for so many replications, one after another."""
        first = self.rows * np.arange(replications)[:, None]
        bounds = np.append(first + self.bounds[:-1], self.rows * replications)
        return replace(self, bounds=bounds, replications=self.replications * replications)

    @property
    def rows(self) -> int:
        """Rows of all columns, our own the last of each replication."""
        return int(self.bounds[-1])

    @cached_property
    def edges(self) -> Words:
        """The bounds for kernels: an index known not to be negative lets a loop over rows be vectorised."""
        return self.bounds.astype(np.uint64)

    def sums(self) -> Integers:
        """Zeros to which kernels add a sum for each slice, int64[R S]."""
        return np.zeros(self.bounds.size - 1, dtype=np.int64)

    def total(self, sums: Integers) -> Integers:
        """What sums by slice, int64[R S], come to: int64[R]."""
        return np.asarray(np.add.reduce(sums.reshape(self.replications, -1), axis=1))

    def by_replication(self, amount: NDArray[Any]) -> Integers:
        """Amounts by row, [.., n], summed: int64[.., R]. Of flags, how many there are."""
        return by_replication(amount, self.replications)

    def segment_of(self, i: int) -> int:
        """Place of a row's segment."""
        return int(np.searchsorted(self.bounds, i, side="right") - 1) % len(self.segments)

    def within(self, first: int, last: int) -> Layout:
        """The layout of the rows first .. last - 1 of one replication alone: other segments have none."""
        return replace(self, bounds=np.clip(self.bounds, first, last) - first)

    def by_row(self, by_segment: NDArray[Any]) -> NDArray[Any]:
        """Values by segment or by slice (last axis), our own channels included, spread over the rows."""
        slices, there = self.bounds.size - 1, by_segment.shape[-1]
        times = slices // there
        if there not in (slices, slices // self.replications):
            raise ValueError(f"{there} values for {slices} slices of {self.replications} replications")
        return np.repeat(np.tile(by_segment, times), np.diff(self.bounds), axis=-1)


@dataclass(frozen=True)
class Members:
    """What tells partners of one segment apart for rules that choose among them."""

    ids: tuple[str, ...]
    id_hash: Words
    standing: Standing
    quotas: Reals | None = None
    """what each is to reach in a window, NaN where nothing is agreed: float64[n]; None: with nobody"""

    def repeated(self, replications: int) -> Members:
        """The same partners in so many replications."""
        hashes = np.tile(self.id_hash, replications)
        quotas = None if self.quotas is None else np.tile(self.quotas, replications)
        return Members(self.ids * replications, hashes, self.standing.repeated(replications), quotas)


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
            here = np.insert(found, 1, product, axis=0)
            self.entries = np.concatenate((self.entries, here), axis=1)

    def only(self, coverage: Flags) -> Refunds:
        """Those of some rows and products, bool[P, n]."""
        kept = Refunds(self.entries[:, coverage[self.entries[1], self.entries[0]]])
        kept.month = self.month
        return kept

    def within(self, layout: Layout, cells: Flags, months: Integers, business: Business = "all") -> Integers:
        """Entries of the covered cells[P, S] sold in the last months[n], or months[1] for all: int64[5, k].

        Row, product, age, premium and contracts of all business, of new alone, or of renewals.
        """
        row, product, age, _, _, year = self.entries
        segment = (np.searchsorted(layout.bounds, row, side="right") - 1) % cells.shape[1]
        there = cells[product, segment] & (age < months[row % months.size])
        return self.entries[:5, there & OF_BUSINESS[business](year)]


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
    """int64[P, n], what the partner is credited with"""
    premium_renewal: Integers
    count_new: Integers
    """int64[P, n], contracts sold, whoever is credited with them"""
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
    posts: Integers
    """int64[n], posts about us"""
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
    credit_milli: Integers | None = None
    """int64[P, n] thousandths of new contracts that the partner is credited with; None: of all that it sold"""
    credit_count: Integers | None = None
    """int64[P, n] whole contracts of these, with the parts of earlier months; None: all that it sold"""
    cost_new: Integers | None = None
    """int64[P, n] what premium of new business is expected to cost; None: no rule reads it"""
    cost_renewal: Integers | None = None
    due: Integers | None = None
    """int64[P, n] contracts whose term ended this month, renewed or not; None: no rule reads it"""
    quota: Reals | None = None
    """float64[n] what the partner is to reach in a window, major units or contracts; NaN: nothing is agreed"""
    refunds: Refunds = field(default_factory=Refunds)
    """premium refunded by month of sale, known at the statement"""
    collections: Refunds | None = None
    """premium that has come in since the last statement, by month of sale; None where no rule reads it"""
    marketing_claims: Integers | None = None
    """int64[n] what partners have spent on marketing and claim back; None: the share of a fund that its rule assumes"""
    sales: SingleSales | None = None
    """premium of new contracts one by one; None: no rule reads it, or the contracts of a row are alike"""
    partly: Refunds | None = None
    """premium refunded of contracts that stay, known at the statement: as `refunds`, but what is left of the premium of
    that month, before, in place of the contracts; None: none can be"""
    changes: Refunds | None = None
    """premium added to contracts or taken off them inside their term, part of premium_new or premium_renewal: as
    `refunds`, without contracts; None: none can be"""
    stopped: StoppedClaims | None = None
    """claims within the stops that rules state, known at the statement; None: no rule states one"""
    service: Integers | None = None
    """int64[n] what the partner costs beyond commission; None: no rule asks for it"""
    leg: Codes | None = None
    """int8[n] side of its sponsor on which a partner stands, 0 left and 1 right, -1 where nobody says; None: nobody"""
    eligible: Flags | None = None
    """bool[n] partners for whom the conditions of a rule hold that pays others than it covers; None: all"""
    whole: MonthFacts | None = None
    """the facts before the conditions of a rule took partners out; None: all are there"""
    certified: Mapping[str, Flags] | None = None
    """by certificate, who holds it: bool[n]; this and what follows only where a rule reads it, else None"""
    groups: Mapping[str, Flags] | None = None
    """by group that a condition names, who is in it: bool[n]"""
    partners: Mapping[str, Flags] | None = None
    """by partner that a condition names, its row: bool[n]"""
    rank_floor: Integers | None = None
    """int64[n] rank below which a partner does not fall, 0 without one"""
    ranks: Mapping[str, Integers] | None = None
    """by rule that ranks, the number of the rank reached: int64[n], 0 below the lowest"""
    arrears: Integers | None = None
    """int64[n] premium past due at the last close"""
    outstanding: Integers | None = None
    """int64[n] premium that it holds, due or not, at the last close"""
    rating: Reals | None = None
    """float64[n] rating at the last close"""
    answers: Integers | Counts | None = None
    """int[n] answers of customers in the last twelve months, as of the last close"""
    score: Integers | Counts | None = None
    """int[n] of these those for us less those against us"""
    incidents: Integers | None = None
    """int64[n] incidents that have come to light since the last month's premium was written"""

    @property
    def credited(self) -> tuple[Integers, int]:
        """New contracts that partners are credited with, int64[P, n], and how many of these numbers are a contract."""
        return (self.count_new, 1) if self.credit_milli is None else (self.credit_milli, THOUSAND)

    @property
    def count_credited(self) -> Integers:
        """Whole new contracts that partners are credited with: int64[P, n]."""
        return self.count_new if self.credit_count is None else self.credit_count

    def single(self, p: int, premium: Integers) -> Sales:
        """The new contracts of product p in the rows that have some of premium[n], each with its own premium."""
        count = self.count_new[p]
        return alike_sales(premium, count) if self.sales is None else self.sales.of(p, premium, count)

    @property
    def margins(self) -> tuple[Integers, Integers]:
        """Premium of new business and of renewals less what it is expected to cost: int64[P, n] each.

        Nothing where it costs more; of a credit note, below 0.
        """
        if self.cost_new is None or self.cost_renewal is None:
            return self.premium_new, self.premium_renewal
        return _margin(self.premium_new, self.cost_new), _margin(self.premium_renewal, self.cost_renewal)

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
            if isinstance(value, Refunds | SingleSales | StoppedClaims):
                changed[one.name] = value.only(coverage)
            elif isinstance(value, tuple):
                changed[one.name] = tuple(part * mask for part, mask in zip(value, coverage, strict=True))
            elif isinstance(value, np.ndarray):
                mask = coverage if value.ndim == 2 else some
                changed[one.name] = value & mask if value.dtype == np.bool_ else value * mask[: len(value)]
        return replace(self, **changed)


def _margin(premium: Integers, cost: Integers) -> Integers:
    left = premium - cost
    return np.where(premium >= 0, np.maximum(left, 0), np.minimum(left, 0))


_OF_ROW = (  # who a partner is does not depend on the rule
    "defaulted",
    "share",
    "sold_months",
    "entered",
    "sponsor",
    "leg",
    "eligible",
    "rank_floor",
    "arrears",
    "outstanding",
    "rating",
    "answers",
    "score",
    "incidents",
    "quota",
)


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
    certified: Mapping[str, Flags] | None = None
    """as in `MonthFacts`, where a rule reads it, and so the following"""
    groups: Mapping[str, Flags] | None = None
    partners: Mapping[str, Flags] | None = None
    rank_floor: Integers | None = None
    by_rule: dict[str, Reals] = field(default_factory=dict)
    """float64[P, n] by rule that others name: its part of the rate"""

    def rate_of(self, names: Sequence[str]) -> Reals:
        """The rate of all rules, or of those named: float64[P, n]."""
        if not names:
            return self.rate
        return np.asarray(sum((self.by_rule[one] for one in names if one in self.by_rule), np.zeros_like(self.rate)))

    def lower(self, names: Sequence[str], share: Reals, where: Flags) -> None:
        """Keep a share of the rate of all rules, or of those named, where[P, n]."""
        if not names:
            np.copyto(self.rate, self.rate * share, where=where)
        for rule in (self.by_rule[one] for one in names if one in self.by_rule):
            cut = np.where(where, rule * (1.0 - share), 0.0)
            self.rate[:] -= cut
            rule -= cut

    def add(self, rates: Reals) -> None:
        """Add expected rates by product and segment."""
        self.rate[:] += self.layout.by_row(rates)

    def add_amount(self, amount: Reals, covered: Flags) -> None:
        """Add an expected amount a month by row (major units), as a rate on the premium of the covered cells."""
        weight = self.premium * covered
        total = weight.sum(axis=0)
        share = np.divide(amount, total, out=np.zeros(total.size), where=total > 0)
        self.rate[:] += share * covered
