"""What a commission rule may read: the facts of a month.

Notation: p product, i partner row, s segment, a age (months since the first sale). n rows, P products, S segments; of
several replications as `Layout` says. Money is in minor units.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.base.arrays import Codes, Counts, Flags, Integers, Months, Reals
from sim.policy.given.layout import Layout
from sim.policy.given.refunds import Refunds
from sim.policy.given.stopped_claims import StoppedClaims
from sim.policy.kernels.single_sales import Sales, SingleSales, alike_sales

THOUSAND = 1000  # parts of a contract in which credit is counted


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

    def but(self, **changes: Any) -> MonthFacts:
        """The same facts but for these: `replace` would look at each of fifty."""
        found = object.__new__(type(self))
        vars(found).update(vars(self) | changes)
        return found

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
        return self.but(**changed)


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
