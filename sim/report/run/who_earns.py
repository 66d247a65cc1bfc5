"""Who earns, who costs: tables of contribution margins, and their picture as plotly's plain data."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from math import isfinite
from typing import Any

from sim.base.text import safe_text
from sim.judgement.contribution_table import LINE, TOTAL, Row, rows
from sim.report.language.labels import Labels
from sim.report.language.numbers import Numbers, scale_of
from sim.report.run.charts import BAD, GOOD, Chart, framed, points
from sim.results.contribution import COMPONENTS, Contributions
from sim.statistics.evaluation import Estimate

GROUPINGS = ("product", "segment", "business")
CHART = "contribution"
RECOVERIES = "recoveries"  # of claims and from partners, besides debts


class WhoEarns:
    """The contribution margins of a run in words and figures of one language."""

    def __init__(self, found: Contributions, labels: Labels, numbers: Numbers) -> None:
        self.rows, self.labels, self.numbers = list(rows(found)), labels, numbers
        self.scale = scale_of([row.margin.figure for row in self.rows if row.grouping != LINE])

    def tables(self) -> list[dict[str, Any]]:
        """A table for each grouping: its parts, what belongs to none, and the underwriting result."""
        return [self._table(name) for name in GROUPINGS]

    def chart(self) -> Chart:
        """The margin of every part with its interval, the groupings side by side."""
        there = [row for row in self.rows if row.grouping in GROUPINGS]
        margins = [row.margin for row in there]
        trace = {
            "type": "bar", "showlegend": False, "y": self._scaled([one.figure for one in margins]),
            "x": [[self._short(o.grouping) for o in there], [escape(self.label(o), quote=False) for o in there]],
            "marker": {"color": [GOOD if one.figure >= 0 else BAD for one in margins]},
            "customdata": [self._money(one.figure) for one in margins],
            "hovertemplate": "%{x}: %{customdata}<extra></extra>",
            "error_y": self._errors(margins),
        }  # fmt: skip
        chart = framed([trace], self.numbers.money_unit(self.scale), self.labels)
        chart["layout"]["hovermode"] = "closest"
        chart["layout"]["xaxis"] |= {"type": "multicategory", "tickfont": {"size": 11}, "autotickangles": [0, 90]}
        return chart

    def label(self, row: Row) -> str:
        """What a row is of, in words."""
        if row.grouping == TOTAL:
            return self.labels(f"step.{TOTAL}")
        if row.grouping == LINE:
            return self.labels(f"contribution.{row.part}")
        name = self.labels(f"business.{row.part}") if row.grouping == "business" else self.labels.name(row.part)
        return safe_text(name)

    def _table(self, grouping: str) -> dict[str, Any]:
        parts = [row for row in self.rows if row.grouping == grouping]
        shown = [name for name in COMPONENTS if any(row.components[name] for row in parts)]
        rest = [row for row in self.rows if row.grouping in (LINE, TOTAL)]
        heads = [self.labels(f"{'contribution' if name == RECOVERIES else 'step'}.{name}") for name in shown]
        return {
            "title": self.labels(f"section.contribution_{grouping}"), "unit": self.numbers.money_unit(self.scale),
            "heads": [self.labels("word.contribution"), self.labels("word.interval"), *heads],
            "rows": [self._row(row, shown) for row in (*parts, *rest)],
        }  # fmt: skip

    def _row(self, row: Row, shown: Sequence[str]) -> dict[str, Any]:
        """The margin first, where no screen cuts it off; money in one unit, so that the cells after it add up to it."""
        cells = [self._money(row.components[name]) if row.components else "" for name in shown]
        return {
            "label": self.label(row), "total": row.grouping == TOTAL,
            "cells": [self._money(row.margin.figure), self._between(row.margin), *cells],
        }  # fmt: skip

    def _short(self, grouping: str) -> str:
        return self.labels(f"contribution.by_{grouping}")

    def _money(self, amount: float) -> str:
        return self.numbers.scaled(amount, self.scale)

    def _between(self, margin: Estimate) -> str:
        known = isfinite(margin.low) and isfinite(margin.high)
        return f"{self._money(margin.low)} … {self._money(margin.high)}" if known else ""

    def _scaled(self, amounts: Sequence[float]) -> list[float | None]:
        return points([amount / 10**self.scale for amount in amounts])

    def _errors(self, margins: Sequence[Estimate]) -> dict[str, Any]:
        return {
            "type": "data", "symmetric": False, "thickness": 1.2, "width": 4, "color": "#616e7c",
            "array": self._scaled([one.high - one.figure for one in margins]),
            "arrayminus": self._scaled([one.figure - one.low for one in margins]),
        }  # fmt: skip
