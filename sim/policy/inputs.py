"""Names of what a rule's amount may be computed on, as `explain` and worked examples show it."""

MONEY = frozenset(
    {
        "premium",
        "earned",
        "released",
        "downline_premium",
        "matched_volume",
        "commission",
        "commission_of_year",
        "volume_premium",
        "team_premium",
    }
)
"""read in minor units; an amount over it is a rate"""
BALANCES = frozenset({"drawn"})
"""read in minor units; an amount over it says nothing"""
COUNTS = frozenset(
    {
        "views",
        "clicks",
        "leads",
        "bad_leads",
        "contracts",
        "recruits",
        "points",
        "volume_contracts",
        "customers",
        "team",
    }
)
"""an amount over it is a sum each"""


def unit_of(name: str) -> str:
    """`money`, `count`, or nothing for a ratio, over which an amount says nothing."""
    return "money" if name in MONEY | BALANCES else "count" if name in COUNTS else ""
