"""The notebook: one row of figures a replication for the month under way, which stages write by name.

Notation: R replications, W worlds (`sim.engine.state.books`), m monthly figure.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np

from sim.base.arrays import Reals
from sim.engine.layout.plan import Plan
from sim.figures.figure import Axis
from sim.figures.monthly import spans
from sim.money.flows import FLOWS


class Parts:
    """Figures of one axis by name: each the values of its parts by replication, a view of the rows: [R, parts]."""

    by_replication: ClassVar[Mapping[str, tuple[Any, ...]]] = {}

    def __init__(self, views: Mapping[str, Reals]) -> None:
        self._views = views

    def __getitem__(self, name: str) -> Reals:
        return self._views[name]

    def __setitem__(self, name: str, values: Any) -> None:
        self._views[name][:] = values


class Notebook:
    """The figures of the month under way.

    `note["claims"] += numbers` for a figure of the whole, float64[R], `note.by_product["premium_new"] = sums` for one
    with parts, float64[R, parts]. Figures stand in the order of their declarations, those from outside last; all are 0
    when a month begins.

    Attributes
    ----------
    worlds : float64[W, R, m], of which the first, our own world, is what stages write
    own : float64[R, m]
    turnover, balance : float64[W, R, flows], float64[W, R, accounts]

    Raises
    ------
    SimError
        Where a figure from outside has a name that is taken.
    """

    by_replication: ClassVar[Mapping[str, tuple[Any, ...]]] = {"own": (), "turnover": (0,), "balance": (0,)}

    def __init__(self, plan: Plan, replications: int = 1, worlds: int = 1) -> None:
        metrics = plan.metrics
        self.worlds: Reals = np.zeros((worlds, replications, len(metrics)))
        self.own = self.worlds[0]
        self.place = {one.name: at for at, one in enumerate(metrics)}
        self._parts = {(figure.axis, figure.name): self.worlds[:, :, place] for figure, place in spans(metrics)}

        def along(axis: Axis) -> Parts:
            return Parts({name: view[0] for (of, name), view in self._parts.items() if of == axis})

        self.by_product, self.by_segment = along("product"), along("segment")
        self.by_rule, self.by_principal, self.by_own = along("rule"), along("principal"), along("own")
        self.by_creditor, self.by_journey = along("creditor"), along("journey")
        self.by_stocked = along("stocked")
        self.by_incident, self.by_doubted = along("incident"), along("doubted")
        self.turnover, self.balance = self.worlds[:, :, : len(FLOWS)], self.parts_of_worlds("account", "balance")

    def __getitem__(self, name: str) -> Reals:
        return self.own[:, self.place[name]]

    def __setitem__(self, name: str, value: Any) -> None:
        self.own[:, self.place[name]] = value

    def of_worlds(self, name: str) -> Reals:
        """A figure of the whole in all worlds, a view: float64[W, R]."""
        return self.worlds[:, :, self.place[name]]

    def parts_of_worlds(self, axis: Axis, name: str) -> Reals:
        """A figure with parts in all worlds, a view: float64[W, R, parts]."""
        return self._parts[axis, name]

    def clear(self) -> None:
        """Begin a month."""
        self.worlds[:] = 0.0
