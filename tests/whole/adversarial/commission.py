"""Commission that comes early or late: advances, bonuses at the end, as earned, taken back too late.

w(n) is what a premium of 1 is worth at the horizon, sold with n months left: g^n = h.paid(n), A(n) = h.as_earned(n).
"""

from __future__ import annotations

from typing import Any

from tests.whole.adversarial.policies import (
    AGENTS,
    COMMISSION,
    CONTRACTS,
    COST,
    LINE,
    ONE_MONTH,
    PRICE,
    RULES,
    SOLD,
    Policy,
    ends,
    since,
)
from tests.whole.adversarial.worth import YEAR, Horizon, earned

MANY = 10 * CONTRACTS  # sold at once where sales last a month only


def as_earned(c: float) -> Policy:
    """Commission is paid as premium is earned, what is still to be earned as well: w = g^n - (cost + c) A(n)."""
    h = Horizon()
    sales = SOLD * h.each_month(lambda n: h.paid(n) - (COST + c) * h.as_earned(n))
    return Policy({COMMISSION: c, f"{RULES}.base.basis": "earned"}, ends(h, sales))


def earned_after_the_end(later: float) -> Policy:
    """A tenth of what is earned in the year, `later` of what is earned after it: it is stated, and so it is known."""
    h, c = Horizon(), 0.1
    sales = SOLD * h.each_month(
        lambda n: h.paid(n) - (COST + c) * h.as_earned(n, until=n) - (COST + later) * h.as_earned(n, since=n + 1)
    )
    rates = since(m2025_01=c, m2026_01=later)
    return Policy({COMMISSION: rates, f"{RULES}.base.basis": "earned"}, ends(h, sales))


# --- back-loaded -----------------------------------------------------------------------------------------------------


def yearly_tier(top: float) -> Policy:
    """A tenth until December; then the year passes its bound, and all twelve months get the top rate: - 12 W top."""
    h, low, reached = Horizon(), 0.1, 11.5 * SOLD
    sales = h.each_month(lambda n: h.paid(n) - COST * h.as_earned(n) - (low * h.paid(n) if n else 0.0))
    brackets = [{"above": 0, "rate": low}, {"above": reached, "rate": top}]
    volume = {"kind": "tiers", "window": "year", "scale": {"kind": "retroactive", "brackets": brackets}}
    owed = YEAR * top - (YEAR - 1) * low
    return Policy({f"{RULES}.volume": volume}, ends(h, SOLD * (sales - owed)))


def late_bonus(x: float) -> Policy:
    """A fifth all year, and x in December."""
    h, c = Horizon(), 0.2
    sales = SOLD * h.each_month(lambda n: (1.0 - c) * h.paid(n) - COST * h.as_earned(n)) - x
    bonus = {"kind": "fixed_bonus", "amount": since(m2025_01=0.0, m2025_12=x)}
    return Policy({COMMISSION: c, f"{RULES}.december": bonus}, ends(h, sales))


def bonus_on_the_last(x: float) -> Policy:
    """x more on the premium of the last quarter."""
    h, c, quarter = Horizon(), 0.25, 3
    sales = h.each_month(lambda n: (1.0 - c - (x if n < quarter else 0.0)) * h.paid(n) - COST * h.as_earned(n))
    bonus = {"kind": "share_bonus", "new": since(m2025_01=0.0, m2025_10=x)}
    return Policy({COMMISSION: c, f"{RULES}.autumn": bonus}, ends(h, SOLD * sales))


def profit_share(x: float) -> Policy:
    """x of the 40 % that expenses leave where there are no claims: judged in December, owed on what is unearned."""
    h, c = Horizon(), 0.2
    sales = h.each_month(lambda n: (1.0 - c) * h.paid(n) - COST * h.as_earned(n) - x * (1.0 - COST))
    rule = {"kind": "profit_commission", "share": x, "expense_allowance": COST}
    return Policy({**_NO_CLAIMS, COMMISSION: c, f"{RULES}.profit": rule}, ends(h, SOLD * sales))


def sliding_scale(final: float) -> Policy:
    """A tenth at the sale, and what the scale gives without claims: the rest in December, or owed on the unearned."""
    h, c = Horizon(), 0.1
    sales = h.each_month(lambda n: (1.0 - c) * h.paid(n) - COST * h.as_earned(n) - (final - c))
    points = [{"loss_ratio": 0.0, "rate": final}, {"loss_ratio": 1.0, "rate": 0.0}]
    rule = {"kind": "sliding_scale", "provisional": c, "points": points}
    return Policy({**_NO_CLAIMS, f"{RULES}.slide": rule}, ends(h, SOLD * sales))


def profit_share_unjudged(x: float) -> Policy:
    """The same over a year and a half: the second year is not judged yet, what is earned of it is owed all the same."""
    h, c, profit = Horizon(18), 0.2, 1.0 - COST
    judged = sum(earned(month - sold) for month in range(1, YEAR + 1) for sold in range(1, month + 1))
    sales = h.each_month(lambda n: (1.0 - c) * h.paid(n) - COST * h.as_earned(n))
    sales -= x * profit * (judged * h.paid(h.months - YEAR) + h.months - judged)
    rule = {"kind": "profit_commission", "share": x, "expense_allowance": COST}
    changes = {"months": f"{h.months}mo", **_NO_CLAIMS, COMMISSION: c, f"{RULES}.profit": rule}
    return Policy(changes, ends(h, SOLD * sales))


def sliding_scale_written(final: float, months: int) -> Policy:
    """All that is written in a year is trued up in its December, unearned or not; of an open year it is owed."""
    h, c = Horizon(months), 0.1
    sales = h.each_month(lambda n: (1.0 - c) * h.paid(n) - COST * h.as_earned(n))
    sales -= (final - c) * (YEAR * h.paid(months - YEAR) + months - YEAR)
    points = [{"loss_ratio": 0.0, "rate": final}, {"loss_ratio": 1.0, "rate": 0.0}]
    rule = {"kind": "sliding_scale", "provisional": c, "basis": "written", "points": points}
    return Policy({"months": f"{months}mo", **_NO_CLAIMS, f"{RULES}.slide": rule}, ends(h, SOLD * sales))


def bonus_of_the_year(x: float, months: int) -> Policy:
    """x of a year's premium in its December where there is enough of it; of a year not judged yet it is owed."""
    h, c = Horizon(months), 0.2
    sales = h.each_month(lambda n: (1.0 - c) * h.paid(n) - COST * h.as_earned(n))
    sales -= x * (YEAR * h.paid(months - YEAR) + months - YEAR)
    rule = {"kind": "contingent_bonus", "rate": x, "volume": SOLD}
    return Policy({"months": f"{months}mo", COMMISSION: c, f"{RULES}.year": rule}, ends(h, SOLD * sales))


_NO_CLAIMS = {  # cost as administration: a rule that reads losses needs claims, and none are drawn of a frequency of 0
    f"{LINE}.cost_ratio": None,
    f"{LINE}.claims": {"loss_ratio": 0.0, "frequency": 0.0, "severity": {"dist": "constant"}},
    f"{LINE}.expenses.administration": COST,
}


# --- advances: a contract gets commission on renewals at its sale ----------------------------------------------------


def advance(x: float) -> Policy:
    """On a year of renewals that are sure to come, after the horizon: it is spent. w = (1 - c - x) g^n - cost A(n)."""
    h, c = Horizon(), 0.1
    sales = SOLD * h.each_month(lambda n: (1.0 - c - x) * h.paid(n) - COST * h.as_earned(n))
    return Policy({COMMISSION: c, f"{LINE}.renewal": 1.0, **_advance(x)}, ends(h, sales))


def advance_earned(c: float) -> Policy:
    """The renewals come inside the horizon, and what was advanced is not accrued on them again."""
    h, rate, first = Horizon(2 * YEAR), 0.1, 2 * YEAR - 1
    renewed = h.paid(first - YEAR) - COST * h.as_earned(first - YEAR)
    sales = MANY * PRICE * ((1.0 - c - rate) * h.paid(first) - COST * h.as_earned(first) + renewed)
    changes = {**_batch(h), f"{LINE}.renewal": [1.0, 0.0], f"{RULES}.base.renewal": rate, **_advance(rate)}
    return Policy({**changes, COMMISSION: c}, ends(h, sales))


def advance_lapsed(x: float) -> Policy:
    """2x on two years, and no contract renews: half is charged back after a year, out of new commission."""
    h, c = Horizon(2 * YEAR), 0.2
    sales = SOLD * h.each_month(
        lambda n: (1.0 - c - 2.0 * x) * h.paid(n) - COST * h.as_earned(n) + (x * h.paid(n, YEAR) if n >= YEAR else 0.0)
    )
    return Policy({"months": f"{h.months}mo", COMMISSION: c, **_advance(x, 2)}, ends(h, sales))


def advance_stopped(x: float, months: int) -> Policy:
    """The same when sales have stopped: a debit balance, worth its face for 90 days and nothing after them."""
    h, c = Horizon(months), 0.2
    sales = (1.0 - c - 2.0 * x) * h.paid(months - 1) - COST * h.as_earned(months - 1) + x * _young(h)
    return Policy({**_batch(h), COMMISSION: c, **_advance(x, 2)}, ends(h, MANY * PRICE * sales))


def _advance(rate: float, years: int = 1) -> dict[str, Any]:
    return {f"{RULES}.early": {"kind": "advance", "months": f"{YEAR * years}mo", "rate": rate}}


def _batch(h: Horizon) -> dict[str, Any]:
    """A thousand contracts in the first month and none after it."""
    return {**ONE_MONTH, "months": f"{h.months}mo", f"{AGENTS}.flow": MANY}


def _young(h: Horizon) -> float:
    """1 where a debit of month 13 has not been unpaid at three earlier closes."""
    return float(h.months - (YEAR + 1) < 3)


# --- taken back ------------------------------------------------------------------------------------------------------


def clawback(c: float) -> Policy:
    """No contract renews: all commission of its sale goes back after a year, set off against what is due then."""
    h = Horizon(2 * YEAR)
    sales = SOLD * h.each_month(
        lambda n: (1.0 - c) * h.paid(n) - COST * h.as_earned(n) + (c * h.paid(n, YEAR) if n >= YEAR else 0.0)
    )
    return Policy({"months": f"{h.months}mo", COMMISSION: c, **_CLAWBACK}, ends(h, sales))


def clawback_too_late(c: float, months: int) -> Policy:
    """The same when sales have stopped: nothing is due against which it could be set off."""
    h = Horizon(months)
    sales = (1.0 - c) * h.paid(months - 1) - COST * h.as_earned(months - 1) + c * _young(h)
    return Policy({**_batch(h), COMMISSION: c, **_CLAWBACK}, ends(h, MANY * PRICE * sales))


def clawback_from_nobody(c: float) -> Policy:
    """The partner leaves the month after: the debit balance is written off."""
    h = Horizon(15)
    sales = (1.0 - c) * h.paid(h.months - 1) - COST * h.as_earned(h.months - 1)
    leaves = {f"{AGENTS}.turnover.leave": since(m2025_01=0.0, m2026_02=1.0)}
    return Policy({**_batch(h), **leaves, COMMISSION: c, **_CLAWBACK}, ends(h, MANY * PRICE * sales))


def cancelled_at_once(c: float, kept: bool) -> Policy:
    """Contracts last half a month, 23/24 of the premium goes back; commission stays, or goes back likewise."""
    h, part, capital = Horizon(), 1.0 / (2 * YEAR), 10e3
    paid = c if kept else c * part
    sales = SOLD * h.each_month(lambda n: (part * (1.0 - COST) - paid) * h.paid(n))
    back = {"policy.payment.clawback": "none" if kept else "pro_rata"}
    changes = {f"{LINE}.cancellation": 1.0, "opening.capital": capital, COMMISSION: c, **back}
    return Policy(changes, ends(h, sales, capital))


_CLAWBACK = {f"{RULES}.back": {"kind": "clawback", "window": f"{2 * YEAR}mo", "how": "full"}}
