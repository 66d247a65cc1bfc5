"""Formulas of the key figures of the parts of a business, by axis and by the name of their declaration.

A formula gives one value a replication of one product, segment or rule. Ratios have none: their sums are declared.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from sim.base.arrays import Reals
from sim.figures.figure import Axis
from sim.results import lifetime
from sim.results.account_series import Books, year
from sim.results.cube import Cube
from sim.scenario.schema import Scenario

Formula = Callable[[Books, Scenario, str], Any]


def total(cube: Cube, name: str, part: str) -> Reals:
    """A monthly figure of a part, summed over the horizon: float64[replication]."""
    return np.asarray(cube.series(f"{name}.{part}").sum(axis=1))


FORMULAS: dict[Axis, dict[str, Formula]] = {
    "product": {
        "contribution": lambda b, s, product: b.contributions.by_product.of(product),
    },
    "segment": {
        "premium_year_1": lambda b, s, segment: year(b.cube.series(f"premium_written.{segment}"), 1),
        "premium": lambda b, s, segment: total(b.cube, "premium_written", segment),
        "contribution_of": lambda b, s, segment: b.contributions.by_segment.of(segment),
        "partner_cost": lifetime.partner_cost,
    },
    "rule": {"commission_of": lambda b, s, rule: total(b.cube, "commission_of_rule", rule)},
}
