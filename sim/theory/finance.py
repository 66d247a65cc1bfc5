"""Present values, ratios and the deterministic path of capital.

Notation: t period from 0 (cash flows) or month from 1 (capital), i rate a year, P premium,
c commission, e expenses, LR loss ratio, all rates as fractions of premium.
Source: identities; compound Poisson moments as in Klugman, Panjer and Willmot, *Loss
Models*, chapter 9.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy

from sim.theory.arrays import FloatsLike, floats


def npv(cashflows: FloatsLike, rate: float) -> float:
    """Present value at period 0 of flows at periods 0, 1, 2, ..., rate per period."""
    flows = floats(cashflows)
    return float(flows @ (1.0 + rate) ** -np.arange(len(flows)))


def irr(cashflows: FloatsLike, low: float = -0.99, high: float = 100.0) -> float:
    """Rate per period at which the present value is 0.

    The root nearest to 0 is returned when there are several.

    Raises
    ------
    ValueError
        If the present value does not change sign between the bounds.
    """
    rates = np.expm1(np.linspace(np.log1p(low), np.log1p(high), 2001))
    values = np.array([npv(cashflows, float(r)) for r in rates])
    changes = np.flatnonzero(np.sign(values[:-1]) != np.sign(values[1:]))
    if not len(changes):
        raise ValueError("the present value of these flows never changes sign")
    nearest = changes[np.argmin(np.abs(rates[changes]))]
    bracket = (float(rates[nearest]), float(rates[nearest + 1]))
    return float(scipy.optimize.brentq(lambda r: npv(cashflows, r), *bracket, xtol=1e-15))


def monthly_rate(annual: float) -> float:
    """Effective rate a month of an effective rate a year, (1 + i)^(1/12) - 1."""
    return float(np.expm1(np.log1p(annual) / 12.0))


def nominal_as_effective(nominal: float, times: int = 12) -> float:
    """Effective rate a year of a nominal one compounded several times a year."""
    return float((1.0 + nominal / times) ** times - 1.0)


@dataclass(frozen=True)
class BookRatios:
    """One book on two bases; ratios are fractions, results money."""

    loss_ratio: float
    expense_ratio_on_written: float
    trade_basis_combined: float
    commission_expensed_earned: float
    earned_basis_combined: float
    cash_result: float
    underwriting_result_earned: float


def combined_ratios(
    written: float,
    earned: float,
    incurred: float,
    commission: float,
    other_expenses: float,
    *,
    deferred: bool = True,
) -> BookRatios:
    """Combined ratio on written and on earned premium of the same book.

    Parameters
    ----------
    written, earned, incurred, commission, other_expenses : float
        Money of the period; incurred losses are taken as paid in `cash_result`.
    deferred : bool
        Whether commission is expensed as premium is earned; other expenses are at once.
    """
    expensed = commission * earned / written if deferred else commission
    loss_ratio = incurred / earned
    on_written = (commission + other_expenses) / written
    return BookRatios(
        loss_ratio=loss_ratio,
        expense_ratio_on_written=on_written,
        trade_basis_combined=loss_ratio + on_written,
        commission_expensed_earned=expensed,
        earned_basis_combined=(incurred + expensed + other_expenses) / earned,
        cash_result=written - incurred - commission - other_expenses,
        underwriting_result_earned=earned - incurred - expensed - other_expenses,
    )


@dataclass(frozen=True)
class CapitalPath:
    """A book that earns its premium at once, without chance."""

    capital: float
    premium: float
    margin: float
    growth: float = 0.0
    annual_interest: float = 0.0

    def at(self, months: int) -> list[float]:
        """Capital at the end of months 1 ... months; interest on each opening balance."""
        interest, held, path = monthly_rate(self.annual_interest), self.capital, []
        for t in range(months):
            held = held * (1.0 + interest) + self.premium * (1.0 + self.growth) ** t * self.margin
            path.append(held)
        return path

    def first_negative(self, horizon: int = 12000) -> int | None:
        """First month that ends with capital below 0; None within the horizon."""
        below = (m for m, held in enumerate(self.at(horizon), 1) if held < 0.0)
        return next(below, None)


def break_even_commission(loss_ratio: float, expense_ratio: float, bad_debt: float = 0.0, target: float = 0.0) -> float:
    """Highest commission on earned premium that leaves the target: 1 - LR - e - bad - target."""
    return 1.0 - loss_ratio - expense_ratio - bad_debt - target


def underwriting_margin(loss_ratio: float, expense_ratio: float, commission: float, bad_debt: float = 0.0) -> float:
    """What is left of a unit of earned premium; -10 % for 70 % + 40 %."""
    return break_even_commission(loss_ratio, expense_ratio, bad_debt) - commission


def value_of_margin(premium: float, margin: float, annual_rate: float, months: int, growth: float = 0.0) -> float:
    """Present value of margin * premium, growing monthly, at the closes of the months."""
    ratio = (1.0 + growth) / (1.0 + monthly_rate(annual_rate))
    powers = months if ratio == 1.0 else (1.0 - ratio**months) / (1.0 - ratio)
    return premium * margin * powers * ratio / (1.0 + growth)


def loss_ratio_sd(
    claims: float,
    severity_mean: float,
    severity_cv: float,
    earned: float,
    *,
    common_factor_cv: float = 0.0,
) -> float:
    """Standard deviation of claims over earned premium of a compound Poisson book.

    Parameters
    ----------
    claims : float
        Expected number of claims in the period.
    severity_mean, severity_cv : float
        Money and a fraction.
    earned : float
        Earned premium of the period.
    common_factor_cv : float
        Deviation of a factor of mean 1 on all expected claims at once; it does not
        shrink as the book grows.
    """
    own = claims * severity_mean**2 * (1.0 + severity_cv**2) if severity_mean > 0.0 else 0.0  # of an infinite cv, too
    common = (claims * severity_mean * common_factor_cv) ** 2
    return float(np.sqrt(own + common) / earned)


def payback(cashflows: Sequence[float]) -> int | None:
    """First index from which the cumulative flow stays at or above 0; None if it never does."""
    below = np.flatnonzero(np.cumsum(cashflows) < 0.0)
    first = int(below[-1]) + 1 if len(below) else 0
    return first if first < len(cashflows) else None
