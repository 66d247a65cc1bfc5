"""What rules on the sponsor tree share: who of those above a seller is active, and whether sponsors give back."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator

from sim.base.arrays import Flags, Integers
from sim.base.units import WholeMonths
from sim.policy.given.facts import MonthFacts
from sim.policy.kernels import ranks
from sim.policy.rule import Memory, Rule

MONTHS_REMEMBERED = 32  # bits of `sold_months`


class Sponsoring(Rule):
    """A rule that pays sponsors who are active."""

    needs_sponsors: ClassVar[bool] = True
    counts_sales_of: ClassVar[str] = "sponsors"
    of_receivers: ClassVar[bool] = True
    active: Literal["present", "selling"] = Field(
        default="present", description="who may receive: partners still in the trade, or those of them that sell for us"
    )
    selling_within: WholeMonths = Field(
        default=3, description="active: selling: it has sold this month or in so many months before"
    )

    @model_validator(mode="after")
    def _remembered(self) -> Sponsoring:
        if self.selling_within >= MONTHS_REMEMBERED:
            raise ValueError(f"selling_within must be below {MONTHS_REMEMBERED}mo: sales are remembered no longer")
        return self

    @property
    def needs_contracts(self) -> bool:
        return self.active == "selling"

    def receives(self, facts: MonthFacts) -> Flags:
        """Active partners: bool[n]."""
        everyone = facts.everyone
        there = everyone.present if facts.eligible is None else everyone.present & facts.eligible
        if self.active == "present":
            return there
        recent = (everyone.sold_months & ((1 << self.selling_within) - 1)) != 0
        return there & (recent | everyone.count_new.any(axis=0))


class Upline(Sponsoring):
    """A rule that pays those above a seller a part of each sale."""

    clawback: bool = Field(
        default=True,
        description="sponsors give back their part of the commission on refunded premium, in the proportion in which "
        "they would get it now (nothing where nobody would); where several rules pay the sponsors of a product and "
        "segment, one of them takes back for all",
    )

    def reads(self, facts: MonthFacts, memory: Memory, p: int, i: int) -> tuple[str, float]:
        """For what comes from others: the premium of everyone below."""
        if p >= 0:
            return super().reads(facts, memory, p, i)
        own = facts.premium_new.sum(axis=0) + facts.premium_renewal.sum(axis=0)
        return "downline_premium", float(with_downlines(own, facts)[i] - own[i])


def with_downlines(own: Integers, facts: MonthFacts) -> Integers:
    """Own amounts, int64[n], and those of everyone below."""
    found = np.empty_like(own)
    ranks.with_downlines(own, facts.sponsor, found)
    return found
