"""Margins so thin that what is forgotten decides: cost of handling, tax on commission, idle capital, a second product.

w(n) is what a premium of 1 is worth at the horizon, sold with n months left: g^n = h.paid(n), A(n) = h.as_earned(n).
"""

from __future__ import annotations

from tests.whole.adversarial.policies import (
    AGENTS,
    CAPITAL,
    COMMISSION,
    COST,
    LINE,
    PRICE,
    SOLD,
    Policy,
    ends,
)
from tests.whole.adversarial.worth import YEAR, Horizon, monthly


def one_off(c: float) -> Policy:
    """All is earned, cost and paid at the sale: w = (1 - cost - c) g^n."""
    h = Horizon()
    sales = SOLD * h.each_month(lambda n: (1.0 - COST - c) * h.paid(n))
    return Policy({f"{LINE}.term": "0mo", COMMISSION: c}, ends(h, sales))


def annual(c: float) -> Policy:
    """Premium and commission at the sale, cost as earned, also after the horizon: w = (1 - c) g^n - cost A(n)."""
    h = Horizon()
    sales = SOLD * h.each_month(lambda n: (1.0 - c) * h.paid(n) - COST * h.as_earned(n))
    return Policy({COMMISSION: c}, ends(h, sales))


def half_year(c: float) -> Policy:
    """The same of contracts of six months."""
    h, term = Horizon(), 6
    sales = SOLD * h.each_month(lambda n: (1.0 - c) * h.paid(n) - COST * h.as_earned(n, term))
    return Policy({f"{LINE}.term": f"{term}mo", COMMISSION: c}, ends(h, sales))


def loaded(c: float) -> Policy:
    """At the sale also 5 % acquisition and 30 % on commission; as earned also 8 % of cost and 4 % of premium."""
    h = Horizon()
    expenses = {"acquisition": 0.05, "onload": 0.3, "handling": 0.08, "administration": 0.04}
    sales = SOLD * h.each_month(lambda n: (1.0 - 0.05 - 1.3 * c) * h.paid(n) - (1.08 * COST + 0.04) * h.as_earned(n))
    return Policy({f"{LINE}.expenses": expenses, COMMISSION: c}, ends(h, sales))


def fixed_cost(x: float) -> Policy:
    """x a month, whatever is sold: each month costs x g^n."""
    h, c = Horizon(), 0.25
    sales = h.each_month(lambda n: SOLD * ((1.0 - c) * h.paid(n) - COST * h.as_earned(n)) - x * h.paid(n))
    return Policy({f"{LINE}.expenses.administration_fixed": x, COMMISSION: c}, ends(h, sales))


def idle(interest: float) -> Policy:
    """Nothing is sold: five years of interest against five of the hurdle."""
    h = Horizon(5 * YEAR, interest)
    changes = {"months": f"{h.months}mo", "market.demand": 0.0, "accounts.interest": interest}
    return Policy(changes, ends(h, 0.0))


def too_much_capital(k: float) -> Policy:
    """A good business earns no hurdle on k that it does not need."""
    h, c = Horizon(), 0.3
    sales = SOLD * h.each_month(lambda n: (1.0 - c) * h.paid(n) - COST * h.as_earned(n))
    return Policy({"opening.capital": k, COMMISSION: c}, ends(h, sales, k))


def two_products(c: float) -> Policy:
    """The second costs 90 % and is sold at the same commission: w = 2 (1 - c) g^n - 1.5 A(n)."""
    h = Horizon()
    sales = SOLD * h.each_month(lambda n: 2.0 * (1.0 - c) * h.paid(n) - (COST + 0.9) * h.as_earned(n))
    poor = {"price": PRICE, "term": f"{YEAR}mo", "cost_ratio": 0.9}
    return Policy({"products.poor": poor, f"{AGENTS}.mix.poor": 1.0, COMMISSION: c}, ends(h, sales))


def overdrawn(c: float) -> Policy:
    """With hardly any capital: premium comes six months late, and interest is paid on what is missing till then."""
    h, capital, lag = Horizon(2 * YEAR), 1e3, 6
    sales = SOLD * h.each_month(lambda n: h.paid(n, lag) - c * h.paid(n) - COST * h.as_earned(n))
    changes = {"months": f"{h.months}mo", "opening.capital": capital, f"{AGENTS}.remittance.lag": f"{lag}mo"}
    return Policy({**changes, COMMISSION: c}, ends(h, sales, capital))


def taxed(c: float) -> Policy:
    """A fifth of the result of each month is tax, interest included: all grows at what tax leaves of the interest."""
    tax = 0.2
    h = Horizon(interest=(1.0 + (1.0 - tax) * monthly(Horizon.interest)) ** YEAR - 1.0)
    sales = SOLD * h.each_month(lambda n: (1.0 - tax) * (1.0 - COST - c) * h.paid(n))
    return Policy({f"{LINE}.term": "0mo", COMMISSION: c, "accounts.tax": tax}, ends(h, sales))


def dividends(c: float) -> Policy:
    """The result of each of two years is paid out at its end: the owner has it at the hurdle, we lose the interest."""
    h = Horizon(2 * YEAR)
    year = Horizon()
    result = CAPITAL * year.interest + SOLD * year.each_month(lambda n: (1.0 - COST - c) * year.paid(n))
    npv = h.npv(CAPITAL + result, CAPITAL) + year.npv(result, 0.0)
    changes = {f"{LINE}.term": "0mo", "months": f"{h.months}mo", "accounts.dividends": 1.0}
    return Policy({**changes, COMMISSION: c}, npv)
