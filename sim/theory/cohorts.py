"""Contracts in force, renewals, earning and cancellation without chance.

Notation: s month of sale, t month (both from 1 in the reference cases; here index 0 of an
array is the first month), tau the term in months, y the contract year, r[y] the chance to
renew at the end of year y, k months since the month of sale.
Source: binomial survival; the 1/24 method of unearned premium (each month's contracts
begin on average in its middle).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from sim.theory.arrays import Floats, FloatsLike, floats


def survival_by_year(renewal: FloatsLike, years: int) -> Floats:
    """Chance that a contract is in its y-th year, shape (years,); the last rate goes on."""
    rates = floats(renewal)
    chosen = rates[np.minimum(np.arange(max(years - 1, 0)), len(rates) - 1)]
    return np.concatenate([[1.0], np.cumprod(chosen)])[:years]


def survival_by_month(renewal: FloatsLike, term: int, months: int) -> Floats:
    """Chance to be in force at the end of each month since the sale, shape (months,)."""
    years = survival_by_year(renewal, -(-months // term))
    return np.repeat(years, term)[:months]


def in_force(new: FloatsLike, renewal: FloatsLike, term: int = 12) -> Floats:
    """Expected contracts in force at the end of each month.

    Parameters
    ----------
    new : array_like, shape (months,)
        Contracts sold each month.
    renewal : float or array_like
        Chance to renew at each term end; the last value goes on.
    term : int
        Months, >= 1.

    Returns
    -------
    array, shape (months,)
    """
    sold = floats(new)
    alive = survival_by_month(renewal, term, len(sold))
    return np.asarray(np.convolve(sold, alive)[: len(sold)], dtype=np.float64)


def in_force_sd(new: FloatsLike, renewal: FloatsLike, term: int = 12) -> Floats:
    """Standard deviation of the contracts in force when sales are fixed, shape (months,).

    Contracts renew independently, so variances sold * p (1 - p) add over the cohorts.
    """
    sold = floats(new)
    alive = survival_by_month(renewal, term, len(sold))
    variance = np.convolve(sold, alive * (1.0 - alive))[: len(sold)]
    return np.asarray(np.sqrt(variance), dtype=np.float64)


def lifetime_terms(renewal: FloatsLike) -> float:
    """Expected number of terms of a contract; infinite if the last rate is 1."""
    rates = floats(renewal)
    reached = np.concatenate([[1.0], np.cumprod(rates[:-1])])
    beyond = reached[-1] * rates[-1]
    if beyond == 0.0:
        return float(reached.sum())
    rest = np.inf if rates[-1] == 1.0 else beyond / (1.0 - rates[-1])
    return float(reached.sum() + rest)


def earning_shares(term: int) -> Floats:
    """Share earned k months after the sale: 1/(2 tau) at both ends, 1/tau between.

    Returns
    -------
    array, shape (term + 1,)
        Adds up to 1; term 0 earns at once.
    """
    if term == 0:
        return np.ones(1)
    shares = np.full(term + 1, 2.0)
    shares[[0, -1]] = 1.0
    return shares / (2.0 * term)


def unearned_factors(term: int) -> Floats:
    """Share unearned at the end of month k, (2 tau - 1 - 2k) / (2 tau), shape (term,)."""
    k = np.arange(term)
    return np.asarray((2.0 * term - 1.0 - 2.0 * k) / (2.0 * term), dtype=np.float64)


def earned(written: FloatsLike, term: int = 12) -> Floats:
    """Premium earned each month of a series of written premium, shape (months,)."""
    premium = floats(written)
    return np.asarray(np.convolve(premium, earning_shares(term))[: len(premium)])


def unearned_reserve(written: FloatsLike, term: int = 12) -> Floats:
    """Unearned premium at the end of each month, shape (months,)."""
    premium = floats(written)
    if term == 0:
        return np.zeros_like(premium)
    return np.asarray(np.convolve(premium, unearned_factors(term))[: len(premium)])


def growing(first: float, growth: float, months: int) -> Floats:
    """first * (1 + growth)^k for k = 0 ... months - 1."""
    return np.asarray(first * (1.0 + growth) ** np.arange(months), dtype=np.float64)


@dataclass(frozen=True)
class Changed:
    """What is expected of a cohort whose contracts are changed inside their term, by months since its sale.

    Over the cohort's premium, shape (term + 1,) each.
    """

    added: Floats
    returned: Floats
    cancelled: Floats
    earned: Floats
    level: float
    """premium that its renewals begin at, over what they would without changes; of contracts not cancelled"""


def changed_in_term(term: int, up: float, down: float, cancelled: float = 0.0) -> Changed:
    """Premium added to, and refunded of, a cohort month by month.

    Parameters
    ----------
    term : int
        Months, >= 1.
    up, down : float
        Chance of a change a month times its size, share of the premium for the rest of the term: first premium is
        added, then contracts are cancelled, then premium is taken off those that stay.
    cancelled : float
        Chance of a cancellation a month.

    Notes
    -----
    With g = (1 + up)(1 - cancelled)(1 - down) the premium of a whole term is g^k after k months; k = 0 is the month of
    sale. What a change at the end of month k moves is the part that is then unearned.
    """
    rest = unearned_factors(term)
    growth = (1.0 + up) * (1.0 - cancelled) * (1.0 - down)
    before = growth ** np.arange(term + 1)
    standing = before[:-1] * rest
    added, returned, gone = (
        np.append(standing * part, 0.0) for part in (up, (1.0 + up) * (1.0 - cancelled) * down, (1.0 + up) * cancelled)
    )
    level = ((1.0 + up) * (1.0 - down)) ** term
    return Changed(added, returned, gone, before * earning_shares(term), level)


@dataclass(frozen=True)
class Cancellation:
    """What a cancelled contract leaves, in the unit of its premium."""

    earned: float
    refund: float
    commission_kept: float
    clawback: float


def cancel_pro_rata(premium: float, commission: float, elapsed: float, term: float) -> Cancellation:
    """Refund of the part of the term not used, commission taken back on the refund.

    Parameters
    ----------
    premium, commission : float
        Premium and commission rate.
    elapsed, term : float
        Time used and whole term, in one unit; beyond the term nothing is refunded.
    """
    used = premium * min(elapsed, term) / term
    rest = premium - used
    return Cancellation(used, rest, commission * used, commission * rest)


def minor_units_half_up(amount: float | Fraction, per_unit: int = 100) -> int:
    """Whole minor units, halves up."""
    exact = (amount if isinstance(amount, Fraction) else Fraction(str(amount))) * per_unit
    return int((exact + Fraction(1, 2)).__floor__())


def cancel_in_minor_units(premium: float, commission: float, elapsed: int, term: int) -> dict[str, int]:
    """Cancellation in whole minor units: the refund is the remainder of the premium.

    Returns
    -------
    dict with `earned`, `refund`, `clawback`
        earned + refund is the premium to the last unit.
    """
    exact = Fraction(str(premium))
    used = exact * min(elapsed, term) / term
    whole, kept = minor_units_half_up(exact), minor_units_half_up(used)
    clawback = minor_units_half_up((exact - used) * Fraction(str(commission)))
    return {"earned": kept, "refund": whole - kept, "clawback": clawback}


def total_commission(commission_by_year: Sequence[float], renewal: FloatsLike) -> float:
    """Expected commission of a contract over its years, as a share of one year's premium."""
    alive = survival_by_year(renewal, len(commission_by_year))
    return float(np.dot(alive, commission_by_year))
