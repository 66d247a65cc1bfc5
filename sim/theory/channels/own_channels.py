"""Channels of our own: marketing with carry-over and saturation, and an office beside a dealer.

Sources: normalised geometric carry-over and Hill saturation as in Jin, Wang, Sun, Chan and Koehler (2017), Bayesian
Methods for Media Mix Modeling with Carryover and Shape Effects, and Meridian's documentation; annuities with cash at
month ends.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.theory.arrays import Floats, FloatsLike, floats
from sim.theory.channels.bounds import above, at_least, quotient, shares


@dataclass(frozen=True)
class Media:
    """A medium: carry-over of a month, highest reach, stock at half of it, slope, buyers a month and conversion."""

    carry: float
    reach_top: float
    half_spend: float
    slope: float
    buyers: float
    conversion: float

    def __post_init__(self) -> None:
        """Raise a ValueError for a share outside 0 to 1, half spend or slope not above 0, or negative buyers."""
        shares(carry=self.carry, reach_top=self.reach_top, conversion=self.conversion)
        above(0.0, half_spend=self.half_spend, slope=self.slope)
        at_least(0.0, buyers=self.buyers)

    def reach(self, stock: FloatsLike) -> Floats:
        """Share of the buyers reached: top a^slope / (a^slope + half^slope)."""
        grown = (floats(stock) / self.half_spend) ** self.slope
        return self.reach_top * grown / (1.0 + grown)


@dataclass(frozen=True)
class Marketing:
    """Stock in money, reach and demand in contracts by month, float64[months]; then at the last spend for ever.

    `marginal_sales_per_spend` is of one more unit of money a month, the average NaN without spend.
    """

    stock: Floats
    reach: Floats
    demand: Floats
    steady_demand: float
    marginal_sales_per_spend: float
    average_sales_per_spend: float


def marketing(media: Media, spend: FloatsLike, start: float) -> Marketing:
    """Stock a <- carry a + (1 - carry) spend, and the demand that its reach brings.

    Parameters
    ----------
    spend : array_like, shape (months,)
        Money a month, at least one month.
    start : float
        Stock before the first month.

    Raises
    ------
    ValueError
        For negative money, or no month at all.
    """
    at_least(0.0, spend=spend, start=start)
    paid = floats(spend)
    at_least(1, **{"months of spend": paid.size})
    stock, held = np.empty_like(paid), start
    for month, money in enumerate(paid):
        held = media.carry * held + (1.0 - media.carry) * money
        stock[month] = held
    reach, each, last = media.reach(stock), media.buyers * media.conversion, float(paid[-1])
    steady = each * float(media.reach(last)[0])
    return Marketing(stock, reach, each * reach, steady, _marginal(media, last), quotient(steady, last))


def _marginal(media: Media, spend: float) -> float:
    """Derivative of the steady demand: each top slope u^(slope - 1) / (half (1 + u^slope)^2), u = spend / half."""
    part = spend / media.half_spend
    if part == 0.0 and media.slope < 1.0:
        return np.inf
    steep = media.slope * part ** (media.slope - 1.0) / (1.0 + part**media.slope) ** 2
    return media.buyers * media.conversion * media.reach_top * steep / media.half_spend


@dataclass(frozen=True)
class Office:
    """An outlet of ours: opening cost, running cost a month, customers a month once known, and at most so many."""

    opening: float
    running: float
    demand: float
    capacity: float = np.inf


@dataclass(frozen=True)
class Dealer:
    """A dealer: cost to take it on, service a month, customers a month once known, commission of the price."""

    onboarding: float
    service: float
    sales: float
    commission: float


@dataclass(frozen=True)
class OfficeOrDealer:
    """Discounted cost for each discounted customer, discounted customers, and money put in until both are known."""

    office_cost_per_customer: float
    dealer_cost_per_customer: float
    ratio: float
    office_customers: float
    dealer_customers: float
    office_investment_over_dealer: float


def office_or_dealer(
    office: Office, dealer: Dealer, price: float, ramp: int, life: int, discount: float
) -> OfficeOrDealer:
    """An own office against a dealer over the office's life; both are known after a linear ramp.

    Month t brings min(1, (t + 1) / ramp) of the customers, the office's at most its capacity; cash comes at month ends,
    opening and onboarding at once. `discount` is a year's rate. Money put in is the cost at once and that of the ramp.

    Raises
    ------
    ValueError
        For a negative figure or a life under a month.
    """
    at_least(0.0, price=price, ramp=ramp, discount=discount, commission=dealer.commission)
    at_least(0.0, opening=office.opening, running=office.running, demand=office.demand, capacity=office.capacity)
    at_least(0.0, onboarding=dealer.onboarding, service=dealer.service, dealer_sales=dealer.sales)
    at_least(1, life=life)
    months = np.arange(1.0, life + 1.0)
    worth = (1.0 + discount) ** (-months / 12.0)
    known = np.minimum(1.0, months / max(ramp, 1))
    ours = float(worth @ np.minimum(office.demand * known, office.capacity))
    theirs = dealer.sales * float(worth @ known)
    spent = office.opening + office.running * float(worth.sum())
    paid = dealer.onboarding + dealer.service * float(worth.sum()) + theirs * price * dealer.commission
    own_cost, dealer_cost = quotient(spent, ours), quotient(paid, theirs)
    return OfficeOrDealer(
        office_cost_per_customer=own_cost,
        dealer_cost_per_customer=dealer_cost,
        ratio=quotient(own_cost, dealer_cost),
        office_customers=ours,
        dealer_customers=theirs,
        office_investment_over_dealer=quotient(
            office.opening + ramp * office.running, dealer.onboarding + ramp * dealer.service
        ),
    )
