"""Marketing fund (co-op, MDF): money that a partner earns by its sales and may claim for its marketing in time."""

from __future__ import annotations

from typing import ClassVar, Literal, NamedTuple

import numpy as np
from pydantic import Field, model_validator

from sim.base.arrays import Flags, Integers, Reals
from sim.base.columns import Column
from sim.base.units import Dated, Share, WholeMonths
from sim.policy.given.facts import MonthFacts
from sim.policy.given.layout import Layout
from sim.policy.rule import Memory, Phase, Rule
from sim.policy.statement import Statement


class Fund(NamedTuple):
    """What a fund says from some month on."""

    cells: Flags
    share: float
    reimburses: float
    claimed: float


class MarketingFund(Rule):
    """Marketing money that a partner earns by its sales, and claims in time for what it has spent.

    Formula: accrued = share x P, or share x commission, of the month, not below 0; paid = min(reimburses x claimed,
    what is in the fund); expired = what is left of a month's accrual after its month and `within` more.

    What is claimed is taken off the oldest part first. What a month accrued may be claimed in that month and `within`
    so many months after it; the rest expires. A fund is no commission: it is our cost of marketing as it accrues, owed
    to the partner until it is paid, and comes back where it expires. A partner that is gone claims nothing.
    """

    phase: ClassVar[Phase] = Phase.SPLIT
    columns: ClassVar[tuple[Column, ...]] = (
        Column("fund", "i8", "minor", "marketing money not claimed, by month in which it accrued", ("months",)),
    )
    batched: ClassVar[bool] = True
    owes_back: ClassVar[bool] = False
    funds: ClassVar[bool] = True
    booked_as: ClassVar[str] = "marketing_funds"
    kind: Literal["marketing_fund"]
    share: Dated[Share] = Field(description="of premium, or of commission")
    of: Literal["premium", "commission"] = Field(
        default="premium", description="what the share is taken of: written premium, or the month's commission"
    )
    within: WholeMonths = Field(description="months after the month in which it accrues in which it may be claimed")
    reimburses: Dated[Share] = Field(
        default=Dated[Share].always(1.0), description="share of what a partner has spent that is paid"
    )
    claimed: Dated[Share] = Field(
        default=Dated[Share].always(0.0),
        description="share of its fund that a partner is paid a month, an assumption; a worked case states what "
        "partners have spent instead",
    )

    @model_validator(mode="after")
    def _of_whole_commission(self) -> MarketingFund:
        if self.of == "commission" and self.products is not None:
            raise ValueError(
                "a partner's commission is that of all its products; leave out products, or of: commission"
            )
        return self

    def axis_lengths(self) -> dict[str, int]:
        return {"months": self.within + 1}

    @property
    def run_off(self) -> int:
        return 0 if self._part == "first" else self.within  # the body after it goes on with what is in the fund

    def terms(self, layout: Layout, ordinal: int, cells: Flags, caps: Reals) -> Fund:
        """Cells and shares; what is over accrues no more."""
        share = self.share.at(ordinal) if self.in_force(ordinal) else 0.0
        return Fund(cells, share, self.reimburses.at(ordinal), self.claimed.at(ordinal))

    def apply(self, facts: MonthFacts, terms: Fund, memory: Memory, statement: Statement) -> None:
        fund = memory["fund"]
        accrued = np.rint(terms.share * self._measure(facts, terms.cells, statement)).astype(np.int64)
        fund[facts.month % len(fund)] += accrued
        paid = _take(fund, facts.month, self._asked(facts, terms, fund.sum(axis=0)))
        last = fund[(facts.month + 1) % len(fund)]
        statement.fund_accrued[0] += accrued
        statement.fund_paid[0] += paid
        statement.fund_expired[0] += last
        last[:] = 0

    def _measure(self, facts: MonthFacts, cells: Flags, statement: Statement) -> Integers:
        """What the share is taken of, int64[n], 0 or more."""
        if self.of == "commission":
            covered = facts.layout.by_row(np.asarray(cells.any(axis=0)))
            return np.where(covered & facts.present, np.maximum(statement.commission(), 0), 0)
        written = (facts.premium_new + facts.premium_renewal) * facts.layout.by_row(cells)
        return np.maximum(written.sum(axis=0), 0)

    def _asked(self, facts: MonthFacts, terms: Fund, held: Integers) -> Integers:
        """What is to be paid of what is held, int64[n]."""
        if facts.marketing_claims is None:
            asked = np.rint(terms.claimed * held).astype(np.int64)
        else:
            asked = np.minimum(np.rint(terms.reimburses * facts.marketing_claims).astype(np.int64), held)
        return asked * facts.present


def _take(fund: Integers, month: int, asked: Integers) -> Integers:
    """Take what is asked, int64[n], off the fund, int64[months, n], the oldest first; return it."""
    left, months = asked.copy(), len(fund)
    for age in range(months - 1, -1, -1):
        part = fund[(month - age) % months]
        taken = np.minimum(part, left)
        part -= taken
        left -= taken
    return asked - left
