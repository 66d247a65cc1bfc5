"""Pictures of a map: over two axes heat maps with their borders, over one lines; the present policy is marked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import numpy as np

from sim.base.arrays import Reals
from sim.experiments.answer import OWN, Amount, Chart, Lines, Map, Mark, Sentence, Series, Span
from sim.experiments.grid import Axis, number
from sim.judgement.beside import break_even
from sim.judgement.beside.break_even import Plane

ON_MAPS = ("result", "loss", "ruined", "market_share_end")
ALONG = {"result": ("low", "high"), "loss": ("loss_low", "loss_high"), "ruined": ("ruined_low", "ruined_high")}
PRESENT, EVEN = "present", 0.5
"""name of the mark; probability of a loss on the border"""


class Played(Protocol):
    """A map that was played, as its pictures ask for it; cells by [y, x]."""

    @property
    def x(self) -> Axis:
        """The axis from left to right."""

    @property
    def y(self) -> Axis | None:
        """The axis from bottom to top, where there is one."""

    @property
    def mean(self) -> Reals:
        """Mean result."""

    @property
    def bound(self) -> float:
        """Of the probability of ruin."""

    @property
    def theory(self) -> Plane:
        """New business."""

    def columns(self) -> dict[str, Reals]:
        """Every figure."""

    def chance(self, kpi: str) -> tuple[Reals, Reals, Reals]:
        """A share of the replications and its interval."""

    def place(self) -> tuple[int, int] | None:
        """The cell of the present policy."""


def pictures(found: Played, units: Mapping[str, str]) -> list[Chart]:
    """Each figure over the axes."""
    if found.y is None:
        return [_line(found, name, units[name]) for name in ALONG]
    return [_map(found, found.y, name, units[name]) for name in ON_MAPS]


def _map(found: Played, up: Axis, name: str, unit: str) -> Map:
    x, y, place = found.x.numbers, up.numbers, found.place()
    marks = [] if place is None else [Mark(PRESENT, float(x[place[1]]), float(y[place[0]]))]
    levels = {"result": (0.0,), "loss": (EVEN,), "ruined": (found.bound,)}.get(name, ())
    lines = _theory(found, up) if name == "result" else {}
    return Map(f"sweep_{name}", x, y, found.columns()[name], OWN + found.x.label, OWN + up.label, found.x.unit, up.unit,
               unit, levels, lines, marks, _shown(found, name))  # fmt: skip


def _theory(found: Played, up: Axis) -> dict[str, Any]:
    """Where the theory's margin is 0."""
    line = break_even.border(up.numbers, found.theory.margin)
    known = ~np.isnan(line)
    return {"theory": (found.x.numbers[known], line[known])} if known.any() else {}


def _line(found: Played, name: str, unit: str) -> Lines:
    columns, x, place = found.columns(), _along(found.x), found.place()
    spans = [] if place is None or isinstance(x[0], str) else [Span(PRESENT, float(x[place[1]]))]
    levels = {"result": {"zero": 0.0}, "ruined": {"bound": found.bound}}.get(name, {})
    series = Series(f"column.{name}", columns[name][0], *(columns[end][0] for end in ALONG[name]))
    return Lines(f"sweep_{name}", x, [series], OWN + found.x.label, unit, x_unit=found.x.unit, levels=levels,
                 spans=spans, finding=_shown(found, name))  # fmt: skip


def _along(axis: Axis) -> Sequence[Any]:
    """An axis as a picture has it: numbers, or texts that are none."""
    return axis.points if None in map(number, axis.points) else axis.numbers.tolist()


def _shown(found: Played, name: str) -> Sentence | None:
    """Of the cells: how many earn, and in how many ruin is surely too likely."""
    cells = Amount(found.mean.size, "count")
    if name == "result":
        return Sentence("shows_earning", {"earning": Amount(int((found.mean >= 0).sum()), "count"), "cells": cells})
    if name == "ruined":
        over = Amount(int((found.chance(name)[1] > found.bound).sum()), "count")
        return Sentence("shows_ruin", {"over": over, "cells": cells, "bound": Amount(found.bound, "probability")})
    return None
