"""The key figures that a director reads, by group, and the rest of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from sim.report.run.page import Page

EACH = 3  # figures of a group that stand open
GROUPS: Mapping[str, Sequence[str]] = {
    "profit": (
        "result", "underwriting_result", "npv", "economic_profit", "return_on_capital", "investment_result", "irr",
        "payback_month",
    ),
    "safety": (
        "ruined", "loss", "equity_lowest", "equity_end", "illiquid", "insolvent", "solvency_ratio_lowest",
        "solvency_ratio_end", "ruin_month", "illiquid_month", "overdue_end", "bad_debt",
    ),
    "business": (
        "premium", "market_share_end", "premium_year_1", "premium_partners", "premium_earned", "direct_share",
        "persistency_13",
    ),
    "costs": (
        "combined_ratio", "loss_ratio", "commission_ratio", "expense_ratio", "commission", "claims", "commission_paid",
    ),
    "partners": (
        "active_partners_end", "lost_partners_end", "switching_rate", "defaults", "top_10_share", "receivable_days",
        "agents_end",
    ),
}  # fmt: skip
"""Figures by group, the first to be shown first"""
SAID_AT_ZERO = ("ruined", "loss")
"""figures whose 0 is an answer"""
Row = dict[str, Any]


class KeyRows:
    """The key figures of the whole as rows of a table."""

    def __init__(self, page: Page) -> None:
        self.page, self.labels, self.figures = page, page.labels, page.result.figures
        self.judged = {one.kpi for one in page.result.criteria}
        self.names = [name for name in page.rows if "." not in name and page.told(name)]

    def first(self) -> list[str]:
        """The figures that are shown first, group by group."""
        return [name for group in GROUPS for name in self._of(group)]

    def tables(self) -> tuple[Row, Row]:
        """The table that stands open, and that of the rest."""
        groups = {name: found for name in GROUPS if (found := self._of(name))}
        first = self.first()
        rest = [name for name in self.names if name not in first]
        rows: list[Row] = []
        for group, found in groups.items():
            rows += [{"group": self.labels(f"group.{group}")}, *map(self._row, found)]
        return self._table(rows), self._table(list(map(self._row, rest)))

    def _of(self, group: str) -> list[str]:
        """The first figures of a group: those that a criterion bounds, then those of most weight."""
        there = [name for name in GROUPS[group] if name in self.names and self._says(name)]
        return sorted(there, key=lambda name: name not in self.judged)[:EACH]

    def _says(self, name: str) -> bool:
        values = self.figures[name].values
        return name in SAID_AT_ZERO or name in self.judged or bool((np.nan_to_num(values) != 0).any())

    def _table(self, rows: list[Row]) -> Row:
        spread: list[str] = [] if self.page.few_quantiles() or not self.page.result.drawn else ["p5", "p50", "p95"]
        keys = ["mean", "between", *spread]
        words = {"between": "interval_short"}
        for row in rows:
            row["cells"] = [row[key] for key in keys] if "label" in row else []
        heads = [self.labels(f"word.{words.get(key, key)}") for key in keys]
        return {"title": "", "corner": self.labels("word.kpi"), "heads": heads, "rows": rows}

    def _row(self, name: str) -> Row:
        row = self.page.kpi(name)
        unit = f"\u00a0{row['unit']}" if row["unit"] else ""
        between = f"{row['low']} … {row['high']}" if row["low"] else ""
        mean = {"value": f"{row['mean']}{unit}", "between": "", "theory": row["theory"]}
        return {**row, "mean": mean, "between": between}
