"""Finite units: what there was to sell, what became of it, how it stands against the plan; in words and by month."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from sim.base.arrays import Reals
from sim.base.text import safe_text
from sim.report.language.labels import Labels
from sim.report.language.numbers import Numbers
from sim.results.cube import Cube

if TYPE_CHECKING:
    from sim.judgement.result import Result

FEW = 10.0  # units: below it means are told with a decimal
STACKED = ("sold", "reserved", "free")
LABELS = {"sold": "units.sold", "reserved": "units.reserved_now", "free": "units.free"}


def by_month(cube: Cube) -> dict[str, Reals]:
    """Units sold so far, reserved, free, those that have come back and were planned so far; means, float64[month].

    Of all products with stock together; without a plan of any the last is left out.
    """
    found = {
        "sold": _mean(cube, "units_sold").cumsum(), "reserved": _mean(cube, "units_reserved"),
        "free": _mean(cube, "units_free"), "back": _mean(cube, "units_back").cumsum(),
    }  # fmt: skip
    planned = _mean(cube, "units_planned").cumsum()
    return found | ({"planned": planned} if planned.any() else {})


def _mean(cube: Cube, name: str) -> Reals:
    """A monthly figure of all products, mean over replications, float64[month]; what nobody has stated counts 0."""
    found = [np.nan_to_num(cube.series(f"{name}.{product}")).mean(axis=0) for product in cube.named(name)]
    return np.asarray(np.add.reduce(found))


def says(result: Result, labels: Labels, numbers: Numbers) -> list[str]:
    """Sentences on each product: what is left of its units, its reservations, and its plan."""
    found: list[str] = []
    for product in result.cube.named("units_sold"):
        told = _sums(result.cube, product)
        shown = {name: numbers.plain(value, int(value < FEW and value != round(value))) for name, value in told.items()}
        words = [*_sentences(told)]
        found += [labels(f"units.{key}", name=safe_text(labels.name(product)), **shown) for key in words]
    return found


def _sentences(told: dict[str, float]) -> Iterator[str]:
    yield "left"
    if told["bought"]:
        yield "reserved"
    if told["planned"]:
        yield "behind" if told["sold"] < told["planned"] else "ahead"


def _sums(cube: Cube, product: str) -> dict[str, float]:
    """Means over the horizon, and of stocks at its end."""
    names = ("sold", "refused", "made", "bought", "back", "due", "planned")
    told = {name: float(np.nan_to_num(cube.series(f"units_{name}.{product}")).sum(axis=1).mean()) for name in names}
    told |= {name: float(cube.series(f"units_{name}.{product}")[:, -1].mean()) for name in ("reserved", "free")}
    there = told["sold"] + told["reserved"] + told["free"]  # with what was on sale before the horizon
    each = told["due"] / told["bought"] if told["bought"] else 0.0
    return told | {"there": there, "each": each, "gap": abs(told["planned"] - told["sold"])}
