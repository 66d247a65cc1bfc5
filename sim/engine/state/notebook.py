"""The notebook: one row of figures for the month under way, which stages write by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from sim.base.arrays import Reals
from sim.engine.layout.plan import Plan
from sim.figures.figure import Axis
from sim.figures.monthly import spans
from sim.money.flows import FLOWS


class Parts:
    """Figures of one axis by name: each the values of its parts, a view of the row."""

    def __init__(self, views: Mapping[str, Reals]) -> None:
        self._views = views

    def __getitem__(self, name: str) -> Reals:
        return self._views[name]

    def __setitem__(self, name: str, values: Any) -> None:
        self._views[name][:] = values


class Notebook:
    """The figures of the month under way.

    `note["claims"] += 3` for a figure of the whole, `note.by_product["premium_new"] = sums` for one with parts. `row`
    holds all figures in the order of their declarations, those from outside last; it is 0 when a month begins.

    Raises
    ------
    SimError
        Where a figure from outside has a name that is taken.
    """

    def __init__(self, plan: Plan) -> None:
        metrics = plan.metrics
        self.row: Reals = np.zeros(len(metrics))
        self._place = {one.name: at for at, one in enumerate(metrics)}
        views = [(figure, self.row[place]) for figure, place in spans(metrics)]

        def along(axis: Axis) -> Parts:
            return Parts({figure.name: view for figure, view in views if figure.axis == axis})

        self.by_product, self.by_segment = along("product"), along("segment")
        self.by_rule, self.by_principal = along("rule"), along("principal")
        self.turnover, self.balance = self.row[: len(FLOWS)], along("account")["balance"]

    def __getitem__(self, name: str) -> float:
        return float(self.row[self._place[name]])

    def __setitem__(self, name: str, value: float) -> None:
        self.row[self._place[name]] = value

    def clear(self) -> None:
        """Begin a month."""
        self.row[:] = 0.0
