"""What tiers are measured by: how much of what, over which window, and when a rate that it reaches holds."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import numpy as np
from pydantic import Field, model_validator

from sim.base.arrays import Flags
from sim.base.units import MONTHS_PER_YEAR, Dated, Positive, Share, WholeMonths
from sim.policy.given.facts import MonthFacts
from sim.policy.given.layout import Layout
from sim.policy.given.refunds import Business
from sim.policy.measuring.measure import By, Measure, Window
from sim.policy.measuring.windows import LENGTHS, Windows
from sim.policy.parts.experience import Basis, Losses, LossRecord
from sim.policy.parts.paid_on import PaidOn
from sim.policy.parts.stops_losses import StopsLosses
from sim.policy.terms.brackets import Scale

MOST_GRACE = 12  # windows
_WRITTEN = ("premium", "count")
_STATES = ("customers", "team")
_OF_LOSSES = {"losses": "incurred", "basis": "earned", "lag": 0}


class Scaled(PaidOn, StopsLosses):
    """A rule whose rate is read from a scale at what a partner has reached."""

    by: By = Field(
        default="premium",
        description="what the scale is read at: premium, contracts (count) or margin written, premium earned, premium "
        "or partners of the team below, contracts in force (customers), growth of premium, loss ratio, retention",
    )
    counts: Business = Field(default="all", description="business that counts")
    pays: Business = Field(default="all", description="business that is paid")
    count_products: list[str] | None = Field(
        default=None, description="products that count; left out: those that are paid"
    )
    window: Window = Field(
        default="year",
        description="period after which it starts anew; contract_year: from the month of entry; trailing: the last 12 "
        "months; lifetime: it never does",
    )
    period: Literal["this", "last"] = Field(
        default="this",
        description="this: the window so far; last: a status, the rate that the window reached which ended last",
    )
    grace: int = Field(
        default=0, ge=0, le=MOST_GRACE, description="windows in a row that may be below before a status is lowered"
    )
    volume: Literal["net", "gross"] = Field(
        default="net",
        description="net: premium refunded (by count, contracts) leaves the window of its sale while that is open, and "
        "its true-ups go back with it; refunded after it has closed, it changes no window; under `payment.clawback: "
        "none` premium of earlier months is trued up alone, never down; gross: it stays",
    )
    of_quota: bool = Field(
        default=False, description="true: as a share of the partner's quota for a window, a column of the roster"
    )
    quota: Dated[Positive] | None = Field(
        default=None,
        description="with of_quota: quota of those whose row of the roster states none, in major units or contracts",
    )
    losses: Losses = Field(default="incurred", description="numerator of the loss ratio")
    basis: Basis = Field(default="earned", description="denominator of the loss ratio: premium written or earned")
    lag: WholeMonths = Field(default=0, description="months from the end of a window until its loss ratio is known")
    until_known: Share | None = Field(
        default=None,
        description="rate while a partner has no loss ratio, growth, status or quota; left out: that of the first tier",
    )
    scale: Scale

    @model_validator(mode="after")
    def _measurable(self) -> Scaled:
        fault = self._without_sense or ("" if self.by == "loss_ratio" else self.measure.fault)
        if fault:
            raise ValueError(fault)
        return self

    @property
    def _without_sense(self) -> str:
        """What makes no sense together; empty: all of it does."""
        return self._of_marginal or self._of_losses or self._of_status or self._of_payment

    @property
    def _of_marginal(self) -> str:
        if self.scale.kind != "marginal":
            return ""
        if not self.measure.amounts or self.period == "last":
            what = self.by if self.period == "this" else "the rate of a window that has ended"
            return f"{what} has no slices of premium: write kind: retroactive"
        return ""

    @property
    def _of_losses(self) -> str:
        if self.by == "loss_ratio" and self.window == "lifetime":
            return "a loss ratio is judged when a window ends: name a window that does, or trailing"
        stated = self.stops or any(getattr(self, name) != value for name, value in _OF_LOSSES.items())
        if self.by != "loss_ratio" and stated:
            return "losses, basis, lag and stops belong to a loss ratio: leave them out, or write by: loss_ratio"
        if self.stop_per_year is not None and LENGTHS[self.window] != MONTHS_PER_YEAR:
            return "stop_per_year is of a year: write window: year, contract_year or trailing, or leave it out"
        if self.window == "trailing" and self.losses != "incurred":
            return (
                "a trailing loss ratio takes losses at their final cost: write losses: incurred, or a window that ends"
            )
        return ""

    @property
    def _of_status(self) -> str:
        if self.by in _STATES and self.window != "year":
            return f"{self.by} is counted at the last close: leave out window"
        if self.grace and (not self.judged or self.window == "trailing"):
            return "grace is of a status: write period: last"
        if self.until_known is not None and not self.may_be_unknown:
            return f"{self.by} is always known: leave out until_known, or write period: last"
        return ""

    @property
    def _of_payment(self) -> str:
        if self.pays == "new" and self.from_age:
            return "new business is younger than from_age, so that nothing would be paid: leave out one of the two"
        if self.settles and self.volume == "net" and (self.ages or self.of_margin):
            what = "contracts of some age" if self.ages else "margin"
            return f"a window of {what} is not trued up net of refunds: write volume: gross, or kind: prospective"
        return ""

    @property
    def measure(self) -> Measure:
        """What is counted, a loss ratio apart."""
        return Measure.model_construct(
            by=self.by, business=self.counts, count_products=self.count_products or self.products, window=self.window,
            period=self.period, volume=self.volume, of_quota=self.of_quota, quota=self.quota,
        )  # fmt: skip

    @property
    def measures(self) -> list[Measure]:
        return [*super().measures, self.measure] if self.metered else super().measures

    @property
    def plain(self) -> bool:
        """Whether premium or contracts of what is paid count, over the window so far: kernels of their own do that.

        Two bodies of a rule count alike, whatever each of them pays, so that one can go on with what the other counted.
        """
        all_of_it = self.counts == self.pays == "all" and self.count_products is None
        other = self.of_quota or self.ages or self.of_margin or self.scale.kind in ("prospective", "linear")
        return self.by in _WRITTEN and self.period == "this" and all_of_it and not other and not self.joined

    @property
    def metered(self) -> bool:
        """Whether a measure counts."""
        return not self.plain and self.by != "loss_ratio"

    @property
    def judged(self) -> bool:
        """Whether windows that have ended set the rate of this month's premium."""
        return self.by == "loss_ratio" or self.period == "last"

    @property
    def reads_lives(self) -> bool:
        """Customers that a partner would hold in time (`expected_scale`)."""
        return self.by == "customers"

    @property
    def may_be_unknown(self) -> bool:
        """Whether there may be partners of whom it is not known what they have reached."""
        return self.judged or self.of_quota or self.by in ("growth", "retention")

    @property
    def settles(self) -> bool:
        """Whether a window is trued up; else the scale only sets the rate of this month's premium."""
        sets_rates = self.judged or self.by in _STATES or self.scale.kind == "prospective"
        return not sets_rates and self.window != "trailing"

    def direct(self, layout: Layout, cells: Flags) -> bool:
        """Whether slices are of the premium that is paid in cells[P, S], so that their payout is what is due."""
        products = [self.measure.counts(product) for product in layout.products]
        same = self.counts == self.pays and products == cells.any(axis=1).tolist() and not self.ages
        return same and self.by in (("margin",) if self.of_margin else ("premium", "growth"))

    @property
    def needs_losses(self) -> bool:  # type: ignore[override]  # depends on what is stated
        return self.by == "loss_ratio"

    @property
    def counts_refunds(self) -> bool:  # type: ignore[override]  # depends on what is stated
        return self.volume == "net" and (self.plain or self.settles)

    @property
    def windows(self) -> Windows:
        """The windows of what is measured and paid."""
        return Windows(LENGTHS[self.window], personal=self.window == "contract_year")

    @property
    def record(self) -> LossRecord:
        """The windows of the loss ratio; a trailing one is a sum of months."""
        if self.window == "trailing":
            return self._recorded(Windows(1, self.lag, kept=MONTHS_PER_YEAR))
        return self._recorded(replace(self.windows, lag=self.lag))

    def _recorded(self, windows: Windows) -> LossRecord:
        return LossRecord(windows, self.losses, self.basis, self.stop_of_claims, self.stop_per_year)

    def paid(self, facts: MonthFacts) -> MonthFacts:
        facts = super().paid(facts)
        if self.pays == "new":
            return facts.but(premium_renewal=np.zeros_like(facts.premium_renewal))
        return facts if self.pays == "all" else facts.but(premium_new=np.zeros_like(facts.premium_new))
