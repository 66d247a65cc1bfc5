"""Names of what a rule's amount may be computed on, as `explain` and worked examples show it."""

MONEY = frozenset(
    {
        "premium",
        "earned",
        "released",
        "downline_premium",
        "commission",
        "commission_of_year",
        "volume_premium",
        "team_premium",
        "margin",
    }
)
"""read in minor units; an amount over it is a rate"""
COUNTS = frozenset(
    {"views", "clicks", "leads", "bad_leads", "contracts", "recruits", "volume_contracts", "customers", "team"}
)
"""an amount over it is a sum each"""


def unit_of(name: str) -> str:
    """`money`, `count`, or nothing for a ratio, over which an amount says nothing."""
    return "money" if name in MONEY else "count" if name in COUNTS else ""
