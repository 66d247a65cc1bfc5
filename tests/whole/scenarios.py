"""Small scenarios as plain data: one segment, one product, one rival; a test states only what it is about."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from sim.engine.layout.plan import Plan, make
from sim.partners.listed import Listed
from sim.scenario.schema import scenario_model

Tree = dict[str, Any]

NO_COST = {"cost_ratio": 0.0}


def tree(changes: Mapping[str, Any] | None = None, base: Mapping[str, Any] | None = None) -> Tree:
    """The smallest scenario with values put in at dotted paths; None removes a key."""
    found: Tree = copy.deepcopy(dict(base or SMALLEST))
    for path, value in (changes or {}).items():
        *above, last = path.split(".")
        block = found
        for part in above:
            block = block.setdefault(part, {})
        if value is None:
            block.pop(last, None)
        else:
            block[last] = copy.deepcopy(value)
    return found


SMALLEST: Tree = {
    "schema": 1,
    "name": "turned down",
    "start": "2025-01",
    "months": "12mo",
    "seed": 20250101,
    "opening": {"capital": 0.0},
    "products": {"line": {"price": 100.0, "term": "12mo", "cost_ratio": 0.0}},
    "segments": {
        "agents": {
            "partners": 10,
            "flow": 1.0,
            "mix": {"line": 1.0},
            "choice": {"review": 0.0, "us_at_start": 1.0, "weights": {"commission": 0.0}},
            "sales": {"law": "fixed"},
            "remittance": {"lag": "0mo"},
        }
    },
    "rivals": {"other": {"commission": 0.0, "strategy": {"kind": "static"}}},
    "policy": {"rules": {"base": {"kind": "base", "new": 0.0}}},
}

P, S, CHOICE = "products.line", "segments.agents", "segments.agents.choice"


def plan(
    changes: Mapping[str, Any] | None = None, base: Mapping[str, Any] | None = None, roster: tuple[Listed, ...] = ()
) -> Plan:
    """The plan of a changed scenario."""
    return make(scenario_model().model_validate(tree(changes, base)), roster)


# --- the small case: every feature at once, small enough to run without compiled code --------------------------------

EVERYTHING: Tree = {
    "schema": 1,
    "name": "everything, small",
    "start": "2025-01",
    "months": "6mo",
    "seed": 7,
    "opening": {"kind": "warm_up", "months": "3mo", "capital": 400e3},
    "products": {
        "motor": {
            "price": {"since": {"2024-01": 900.0, "2025-03": 950.0}},
            "price_cv": 0.3,
            "price_response": 1.2,
            "term": "3mo",
            "renewal": [0.6, 0.75, 0.85],
            "season": [0.8, 0.9, 1.0, 1.1, 1.2, 1.0, 1.0, 1.0, 1.0, 1.0, 1.1, 0.9],
            "claims": {
                "loss_ratio": 0.6,
                "frequency": 0.9,
                "count": "negative_binomial",
                "count_cv": 0.5,
                "severity": {"dist": "lognormal", "cv": 1.5},
                "common": {"cv": 0.15, "persistence": 0.4},
                "reserve_error": 0.05,
                "reserve_cv": 0.2,
                "inflation": 0.06,
                "payment_pattern": [0.3, 0.4, 0.3],
            },
            "expenses": {"acquisition": 0.02, "administration": 0.03, "administration_fixed": 100.0, "handling": 0.04},
            "cancellation": 0.05,
            "portability": 0.4,
            "direct_retention": 0.8,
            "cross_sale": 0.01,
            "commission_cap": 0.3,
        },
        "travel": {
            "price": 50.0,
            "term": "0mo",
            "claims": {
                "frequency": 0.1,
                "severity": {
                    "dist": "mixture",
                    "weights": [0.5, 0.5],
                    "parts": [
                        {"dist": "pareto", "alpha": 3.0, "mean": 100.0},
                        {"dist": "gamma", "cv": 0.7, "mean": 200.0},
                    ],
                },
            },
        },
        "service": {"price": 20.0, "term": "1mo", "renewal": 0.9, "cost_ratio": 0.4, "expenses": {"onload": 0.3}},
    },
    "segments": {
        "banks": {
            "partners": 6,
            "flow": {"dist": "lognormal", "mean": 20, "cv": 1.0},
            "mix": {"motor": 0.6, "travel": 0.4, "service": 0.5},
            "relativity": {"dist": "lognormal", "mean": 0.95, "cv": 0.1},
            "adverse": 0.01,
            "cost_of_money": 0.1,
            "choice": {
                "homing": "multi",
                "review": 0.3,
                "inertia": 1.0,
                "pull": 0.05,
                "weights": {"commission": 0.1, "service": 0.4, "brand": 0.5, "reliability": 0.4, "popularity": 1.0},
            },
            "sales": {"law": "poisson", "capacity": 1.5, "waiting_decay": 0.5},
            "remittance": {"lag": "15d", "net": False, "discipline": 0.9, "default": 0.02},
            "turnover": {"entry": 0.3, "ramp": "3mo", "leave": 0.02},
            "cost": {"base": 10.0, "elasticity": 0.5, "onboarding": 100.0},
        },
        "dealers": {
            "partners": 10,
            "flow": {"dist": "gamma", "mean": 8, "cv": 0.8},
            "mix": {"motor": 0.8, "travel": 0.1, "service": 0.3},
            "fraud": 0.03,
            "side_income": 0.1,
            "choice": {
                "review": 0.4,
                "inertia": 0.5,
                "us_at_start": 0.5,
                "weights": {"commission": 0.2, "service": 0.1, "reliability": 0.2},
            },
            "sales": {"law": "negative_binomial", "volatility": 0.6},
            "remittance": {
                "lag": "1.5mo",
                "net": True,
                "discipline": 0.8,
                "default": 0.05,
                "wilful": {"above": 0.05, "per_point": 0.02},
            },
            "turnover": {"entry": 0.5, "leave": 0.03, "phoenix": {"chance": 0.5, "after": "1mo"}},
        },
        "brokers": {
            "partners": 4,
            "flow": {"dist": "uniform", "low": 2, "high": 9},
            "mix": {"motor": 0.5, "travel": 0.5, "service": 0.5},
            "choice": {"review": 0.2, "weights": {"commission": 0.2}},
            "sales": {"law": "fixed"},
            "remittance": {"lag": "2mo", "net": True},
            "funds": 0.05,
        },
        "networks": {
            "partners": 5,
            "mix": {"motor": 0.6, "travel": 0.2, "service": 0.2},
            "cost_of_money": 0.2,
            "choice": {"review": 0.4, "us_at_start": 0.7, "weights": {"commission": 0.2}},
            "remittance": {"lag": "1.5mo", "net": True},
            "turnover": {"entry": 0.3, "leave": 0.02, "phoenix": {"chance": 0.5}},
            "network": {
                "promised": 0.24,
                "market_rate": 0.1,
                "agents": {"dist": "lognormal", "mean": 8, "cv": 0.7},
                "growth": 1.0,
                "ceiling": 2.0,
                "leave": 0.05,
                "leave_unpaid": 0.4,
                "joining_cost": 30.0,
                "pay_lag": "1mo",
                "overhead": 400.0,
                "opening_cash": 6000.0,
                "scatter": 0.6,
            },
        },
    },
    "us": {"brand": 0.2, "reliability": 1.0, "late_payment_penalty": 0.1},
    "rivals": {
        "follower": {"commission": 0.15, "strategy": {"kind": "follow", "lag": "1mo", "gap": 0.01}, "capital": 1e6},
        "still": {
            "commission": {"rate": 0.12, "products": {"travel": 0.3}},
            "strategy": {"kind": "static"},
            "price": {"motor": {"since": {"2024-01": 850.0, "2025-05": 990.0}}},
        },
        "dated": {
            "commission": {"rate": {"since": {"2024-01": 0.1, "2025-04": 0.2}}},
            "strategy": {"kind": "calendar"},
            "capital": 1.0,
            "expense_ratio": 0.4,
        },
    },
    "market": {
        "outside_option": -1.0,
        "claims_severity": {"since": {"2024-01": 1.0, "2025-04": 1.05}},
        "events": {
            "crisis": {
                "kind": "crisis",
                "start": "2025-03",
                "length": "2mo",
                "demand": 0.8,
                "discipline": 0.7,
                "default": 2.0,
                "claims": 1.1,
                "recovery": 0.5,
            },
            "promotion": {
                "kind": "campaign",
                "rival": "still",
                "start": "2025-02",
                "length": "2mo",
                "addition": 0.05,
                "segments": ["dealers"],
            },
            "looks": {
                "kind": "audit",
                "start": "2025-02",
                "every": "2mo",
                "sample": 0.5,
                "detection": 0.5,
                "ends": True,
                "cost": 3.0,
                "finds": ["fraud", "insolvency"],
            },
        },
    },
    "policy": {
        "deposits": {
            "segments": ["brokers", "networks"],
            "value_of_blank": 1200.0,
            "multiple": 2.0,
            "interest": 0.05,
            "spare_blanks": 0.3,
            "blank_abuse": 0.5,
            "months_quiet": "1mo",
        },
        "credit_control": {
            "segments": ["banks", "brokers", "networks"],
            "exposure_months": "3mo",
            "stop_sale_after": "2mo",
            "allowance": {"over_30": 0.1, "over_90": 0.5},
        },
        "rules": {
            "base": {
                "kind": "base",
                "new": {"rate": 0.15, "products": {"travel": {"since": {"2024-01": 0.3, "2025-04": 0.25}}}},
                "renewal": 0.1,
            },
            "volume": {
                "kind": "tiers",
                "by": "premium",
                "window": "quarter",
                "segments": ["dealers"],
                "products": ["motor"],
                "scale": {
                    "kind": "retroactive",
                    "brackets": [
                        {"above": 0, "rate": 0.1},
                        {"above": 5000, "rate": 0.15},
                        {"above": 15000, "rate": 0.2},
                    ],
                },
            },
            "extra": {
                "kind": "tiers",
                "role": "bonus",
                "by": "count",
                "window": "trailing",
                "segments": ["banks"],
                "scale": {"kind": "marginal", "brackets": [{"above": 0, "rate": 0.0}, {"above": 20, "rate": 0.03}]},
            },
        },
        "payment": {"delay": "1mo"},
        "control": {
            "review_every": "3mo",
            "window": "4mo",
            "grace": "3mo",
            "end_when_margin_below": -0.2,
            "end_when_rating_below": 0.2,
            "rating": {"half_premium": 5000.0},
            "recapture": {"share": 0.3, "ramp": "2mo"},
        },
    },
    "credit": {"correlation": 0.2, "recovery": 0.4, "recovery_lag": "2mo"},
    "accounts": {"interest": 0.06, "discount_rate": 0.1, "tax": 0.2, "dividends": 0.3, "overdraft": 0.15},
}

EVERY_RULE: Tree = tree(
    {
        "products.travel.repeat": 0.1,
        "products.travel.repeat_for": "3mo",
        "segments.banks.funnel": {"click_rate": 0.05, "lead_rate": 0.2, "conversion": 0.3, "bad_leads": 0.1},
        "segments.dealers.turnover.recruiting": 0.05,
        "segments.dealers.sponsors": {"share": 0.6, "fan_out": 2},
        "rivals.clever": {"commission": 0.14, "strategy": {"kind": "best_response"}},
        "market.events.waves": {"kind": "markov_crisis", "begins": 0.3, "ends": 0.4, "demand": 0.9},
        "policy.rules": {
            **EVERYTHING["policy"]["rules"],
            "slide": {
                "kind": "sliding_scale",
                "role": "bonus",
                "products": ["travel"],
                "provisional": 0.02,
                "losses": "paid",
                "lag": "1mo",
                "year_starts": 4,
                "points": [{"loss_ratio": 0.4, "rate": 0.05}, {"loss_ratio": 0.9, "rate": 0.0}],
            },
            "team": {"kind": "levels", "products": ["motor"], "rates": [0.02, 0.01], "compression": "dynamic"},
            "team_too": {
                "kind": "levels",
                "of": "commission",
                "segments": ["dealers"],
                "rates": [0.1],
                "clawback": False,
            },
            "bounty": {"kind": "recruiting_bounty", "amount": 5.0, "when": "first_sale"},
            "leads": {"kind": "fixed_fee", "segments": ["banks"], "per": "lead", "amount": 0.5},
            "junk": {"kind": "bad_lead_penalty", "segments": ["banks"], "amount": 0.2},
            "some": {"kind": "share_bonus", "new": 0.01, "pilot": 0.5, "effective_from": "2025-02"},
            "least": {"kind": "floor", "segments": ["brokers"], "per_month": 3.0},
            "staff": {"kind": "cross_bonus", "share": 0.05, "funding": "carve_out"},
            "network": {"kind": "network_fee", "share": 0.1, "of": "commission", "segments": ["banks"]},
            "kept": {
                "kind": "holdback",
                "share": 0.2,
                "months": "2mo",
                "segments": ["banks"],
                "forfeited_on_leaving": True,
            },
            "pooled": {"kind": "payout_calendar", "every": "quarter", "segments": ["banks"]},
            "early": {"kind": "advance", "products": ["service"], "months": "3mo", "rate": 0.1},
            "back": {"kind": "clawback", "products": ["motor"], "window": "5mo", "how": "pro_rata"},
            "window": {"kind": "referral_window", "days": "45d", "resetting": True},
        },
    },
    EVERYTHING,
)
"""The same with most kinds of rules, sponsors, a funnel, repeat purchases, a rival that answers and random crises"""
