"""Which features a scenario has: figures of the others are not shown to people, unless something has come about.

Machine-readable outputs (`summary.json`, the tables, `Result.kpis`) keep every figure, so that their columns are the
same for every scenario.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from sim.base.arrays import Reals
from sim.base.units import MONTHS_PER_YEAR
from sim.contracts.products import Product
from sim.scenario.schema import Scenario


def _has_rule(kind: str) -> Callable[[Scenario], bool]:
    return lambda scenario: any(getattr(rule, "kind", "") == kind for rule in scenario.policy.rules.values())


def persists(product: Product) -> bool:
    """Whether contracts of a product may be in force in a thirteenth month."""
    return product.term > MONTHS_PER_YEAR or (product.term == MONTHS_PER_YEAR and any(product.renewal))


def _never(scenario: Scenario) -> bool:
    return False


FEATURES: dict[str, Callable[[Scenario], bool]] = {
    "advances": lambda scenario: any(rule.advances or rule.draws for rule in scenario.policy.rules.values()),
    "come_about": _never,
    "defaults": lambda s: any(
        one.network is not None or any(rate > 0 for rate in one.remittance.default.since.values())
        for one in s.segments.values()
    ),
    "credited": lambda s: s.credits_sales,
    "deposits": lambda s: s.policy.deposits is not None,
    "fraud": lambda s: any(one.fraud > 0 for one in s.segments.values()),
    "holdback": _has_rule("holdback"),
    "limits": lambda s: s.policy.deposits is not None or s.policy.credit_control is not None,
    "own_channels": lambda s: bool(s.own),
    "persistency": lambda s: any(persists(one) for one in s.products.values()),
    "price_held": lambda s: any(one.stock is not None and one.stock.price_held for one in s.products.values()),
    "recovery": lambda s: s.credit.recovery > 0,
    "reservations": lambda s: s.has_stock and any(one.reserves for one in s.segments.values()),
    "rivals": lambda s: bool(s.rivals),
    "solvency_margin": lambda s: s.accounts.solvency_margin > 0,
    "stock": lambda s: s.has_stock,
    "stock_plan": lambda s: any(one.stock and one.stock.plan for one in s.products.values()),
    "survey": lambda s: s.surveys and any(one.quality and one.quality.promoters for one in s.segments.values()),
    "tracking": lambda s: s.tracks_sales,
}
"""By name as `key.csv` states it; what no scenario states (`_never`) is shown where it has come about"""


WITHOUT_VALUE = ("persistency", "solvency_margin", "stock_plan")  # figures of these are unknown, not 0, without them


def told(feature: str, unit: str, scenario: Scenario) -> bool:
    """Whether a figure of this feature has a value at all; that something happens has the chance 0 without it."""
    return feature not in WITHOUT_VALUE or unit == "probability" or FEATURES[feature](scenario)


def shown(feature: str, scenario: Scenario, values: Reals) -> bool:
    """Whether a figure of this feature is shown, given its values[replication]."""
    return not feature or FEATURES[feature](scenario) or bool((np.abs(values) > 0.0).any())
