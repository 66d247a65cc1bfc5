"""Sales that partners and our own channels both touched: what is displaced, saved by separation, paid twice.

Notation: D own demand a month without partners; mu a partner's mean sales, a share of them joint with our own channel,
`anyway` the share that would have come without the partner; m margin, c commission, b own bonus, all of the price.
A thinned Poisson count is Poisson, so means are variances.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sim.theory.channels.bounds import at_least, quotient, shares, within


@dataclass(frozen=True)
class PartnerSales:
    """Mean sales a month, the joint share, and the shares of both kinds that would have come anyway."""

    mu: float
    joint: float
    anyway: float
    alone_anyway: float = 0.0

    @property
    def would_come(self) -> float:
        """Mean sales that would have come without the partner."""
        return self.mu * (self.joint * self.anyway + (1.0 - self.joint) * self.alone_anyway)


@dataclass(frozen=True)
class Displaced:
    """Means a month, in sales; `total_variance` is that of the month's count."""

    partner_sales: float
    displaced: float
    own_sales: float
    total_mean: float
    total_variance: float
    total_without_partners: float
    incremental: float
    incremental_share: float
    joint_sales: float


def displacement(own_demand: float, partners: Sequence[PartnerSales]) -> Displaced:
    """Own sales that partners take, which are never more than there are, and what partners add.

    `incremental_share` is of the partners' sales, NaN where they have none.

    Raises
    ------
    ValueError
        For negative demand or sales, or a share outside 0 to 1.
    """
    at_least(0.0, own_demand=own_demand, mu=[one.mu for one in partners])
    for one in partners:
        shares(joint=one.joint, anyway=one.anyway, alone_anyway=one.alone_anyway)
    sold = sum(one.mu for one in partners)
    displaced = min(own_demand, sum(one.would_come for one in partners))
    total = own_demand - displaced + sold
    return Displaced(
        partner_sales=sold,
        displaced=displaced,
        own_sales=own_demand - displaced,
        total_mean=total,
        total_variance=total,
        total_without_partners=own_demand,
        incremental=sold - displaced,
        incremental_share=quotient(sold - displaced, sold),
        joint_sales=sum(one.mu * one.joint for one in partners),
    )


@dataclass(frozen=True)
class Separated:
    """A month under separation: sales, then money; the break-even is a share of the customers kept apart."""

    partner_sales_lost: float
    own_sales_gained: float
    profit_change: float
    break_even_anyway: float
    commission_saved: float


def separation(
    price: float, mu: float, joint: float, anyway: float, commission: float, own_bonus: float, margin: float,
    strict: float,
) -> Separated:  # fmt: skip
    """Partners may not serve a share `strict` of the joint customers, of whom `anyway` then buy from us directly.

    It pays exactly when `anyway` is above (m - c) / (m - b), if an own sale earns anything at all (m above b).
    """
    at_least(0.0, price=price, mu=mu, commission=commission, own_bonus=own_bonus)
    shares(joint=joint, anyway=anyway, strict=strict)
    lost = mu * joint * strict
    gained = lost * anyway
    return Separated(
        partner_sales_lost=lost,
        own_sales_gained=gained,
        profit_change=price * (gained * (margin - own_bonus) - lost * (margin - commission)),
        break_even_anyway=quotient(margin - commission, margin - own_bonus),
        commission_saved=price * lost * commission,
    )


def separated_journeys(
    mu: float, journeys: Sequence[float], covered: Sequence[bool], strict: float
) -> tuple[float, list[float]]:
    """Mean sales and shares of the journeys that are left when partners may not serve `strict` of those covered.

    Raises
    ------
    ValueError
        For shares outside 0 to 1, or above 1 together, or where nothing at all is left to serve.
    """
    at_least(0.0, mu=mu)
    shares(journeys=list(journeys), strict=strict, **{"journeys together": sum(journeys)})
    left = 1.0 - strict * sum(share for share, one in zip(journeys, covered, strict=True) if one)
    if left <= 0.0:
        raise ValueError("separation leaves partners nothing: every journey is covered and strict is 1")
    kept = [share * (1.0 - strict * one) / left for share, one in zip(journeys, covered, strict=True)]
    return mu * left, kept


def incremental_estimate(
    premium: float,
    anyway: float,
    margin: float,
    own_bonus: float,
    *,
    paid: float = 0.0,
    own_sales_lost: float = 0.0,
) -> float:
    """What a programme adds to the profit, in money, without playing the month again.

    (premium - anyway) m - paid + b anyway - lost (m - b): no rule of attribution changes its first term.

    Parameters
    ----------
    premium, anyway : float
        Of the partners' sales, and of those of them that would have come without them.
    margin, own_bonus : float
        Shares of the premium, the margin before commission.
    paid : float
        Commission, cross-bonus, fees and cost of the programme.
    own_sales_lost : float
        Premium of own sales lost in disputes.

    Raises
    ------
    ValueError
        For negative premiums, or more that would have come anyway than there is.
    """
    at_least(0.0, premium=premium, own_sales_lost=own_sales_lost)
    within(0.0, premium, anyway=anyway)
    return (premium - anyway) * margin - paid + own_bonus * anyway - own_sales_lost * (margin - own_bonus)


@dataclass(frozen=True)
class JointPay:
    """Money on the joint sales of a month: to partners, to our own staff, and what was paid twice."""

    commission: float
    own_pay: float
    paid_twice: float

    @property
    def total(self) -> float:
        """Both together."""
        return self.commission + self.own_pay


def joint_pay(
    joint: float, price: float, commission: float, own_bonus: float, tracked: float, credit: float | None
) -> JointPay:
    """Pay on joint sales of which a share is tracked, the partner being credited on average with `credit` of one.

    Without a rule (`credit` None) both are paid in full where the partner is seen, and the smaller pay is paid twice.
    What is not seen is ours.
    """
    at_least(0.0, joint=joint, price=price, commission=commission, own_bonus=own_bonus)
    shares(tracked=tracked, credit=1.0 if credit is None else credit)
    worth, seen = joint * price, joint * price * tracked
    if credit is None:
        return JointPay(seen * commission, worth * own_bonus, seen * min(commission, own_bonus))
    return JointPay(seen * credit * commission, worth * own_bonus * (1.0 - tracked * credit), 0.0)
