"""Growth that hides a loss, run-off left at the horizon, price cuts, renewals that must last.

w(n) is what a premium of 1 is worth at the horizon, sold with n months left: g^n = h.paid(n), A(n) = h.as_earned(n).
"""

from __future__ import annotations

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
from tests.whole.adversarial.worth import YEAR, Horizon

QUARTER = 3
MANY = 10 * CONTRACTS  # sold at once where sales last a month only


def doubling(c: float) -> Policy:
    """Sales double every quarter, contracts cost 85 %: premium of today pays the cost of yesterday."""
    h, cost = Horizon(), 0.85
    demand = since(m2025_01=1.0, m2025_04=2.0, m2025_07=4.0, m2025_10=8.0)
    sales = SOLD * h.each_month(
        lambda n: 2 ** ((h.months - 1 - n) // QUARTER) * ((1.0 - c) * h.paid(n) - cost * h.as_earned(n))
    )
    return Policy({"market.demand": demand, f"{LINE}.cost_ratio": cost, COMMISSION: c}, ends(h, sales))


def last_month(cost: float) -> Policy:
    """All is sold in the last month: premium is in, and of the cost only 1/24 is out. w = 1 - c - cost."""
    h, c = Horizon(), 0.2
    sales = MANY * PRICE * (1.0 - c - cost)
    demand = {"market.demand": since(m2025_01=0.0, m2025_12=1.0), f"{AGENTS}.flow": MANY}
    return Policy({**demand, f"{LINE}.cost_ratio": cost, COMMISSION: c}, ends(h, sales))


def dearer(later: float) -> Policy:
    """Sold in the first year at a cost of 50 %; what is earned in the second costs `later`, after month 18 as well."""
    h, c, cost, sold = Horizon(18), 0.25, 0.5, range(1, YEAR + 1)
    sales = SOLD * h.each_month(lambda n: (1.0 - c) * h.paid(n) - _split(h, n, cost, later), sold)
    ratio, demand = since(m2025_01=cost, m2026_01=later), since(m2025_01=1.0, m2026_01=0.0)
    changes = {"months": f"{h.months}mo", "market.demand": demand, f"{LINE}.cost_ratio": ratio, COMMISSION: c}
    return Policy(changes, ends(h, sales))


def cost_after_the_end(later: float) -> Policy:
    """The same where the second year lies wholly behind the horizon: it is stated, and so it is known."""
    h, c, cost = Horizon(), 0.25, 0.5
    sales = SOLD * h.each_month(lambda n: (1.0 - c) * h.paid(n) - _split(h, n, cost, later))
    return Policy({f"{LINE}.cost_ratio": since(m2025_01=cost, m2026_01=later), COMMISSION: c}, ends(h, sales))


def _split(h: Horizon, left: int, first: float, later: float) -> float:
    """Cost of a contract sold in the first year, at one ratio in that year and at another in the next."""
    turn = left - (h.months - YEAR) + 1  # age in the first month of the second year
    return first * h.as_earned(left, until=turn - 1) + later * h.as_earned(left, since=turn)


def cut(price: float) -> Policy:
    """Half as many again at a lower price, of which a contract costs as before: 60 % of the price of 120."""
    h, c, sold, cost = Horizon(), 0.2, 1.5 * CONTRACTS, COST * PRICE
    sales = sold * h.each_month(lambda n: price * (1.0 - c) * h.paid(n) - cost * h.as_earned(n))
    changes = {f"{AGENTS}.flow": sold, f"{LINE}.price": price, f"{LINE}.reference_price": PRICE, COMMISSION: c}
    return Policy(changes, ends(h, sales))


def cut_at_midyear(price: float) -> Policy:
    """100 a month at 120 until June, then twice as many at a lower price: either costs 72."""
    h, c, cost, half = Horizon(), 0.2, COST * PRICE, YEAR // 2
    first = h.each_month(lambda n: PRICE * (1.0 - c) * h.paid(n) - cost * h.as_earned(n), range(1, half + 1))
    last = h.each_month(lambda n: price * (1.0 - c) * h.paid(n) - cost * h.as_earned(n), range(half + 1, YEAR + 1))
    changes = {f"{LINE}.price": since(m2025_01=PRICE, m2025_07=price), COMMISSION: c}
    changes |= {"market.demand": since(m2025_01=1.0, m2025_07=2.0)}
    return Policy(changes, ends(h, CONTRACTS * (first + 2.0 * last)))


def lifetime(c: float) -> Policy:
    """Dear to win, cheap to keep: all of one month's contracts renew twice at a commission of 5 %."""
    h, renewal = Horizon(3 * YEAR), 0.05
    rates = (c, renewal, renewal)
    sales = SOLD * sum(
        (1.0 - rate) * h.paid(h.months - 1 - YEAR * y) - COST * h.as_earned(h.months - 1 - YEAR * y)
        for y, rate in enumerate(rates)
    )
    return Policy({**_kept(h), COMMISSION: c, f"{RULES}.base.renewal": renewal}, ends(h, 10 * sales))


def life_cut_short(c: float) -> Policy:
    """The same played for a year: renewals that nobody has signed are worth nothing."""
    h = Horizon()
    sales = MANY * PRICE * ((1.0 - c) * h.paid(h.months - 1) - COST * h.as_earned(h.months - 1))
    return Policy({**_kept(h), COMMISSION: c, f"{RULES}.base.renewal": 0.05}, ends(h, sales))


def _kept(h: Horizon) -> dict[str, object]:
    return {**ONE_MONTH, "months": f"{h.months}mo", f"{AGENTS}.flow": MANY, f"{LINE}.renewal": [1.0, 1.0, 0.0]}


def paid_late(c: float) -> Policy:
    """Claims are paid a year after they happen: what is reserved for them bears interest and is owed all the same."""
    h, loss_ratio, handling = Horizon(2 * YEAR), 0.6, 0.1
    sales = SOLD * h.each_month(
        lambda n: (1.0 - c) * h.paid(n) - loss_ratio * (h.as_earned(n, wait=YEAR) + handling * h.as_earned(n))
    )
    claims = {"loss_ratio": loss_ratio, "frequency": 1.0, "severity": {"dist": "constant"},
              "payment_pattern": [0.0] * YEAR + [1.0]}  # fmt: skip
    changes = {"months": f"{h.months}mo", f"{LINE}.cost_ratio": None, f"{LINE}.claims": claims, COMMISSION: c}
    return Policy({**changes, f"{LINE}.expenses.handling": handling}, ends(h, sales), claims="expected")
