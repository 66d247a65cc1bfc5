"""Names of what a rule's amount may be computed on, as `explain` and worked examples show it."""

from __future__ import annotations

from typing import NamedTuple

MONEY = frozenset(
    {
        "premium", "premium_new", "premium_renewal", "window_premium", "volume_premium", "team_premium", "earned",
        "released", "refunded", "changed", "downline_premium", "matched_volume", "commission", "commission_of_year",
        "collected", "margin",
    }
)  # fmt: skip
"""read in minor units; the rate on it is a share"""
BALANCES = frozenset({"drawn"})
"""read in minor units; there is no rate on it"""
COUNTS = frozenset(
    {
        "views",
        "clicks",
        "leads",
        "bad_leads",
        "contracts",
        "recruits",
        "points",
        "customers",
        "team",
    }
)
"""the rate on it is a sum each, minor units"""
TRUE_UP = "true_up"
GROWTH_UNKNOWN = "growth_unknown"


class Computed(NamedTuple):
    """What an amount is computed on: the name of an input, its value, and the contract's rate on it, if it has one."""

    reads: str
    value: float
    rate: float | None = None


def unit_of(name: str) -> str:
    """`money`, `count`, or nothing for a ratio, on which there is no rate."""
    return "money" if name in MONEY | BALANCES else "count" if name in COUNTS else ""


def by_business(new: int, renewal: int, on_new: float, on_renewal: float) -> list[Computed]:
    """Premium of new business and of renewals with their rates; one where one earns, or both the same."""
    parts = [Computed("premium_new", float(new), on_new), Computed("premium_renewal", float(renewal), on_renewal)]
    paid = [part for part in parts if part.value and part.rate]
    if on_new == on_renewal or not paid:
        return [Computed("premium", float(new + renewal), on_new)]
    return paid if len(paid) > 1 else [paid[0]._replace(reads="premium")]


def only(rates: set[float]) -> float | None:
    """The one rate, or None where there are several."""
    return rates.pop() if len(rates) == 1 else None
