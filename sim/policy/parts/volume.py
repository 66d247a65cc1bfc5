"""What counts of a month for rules that measure partners against each other: premium or contracts, with weights.

Notation: p product, i partner row; n rows, P products, S segments.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from pydantic import Field

from sim.base.arrays import Flags, Integers
from sim.policy.given.facts import MonthFacts
from sim.policy.given.refunds import Business
from sim.policy.rule import Rule

By = Literal["premium", "count"]


class Volume(Rule):
    """A rule that reads a volume: premium or contracts, of new business, renewals or both."""

    by: By = Field(default="premium", description="what is counted: premium in major units, or contracts")
    business: Business = Field(default="all", description="premium or contracts that count")
    volume: Literal["net", "gross"] = Field(
        default="net", description="net: what is refunded counts no more; gross: it does"
    )

    @property
    def counts_refunds(self) -> bool:  # type: ignore[override]  # depends on what is stated
        return self.volume == "net"

    def counted(self, facts: MonthFacts, cells: Flags, by: By, weights: Integers, months: Integers) -> Integers:
        """Weighted volume of the month, less what is refunded of the last months[n] or months[1]: int64[n].

        `weights`, int64[P], are of each minor unit of premium, or of each contract.
        """
        new, renewal = (
            (facts.premium_new, facts.premium_renewal)
            if by == "premium"
            else (facts.count_credited, facts.count_renewal)
        )
        there = facts.layout.by_row(cells)
        amount = np.where(there, new * (self.business != "renewal") + renewal * (self.business != "new"), 0)
        found = weights @ amount
        if self.counts_refunds:
            row, product, _, premium, contracts = facts.refunds.within(facts.layout, cells, months, self.business)
            np.subtract.at(found, row, weights[product] * (premium if by == "premium" else contracts))
        return np.asarray(found)
