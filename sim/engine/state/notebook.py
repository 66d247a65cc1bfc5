"""The notebook: one row of figures for the month under way, which stages write by name.

Notation: p product, s segment (the last is the direct channel), r rule, k principal.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from sim.base.arrays import Reals
from sim.engine.layout.plan import Plan
from sim.figures.monthly import BY_PRODUCT, BY_RULE, BY_SEGMENT, CONCENTRATION, COUNTS, NETWORK, SURPRISES, VALUES
from sim.money.flows import ACCOUNTS, FLOWS


class Parts:
    """Figures of one axis by name: each the values of its parts, a view of the row."""

    def __init__(self, names: Iterable[str], views: Reals) -> None:
        self._views = dict(zip(names, views, strict=True))

    def __getitem__(self, name: str) -> Reals:
        return self._views[name]

    def __setitem__(self, name: str, values: Any) -> None:
        self._views[name][:] = values


class Notebook:
    """The figures of the month under way.

    `note["claims"] += 3` for a figure of the whole, `note.by_product["premium_new"] = sums` for one with parts. `row` holds
    all figures in the order of their declarations; it is 0 when a month begins.
    """

    def __init__(self, plan: Plan) -> None:
        lines, segments, rules = len(plan.lines), len(plan.population.segments), len(plan.book.rules)
        networks = any(kind.segment.network for kind in plan.kinds)
        whole = (*COUNTS, *(f"surprise.{name}" for name in SURPRISES))
        groups: tuple[tuple[tuple[str, ...], int], ...] = (
            (tuple(flow.label for flow in FLOWS), 1), (tuple(account.label for account in ACCOUNTS), 1), (whole, 1),
            (BY_PRODUCT, lines), (BY_SEGMENT, segments), (VALUES, 1), (BY_RULE, rules),
            (("market_share",), len(plan.principals)), (CONCENTRATION, 1), (NETWORK if networks else (), 1),
        )  # fmt: skip
        ends = np.cumsum([len(names) * parts for names, parts in groups])
        self.row: Reals = np.zeros(int(ends[-1]))
        views = [
            part.reshape(len(names), parts)
            for part, (names, parts) in zip(np.split(self.row, ends[:-1]), groups, strict=True)
        ]
        self.turnover, self.balance = views[0][:, 0], views[1][:, 0]
        self.by_product, self.by_segment = Parts(BY_PRODUCT, views[3]), Parts(BY_SEGMENT, views[4])
        self.by_rule, self.by_principal = Parts(BY_RULE, views[6]), Parts(("market_share",), views[7])
        starts = [0, *ends.tolist()]
        self._place = {
            name: starts[g] + at for g in (2, 5, 8, 9) for at, name in enumerate(groups[g][0])
        }  # where figures of the whole stand in the row

    def __getitem__(self, name: str) -> float:
        return float(self.row[self._place[name]])

    def __setitem__(self, name: str, value: float) -> None:
        self.row[self._place[name]] = value

    def clear(self) -> None:
        """Begin a month."""
        self.row[:] = 0.0
