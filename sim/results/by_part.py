"""Formulas of the key figures of the parts of a business, by axis and by the name of their declaration.

A formula gives one value a replication of one product, segment or rule.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from sim.base.arrays import Reals
from sim.figures.figure import Axis
from sim.results.account_series import divide, year
from sim.results.cube import Cube

Formula = Callable[[Cube, str], Any]


def _total(cube: Cube, name: str, part: str) -> Reals:
    return np.asarray(cube.series(f"{name}.{part}").sum(axis=1))


def _loss_ratio(cube: Cube, part: str) -> Reals:
    return divide(_total(cube, "claims_incurred", part), _total(cube, "premium_earned", part))


def _commission_ratio(cube: Cube, product: str) -> Reals:
    written = _total(cube, "premium_new", product) + _total(cube, "premium_renewal", product)
    return divide(_total(cube, "commission_accrued", product), written)


def _rate(cube: Cube, rule: str) -> Reals:
    return divide(_total(cube, "rated_commission", rule), _total(cube, "rated_premium", rule))


FORMULAS: dict[Axis, dict[str, Formula]] = {
    "product": {"loss_ratio": _loss_ratio, "commission_ratio": _commission_ratio},
    "segment": {
        "premium_year_1": lambda cube, segment: year(cube.series(f"premium_written.{segment}"), 1),
        "premium": lambda cube, segment: _total(cube, "premium_written", segment),
        "loss_ratio_of": _loss_ratio,
    },
    "rule": {"commission_of": lambda cube, rule: _total(cube, "commission_of_rule", rule)},
    "rated_rule": {"rate_of": _rate},
}
