"""Bursts: sales of an influencer's posts by month, pay by post against pay by sale, and what a burst needs.

Notation: sales of a post fall off exponentially with a half-life in days, months of `month_days` (365/12).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np
import scipy

from sim.theory.arrays import Floats, FloatsLike, floats
from sim.theory.channels.bounds import above, at_least, exactly, quotient, shares

MONTH_DAYS = 365.0 / 12.0


@dataclass(frozen=True)
class Burst:
    """Sales by month of a post, shares by month of one at a uniform moment, both float64[months]; days to 90 %."""

    sales_by_month: Floats
    shares_uniform: Floats
    days_to_90_percent: float


def burst(
    half_life_days: float, post_at: float, sales_in_all: float, months: int, month_days: float = MONTH_DAYS
) -> Burst:
    """One post at the moment `post_at` (0 to 1) of month 0.

    Raises
    ------
    ValueError
        For a half-life or month not above 0, a moment outside the month, or negative sales or months.
    """
    at_least(0.0, sales_in_all=sales_in_all, months=months)
    shares(post_at=post_at)
    rate = _rate(half_life_days, month_days)
    ends = np.maximum(np.arange(months + 1) - post_at, 0.0)
    later = np.arange(1, months)
    # Mean over the moment: the integral of exp(-rate x) over a month is exprel(-rate).
    uniform = np.append(1.0 - _mean(rate), rate * _mean(rate) ** 2 * np.exp(-rate * (later - 1.0)))
    return Burst(
        sales_by_month=sales_in_all * -np.diff(np.exp(-rate * ends)),
        shares_uniform=uniform[:months],
        days_to_90_percent=half_life_days * float(np.log2(10.0)),
    )


def within_month(half_life_days: float, post_at: FloatsLike, month_days: float = MONTH_DAYS) -> Floats:
    """Shares of the sales of posts at such moments of a month that fall into it."""
    shares(post_at=post_at)
    return -np.expm1(-_rate(half_life_days, month_days) * (1.0 - floats(post_at)))


def _rate(half_life_days: float, month_days: float) -> float:
    above(0.0, half_life_days=half_life_days, month_days=month_days)
    return float(np.log(2.0)) * month_days / half_life_days


def _mean(rate: float) -> float:
    return float(scipy.special.exprel(-rate))


@dataclass(frozen=True)
class PostPay:
    """Sales by post, float64[posts]; sales at which a fee breaks even, and costs what commission would; the first post.

    Sales are infinite where a sale earns (or pays) nothing. Pay and gains are money.
    """

    sales_by_post: Floats
    break_even_sales: float
    indifferent_sales: float
    posts_worth_the_fee: int
    first_post_loses: float
    first_post_pay_by_commission: float
    first_post_gain_fee: float
    first_post_gain_commission: float


def fee_or_commission(
    followers: float, buys: float, posts: int, post_fee: float, commission: float, price: float, margin: float,
    cv: float,
) -> PostPay:  # fmt: skip
    """Each post sells to the share `buys` of the followers that have not bought yet, for a fee or for commission.

    The chance that the first post loses is that of a negative binomial number of sales whose gamma mean has the
    coefficient of variation `cv` (Poisson at 0).

    Raises
    ------
    ValueError
        For a share outside 0 to 1 or a negative figure.
    """
    at_least(0.0, followers=followers, posts=posts, post_fee=post_fee, price=price, cv=cv)
    at_least(0.0, commission=commission, margin=margin)
    shares(buys=buys)
    sales, first = followers * buys * (1.0 - buys) ** np.arange(posts, dtype=np.float64), followers * buys
    even = quotient(post_fee, price * margin) if post_fee else 0.0
    return PostPay(
        sales_by_post=sales,
        break_even_sales=even,
        indifferent_sales=quotient(post_fee, price * commission),
        posts_worth_the_fee=int(np.sum(sales >= even)),
        first_post_loses=_fewer(_enough(post_fee, price, margin), first, cv),
        first_post_pay_by_commission=first * price * commission,
        first_post_gain_fee=first * price * margin - post_fee,
        first_post_gain_commission=first * price * (margin - commission),
    )


def _enough(fee: float, price: float, margin: float) -> float:
    """Fewest whole sales that pay the fee, in the decimals that were written; infinite where none do."""
    each = exactly(price) * exactly(margin)
    if not fee:
        return 0
    return ceil(exactly(fee) / each) if each else np.inf


def _fewer(enough: float, mean: float, cv: float) -> float:
    """Chance of fewer sales than enough."""
    if not np.isfinite(enough) or mean == 0.0:
        return float(enough > 0.0)
    if cv == 0.0:
        return float(scipy.stats.poisson.cdf(enough - 1, mean))
    size = 1.0 / cv**2
    return float(scipy.stats.nbinom.cdf(enough - 1, size, size / (size + mean)))


@dataclass(frozen=True)
class BurstNeeds:
    """What a published number of sales within a month asks of followers, rates and posts."""

    buyers_per_follower: float
    within_month: float
    product_of_rates_needed: float
    click_conversion_needed: float
    by_posts: dict[int, float]
    sales_at_usual_conversion: float
    published_over_usual: float


def burst_needs(
    followers: float,
    sales: float,
    reach: float,
    click: float,
    usual_conversion: float,
    half_life_days: float,
    post_at: float,
    posts: Sequence[int] = (1,),
    month_days: float = MONTH_DAYS,
) -> BurstNeeds:
    """Conversion of a click that one post, or several spread evenly over what is left of the month, would need.

    Rates are of the followers reached, of those that click, of clicks that buy; posts do not share a pool.

    Raises
    ------
    ValueError
        For no followers, no reach or clicks, a rate outside 0 to 1, negative sales or no posts.
    """
    above(0.0, followers=followers, reach=reach, click=click)
    at_least(0.0, sales=sales)
    at_least(1, posts=list(posts))
    shares(reach=reach, click=click, usual_conversion=usual_conversion, post_at=post_at)
    inside = float(within_month(half_life_days, post_at, month_days)[0])
    clicks, wanted = reach * click, sales / followers
    usual = followers * clicks * usual_conversion * inside

    def needed(count: int) -> float:
        moments = post_at + (1.0 - post_at) * np.arange(count) / count
        return quotient(wanted, clicks * float(np.sum(within_month(half_life_days, moments, month_days))))

    return BurstNeeds(
        buyers_per_follower=wanted,
        within_month=inside,
        product_of_rates_needed=quotient(wanted, inside),
        click_conversion_needed=needed(1),
        by_posts={count: needed(count) for count in posts},
        sales_at_usual_conversion=usual,
        published_over_usual=quotient(sales, usual),
    )
