"""Money of partners that we hold, and ours that they hold: deposits, commission owed, premium not yet remitted.

w(n) is what a premium of 1 is worth at the horizon, sold with n months left: g^n = h.paid(n), A(n) = h.as_earned(n).
"""

from __future__ import annotations

from typing import Any

from tests.whole.adversarial.policies import (
    AGENTS,
    CAPITAL,
    COMMISSION,
    COST,
    LINE,
    PRICE,
    RULES,
    SOLD,
    Policy,
    ends,
    since,
)
from tests.whole.adversarial.worth import YEAR, Horizon, monthly

REMITTANCE = f"{AGENTS}.remittance"


def deferred(c: float) -> Policy:
    """Commission is paid two years after the sale: interest on it is ours, the rest is owed at face."""
    h, wait = Horizon(3 * YEAR), 2 * YEAR
    sales = SOLD * h.each_month(lambda n: h.paid(n) - c * h.paid(n, wait) - COST * h.as_earned(n))
    rule = {f"{RULES}.wait": {"kind": "deferred", "months": f"{wait}mo"}}
    return Policy({"months": f"{h.months}mo", COMMISSION: c, **rule}, ends(h, sales))


def holdback(c: float) -> Policy:
    """Half of commission waits six months: w = g^n - c (g^n + g^(n - 6)) / 2 - cost A(n)."""
    h, wait, share = Horizon(), 6, 0.5
    sales = SOLD * h.each_month(
        lambda n: h.paid(n) - c * (share * h.paid(n) + (1.0 - share) * h.paid(n, wait)) - COST * h.as_earned(n)
    )
    rule = {f"{RULES}.kept": {"kind": "holdback", "share": share, "months": f"{wait}mo"}}
    return Policy({COMMISSION: c, **rule}, ends(h, sales))


def paid_once_a_year(c: float) -> Policy:
    """Accounts are paid out in December, the last month: - 12 W c."""
    h = Horizon()
    sales = h.each_month(lambda n: h.paid(n) - COST * h.as_earned(n)) - YEAR * c
    rule = {f"{RULES}.december": {"kind": "payout_calendar", "every": "year"}}
    return Policy({COMMISSION: c, **rule}, ends(h, SOLD * sales))


def deposits(rate: float) -> Policy:
    """D comes in the first month, is owed at the end, and bears `rate` in all months, for us our interest from then on.

    The deposit covers a tenth of what is sold in a month ten times over: D = W / 0.1.
    """
    h, c, multiple = Horizon(), 0.3, 0.1
    held = SOLD / multiple
    interest = monthly(rate) * h.each_month(h.paid)
    sales = SOLD * h.each_month(lambda n: (1.0 - c) * h.paid(n) - COST * h.as_earned(n))
    scheme = {"segments": ["agents"], "value_of_blank": PRICE, "multiple": multiple, "interest": rate}
    end = sales + held * (h.paid(h.months - 1) - 1.0 - interest)
    return Policy({COMMISSION: c, "policy.deposits": scheme}, ends(h, end))


# --- premium that partners hold --------------------------------------------------------------------------------------


def lag(c: float) -> Policy:
    """Premium comes three months later, less commission; what is not due yet is good at face."""
    h, wait = Horizon(), 3
    sales = SOLD * h.each_month(lambda n: (1.0 - c) * h.paid(n, wait) - COST * h.as_earned(n))
    return Policy({COMMISSION: c, REMITTANCE: {"lag": f"{wait}mo", "net": True}}, ends(h, sales))


def late(c: float) -> Policy:
    """Nothing is remitted until October; then all of it is, with two months left."""
    h, left = Horizon(), 2
    sales = SOLD * h.each_month(lambda n: h.paid(min(n, left)) - c * h.paid(n) - COST * h.as_earned(n))
    pays = since(m2025_01=0.0, m2025_10=1.0)
    return Policy({COMMISSION: c, f"{REMITTANCE}.discipline": pays}, ends(h, sales))


def never(c: float, months: int) -> Policy:
    """Nothing is ever remitted: premium of the last three months still counts, all before it is worth nothing."""
    h, cost, young = Horizon(months), 0.2, 3
    sales = h.each_month(lambda n: -c * h.paid(n) - cost * h.as_earned(n)) + young
    changes = {"months": f"{months}mo", f"{LINE}.cost_ratio": cost, f"{REMITTANCE}.discipline": 0.0}
    return Policy({**changes, COMMISSION: c}, ends(h, SOLD * sales))


def never_but_secured(cost: float) -> Policy:
    """The same with commission paid after a year: what we owe stands against it, so commission costs nothing."""
    h, c, young = Horizon(), 0.3, 3
    overdue = YEAR - young - YEAR * c  # of 9 months, 3.6 of which are secured
    sales = YEAR - overdue - YEAR * c - h.each_month(lambda n: cost * h.as_earned(n))
    changes = {f"{LINE}.cost_ratio": cost, f"{REMITTANCE}.discipline": 0.0, "policy.payment.delay": f"{YEAR}mo"}
    return Policy({**changes, COMMISSION: c}, ends(h, SOLD * sales))


def fails_at_the_end(c: float) -> Policy:
    """In the last month the partner fails with four months of premium; only that month's commission is set off."""
    h, wait, cost = Horizon(), 3, 0.4
    came = h.each_month(lambda n: h.paid(n, wait) if n > wait else 0.0)
    sales = came - h.each_month(lambda n: c * h.paid(n) * (n > 0) + cost * h.as_earned(n))
    fails = {
        f"{LINE}.cost_ratio": cost,
        f"{REMITTANCE}.lag": f"{wait}mo",
        f"{REMITTANCE}.default": since(m2025_01=0.0, m2025_12=1.0),
    }
    return Policy({COMMISSION: c, "credit.recovery": 0.0, **fails}, ends(h, SOLD * sales))


# --- a book before the opening ---------------------------------------------------------------------------------------


def warm_up(c: float) -> Policy:
    """A year was sold before: six months of premium are unearned. See `_opened`."""
    return _opened(c, {"line": COST})


def warm_up_of_two(c: float) -> Policy:
    """The same with a second product that costs 90 %: what it lacks is not made good by the first."""
    return _opened(c, {"line": COST, "poor": 0.9})


def warm_up_with_advances(x: float) -> Policy:
    """A fifth at the sale, x for a renewal that is sure to come: of last year's advances 5.5 W x are not written down.

    They are paid for before the opening and worth nothing at it. Renewals of this year get no commission.
    """
    h = Horizon()
    renewed = h.each_month(lambda n: h.paid(n) - COST * h.as_earned(n) - x * h.paid(n))
    rules = {f"{LINE}.renewal": [1.0, 0.0], f"{RULES}.base.renewal": x}
    early = {f"{RULES}.early": {"kind": "advance", "months": f"{YEAR}mo", "rate": x}}
    left = sum(YEAR - age - 1 for age in range(YEAR)) / YEAR
    return _opened(0.2, {"line": COST}, -SOLD * x * left, SOLD * renewed, {**rules, **early})


def warm_up_with_debts(c: float) -> Policy:
    """Nothing was remitted for a year, all of it is in the first month: nine months of it were not counted before."""
    debts, pays = YEAR - 3, since(m2024_01=0.0, m2025_01=1.0)
    h = Horizon()
    came = SOLD * (YEAR * (h.paid(h.months - 1) - h.paid(h.months)) + debts * h.paid(h.months))
    return _opened(c, {"line": COST}, -SOLD * debts, came, {f"{REMITTANCE}.discipline": pays})


def _opened(
    c: float,
    costs: dict[str, float],
    opening: float = 0.0,
    later: float = 0.0,
    changes: dict[str, Any] | None = None,
) -> Policy:
    """V_0 is the capital and, by product, what margin there is above deferred commission; V_0 + cost to come is cash.

    A cohort of age a at the opening costs e(a + m) in month m. The unearned premium is W sum(1 - (2a + 1)/24) = 6 W.
    `opening` and `later` are what else V_0 holds, and what else comes of it or is sold, worth at the horizon.
    """
    h, unearned = Horizon(), YEAR / 2.0
    first = CAPITAL + opening + SOLD * unearned * sum(max(1.0 - cost - c, 0.0) for cost in costs.values())
    old = sum(h.as_earned(h.months + age, since=age + 1) for age in range(YEAR))
    end = first * h.paid(h.months) + later
    for cost in costs.values():
        new = (1.0 - c) * h.each_month(h.paid) - cost * h.each_month(h.as_earned)
        end += SOLD * (new - cost * old + cost * unearned * h.paid(h.months))
    sold = {
        f"products.{name}": {"price": PRICE, "term": f"{YEAR}mo", "cost_ratio": cost} for name, cost in costs.items()
    }
    warm: dict[str, Any] = {"opening.kind": "warm_up", "opening.months": f"{YEAR}mo", COMMISSION: c}
    warm |= {f"{AGENTS}.mix": dict.fromkeys(costs, 1.0), **sold, **(changes or {})}
    return Policy(warm, h.npv(end, first))
