"""Formulas of the key figures of the parts of a business, by axis and by the name of their declaration.

A formula gives one value a replication of one product, segment or rule. Ratios have none: their sums are declared.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from sim.base.arrays import Reals
from sim.figures.figure import Axis
from sim.results.account_series import year
from sim.results.cube import Cube

Formula = Callable[[Cube, str], Any]


def total(cube: Cube, name: str, part: str) -> Reals:
    """A monthly figure of a part, summed over the horizon: float64[replication]."""
    return np.asarray(cube.series(f"{name}.{part}").sum(axis=1))


FORMULAS: dict[Axis, dict[str, Formula]] = {
    "segment": {
        "premium_year_1": lambda cube, segment: year(cube.series(f"premium_written.{segment}"), 1),
        "premium": lambda cube, segment: total(cube, "premium_written", segment),
    },
    "rule": {"commission_of": lambda cube, rule: total(cube, "commission_of_rule", rule)},
}
