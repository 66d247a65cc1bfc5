"""A sample of every kind of rule, for properties that rules share."""

from __future__ import annotations

from typing import Any

Block = dict[str, Any]

BRACKETS = [{"above": 0, "rate": 0.05}, {"above": 400, "rate": 0.08}, {"above": 2_000, "rate": 0.12}]
BY_COUNT = [{"above": 0, "rate": 0.05}, {"above": 10, "rate": 0.08}]
POINTS = [{"loss_ratio": 0.45, "rate": 0.35}, {"loss_ratio": 0.65, "rate": 0.25}]

RISING_SCALES: dict[str, Block] = {
    "month": {"kind": "tiers", "window": "month", "scale": {"brackets": BRACKETS}},
    "quarter": {"kind": "tiers", "window": "quarter", "scale": {"brackets": BRACKETS}},
    "year": {"kind": "tiers", "window": "year", "scale": {"brackets": BRACKETS}},
}

# rules that pay rates of premium: of one partner's own facts, and no more than their highest rates
RATES: dict[str, Block] = {
    "base": {"kind": "base", "new": 0.17, "renewal": 0.11},
    "marginal": {
        "kind": "tiers",
        "role": "bonus",
        "window": "quarter",
        "scale": {"kind": "marginal", "brackets": BRACKETS},
    },
    "retroactive": {
        "kind": "tiers",
        "role": "bonus",
        "window": "year",
        "scale": {"kind": "retroactive", "brackets": BRACKETS},
    },
    "by_count": {
        "kind": "tiers",
        "role": "bonus",
        "by": "count",
        "window": "year",
        "scale": {"kind": "retroactive", "brackets": BY_COUNT},
    },
    "customers": {
        "kind": "tiers",
        "role": "bonus",
        "by": "customers",
        "scale": {"kind": "retroactive", "brackets": BY_COUNT},
    },
    "sliding": {"kind": "sliding_scale", "role": "bonus", "provisional": 0.3, "points": POINTS},
    "profit": {"kind": "profit_commission", "share": 0.2, "expense_allowance": 0.3, "carry": "3y"},
    "contingent": {"kind": "contingent_bonus", "rate": 0.02, "volume": 2_000, "loss_ratio": 0.6},
    "extra": {"kind": "share_bonus", "new": 0.03, "renewal": 0.01},
    "exclusive": {"kind": "exclusivity_bonus", "rate": 0.02},
}

# rates that do not depend on the size of money
PROPORTIONAL: dict[str, Block] = {name: RATES[name] for name in ("base", "extra", "exclusive", "by_count", "customers")}

OF_ONE_PARTNER: dict[str, Block] = {
    **RATES,
    "corridor": {"kind": "loss_corridor", "lower": 0.7, "upper": 0.9},
    "per_sale": {"kind": "fixed_fee", "per": "sale", "amount": 30},
    "per_lead": {"kind": "fixed_fee", "per": "lead", "amount": 2},
    "monthly": {"kind": "fixed_bonus", "amount": 50, "least": 2},
    "spring": {
        "kind": "promotion",
        "share": 0.05,
        "per_sale": 5,
        "effective_from": "2025-03",
        "effective_until": "2025-06",
    },
    "cap": {"kind": "cap", "share_of_premium": 0.4, "per_month": 5_000, "per_year": 20_000},
    "floor": {"kind": "floor", "per_month": 20},
    "bad_leads": {"kind": "bad_lead_penalty", "amount": 1},
    "staff": {"kind": "cross_bonus", "share": 0.1, "funding": "carve_out"},
    "early": {"kind": "advance", "products": ["home"], "months": "3mo", "rate": 0.1},
    "back": {"kind": "clawback", "products": ["motor"], "window": "3mo", "how": "pro_rata"},
}

EVERYTHING: dict[str, Block] = {
    **{name: block for name, block in OF_ONE_PARTNER.items() if name != "base"},
    "levels": {"kind": "levels", "rates": [0.1, 0.02, 0.01]},
    "ranks": {"kind": "stair_step", "brackets": BRACKETS},
    "bounty": {"kind": "recruiting_bounty", "amount": 100},
    "pool": {"kind": "pool", "share": 0.02, "amount": 300, "window": "quarter"},
    "legs": {"kind": "legs", "rate": 0.1},
    "network": {"kind": "network_fee", "share": 0.3, "of": "commission"},
    "programme": {"kind": "programme_cost", "per_month": 1_000},
}
