"""What partners would bring a principal, and the rates that rules would give them for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from sim.base.arrays import Flags, Integers, Reals
from sim.policy.given.layout import Layout


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
    on_sale: Reals | None = None
    """float64[P, n], filled where it is asked for: what the rate on a sale is above that on its renewals"""
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

    def with_renewals(self, counted: Reals) -> Prospect:
        """What comes of it with the renewals that partners count, counted[P, n] of its premium, and the mean rate."""
        assert self.on_sale is not None
        later = np.maximum(self.rate - self.on_sale, 0.0)
        return replace(
            self, premium=self.premium * (1.0 + counted), rate=(self.rate + counted * later) / (1.0 + counted)
        )

    def add(self, rates: Reals) -> None:
        """Add expected rates by product and segment."""
        self.rate[:] += self.layout.by_row(rates)

    def add_amount(self, amount: Reals, covered: Flags) -> None:
        """Add an expected amount a month by row (major units), as a rate on the premium of the covered cells."""
        weight = self.premium * covered
        total = weight.sum(axis=0)
        share = np.divide(amount, total, out=np.zeros(total.size), where=total > 0)
        self.rate[:] += share * covered
