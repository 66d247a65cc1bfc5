"""Repeat purchases that a referral window credits, in continuous time and in the monthly model.

Notation: windows in days, months of `month_days` (365/12); p purchases and d dropouts a month. Monthly model: a first
purchase lies anywhere in its month and a repeat anywhere in the month a later, so the lag between is triangular on
a - 1 to a + 1.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import scipy

from sim.theory.channels.bounds import above, at_least, quotient, shares

MONTH_DAYS = 365.0 / 12.0


@dataclass(frozen=True)
class Credited:
    """Expected repeat purchases of one referred customer: in a fixed window, and in one that each purchase restarts."""

    repeat_credited_fixed: float
    repeat_credited_resetting: float


def repeats_in_window(purchases: float, dropout: float, days: float, month_days: float = MONTH_DAYS) -> Credited:
    """Purchases are Poisson, `purchases` a month, while the customer stays; it drops out at the rate `dropout`.

    Fixed: p (1 - exp(-d W)) / d. Resetting: a next one comes in time with chance q = p (1 - exp(-(p + d) W)) / (p + d),
    so q / (1 - q) come in all.

    Raises
    ------
    ValueError
        For negative figures or a month without a length.
    """
    at_least(0.0, purchases=purchases, dropout=dropout, days=days)
    above(0.0, month_days=month_days)
    length = days / month_days
    rate = purchases + dropout
    none = dropout + purchases * math.exp(-rate * length)  # 1 - q, times the rate: no difference of numbers near 1
    again = purchases * rate * _while_there(rate, length)
    return Credited(purchases * _while_there(dropout, length), quotient(again, none) if purchases else 0.0)


def _while_there(rate: float, length: float) -> float:
    """Integral of exp(-rate t) over the length, the length itself where the rate is 0."""
    return length * float(scipy.special.exprel(-rate * length))


def repeats_in_all(purchases: float, dropout: float) -> float:
    """Expected repeat purchases without a window; infinite where nobody drops out, 0 where nobody buys again."""
    at_least(0.0, purchases=purchases, dropout=dropout)
    return quotient(purchases, dropout) if purchases else 0.0


def monthly_repeats(repeat: float, repeat_for: int, window_days: float, month_days: float = MONTH_DAYS) -> float:
    """Credited repeat purchases of a referred customer in the monthly model, ages 1 to `repeat_for`.

    Raises
    ------
    ValueError
        For negative figures or a month without a length.
    """
    at_least(0.0, repeat=repeat, repeat_for=repeat_for, window_days=window_days)
    above(0.0, month_days=month_days)
    ages = np.arange(1, repeat_for + 1)
    inside = scipy.stats.triang.cdf(window_days / month_days, 0.5, loc=ages - 1.0, scale=2.0)
    return repeat * float(np.sum(inside))


@dataclass(frozen=True)
class Window:
    """Steady state of a month: repeats credited to one referral, shares of revenue, sales; referrals for the goal."""

    repeat_credited_full: float
    repeat_credited_capped: float
    repeat_credited: float
    partner_share: float
    partner_share_without_repeats: float
    referred_for_goal: float
    partner_sales: float
    own_sales_with_uncredited: float


def referral_share(
    referred: float,
    repeat: float,
    repeat_for: int,
    window_days: float,
    own_sales: float,
    goal: float,
    capped_share: float = 0.0,
    capped_days: float = 0.0,
    month_days: float = MONTH_DAYS,
) -> Window:
    """Partners' share of all sales at one price: first purchases and the repeats that the window credits.

    Parameters
    ----------
    referred : float
        First purchases a month.
    repeat : float
        Repeat purchases of a customer in each of the `repeat_for` months after its first.
    own_sales : float
        Others' sales a month.
    goal : float
        Share wanted; the referrals that it needs are infinite where the window can never give it.
    capped_share, capped_days : float
        Share of customers whose browser keeps a tag for so many days only.

    Raises
    ------
    ValueError
        For negative figures or a share outside 0 to 1.
    """
    at_least(0.0, referred=referred, own_sales=own_sales, capped_days=capped_days)
    shares(goal=goal, capped_share=capped_share)
    full = monthly_repeats(repeat, repeat_for, window_days, month_days)
    short = monthly_repeats(repeat, repeat_for, min(window_days, capped_days), month_days)
    credited = (1.0 - capped_share) * full + capped_share * short
    all_of_one, paid_of_one = 1.0 + repeat * repeat_for, 1.0 + credited
    whole = own_sales + referred * all_of_one
    room = paid_of_one - goal * all_of_one
    return Window(
        repeat_credited_full=full,
        repeat_credited_capped=short,
        repeat_credited=credited,
        partner_share=quotient(referred * paid_of_one, whole),
        partner_share_without_repeats=quotient(referred, whole),
        referred_for_goal=goal * own_sales / room if room > 0.0 else np.inf,
        partner_sales=referred * paid_of_one,
        own_sales_with_uncredited=whole - referred * paid_of_one,
    )
