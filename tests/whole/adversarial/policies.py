"""The scenario that all adversarial policies change: one partner, a hundred contracts of 120 a month, cost 60 %.

A kind of policy is a function of one lever. It gives what it changes in the scenario, and its npv on paper, from the
same figures.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from tests.whole.adversarial.worth import YEAR, Horizon

CAPITAL = 100e3
CONTRACTS, PRICE = 100, 120.0
SOLD = CONTRACTS * PRICE  # W, premium of a month
COST = 0.6

LINE, AGENTS, RULES = "products.line", "segments.agents", "policy.rules"
COMMISSION = f"{RULES}.base.new"

BASE: dict[str, Any] = {
    "schema": 1,
    "name": "adversarial",
    "start": "2025-01",
    "months": f"{YEAR}mo",
    "seed": 1,
    "replications": 2,  # both alike: two make an interval of no width, so that the verdict is decided
    "opening": {"capital": CAPITAL},
    "products": {"line": {"price": PRICE, "term": f"{YEAR}mo", "cost_ratio": COST}},
    "segments": {
        "agents": {
            "partners": 1,
            "flow": CONTRACTS,
            "mix": {"line": 1.0},
            "choice": {"review": 0.0, "us_at_start": 1.0, "weights": {"commission": 0.0}},
            "sales": {"law": "fixed"},
            "remittance": {"lag": "0mo", "net": False},
        }
    },
    "rivals": {"other": {"commission": 0.1, "strategy": {"kind": "static"}}},
    "policy": {"payment": {"delay": "0mo"}, "rules": {"base": {"kind": "base", "new": 0.2}}},
    "accounts": {"interest": Horizon.interest, "discount_rate": Horizon.hurdle},
    "criteria": {"pays": {"kpi": "npv", "at_least": 0}},
}


class Policy(NamedTuple):
    """A policy and what it is worth."""

    changes: dict[str, Any]
    """by dotted path"""
    npv: float
    """on paper, at the hurdle"""
    claims: str = "drawn"
    """`expected` where there are claims: a mean in place of a draw"""


def since(**months: Any) -> dict[str, Any]:
    """A dated value, the dates written like m2025_01."""
    return {"since": {month[1:].replace("_", "-"): value for month, value in months.items()}}


def ends(h: Horizon, sales: float, capital: float = CAPITAL) -> float:
    """npv of capital with its interest and of what sales are worth at the horizon."""
    return h.npv(capital * h.paid(h.months) + sales, capital)


ONE_MONTH = {"market.demand": since(m2025_01=1.0, m2025_02=0.0)}  # sales in the first month only
