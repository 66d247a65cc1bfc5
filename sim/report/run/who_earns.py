"""Who earns, who costs: tables of contribution margins, and their picture."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from typing import Any

import numpy as np

from sim.base.text import safe_text
from sim.judgement.contribution_table import LINE, TOTAL, Row, rows
from sim.report.language.labels import Labels
from sim.report.language.numbers import Numbers, scale_of
from sim.report.pages.colours import BAD, GOOD
from sim.report.pages.picture import Along, Bars, Picture
from sim.results.contribution import COMPONENTS, Contributions
from sim.statistics.evaluation import Estimate

BUSINESS = "business"
GROUPINGS = ("product", "segment", BUSINESS)
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

    def picture(self) -> Picture:
        """The margin of every part with its interval, the groupings one below the other."""
        there = [row for row in self.rows if row.grouping in GROUPINGS]
        margins, divisor = [row.margin for row in there], 10.0**self.scale
        low, figure, high = (
            np.array([getattr(one, end) for one in margins]) / divisor for end in ("low", "figure", "high")
        )
        colours = [GOOD if value >= 0 else BAD for value in figure.tolist()]
        bars = Bars("", figure, colours, texts=[self._money(one.figure) for one in margins], low=low, high=high)
        names = Along.of([f"{self.label(one)}, {self._short(one.grouping)}" for one in there])
        shows, about = self.labels(f"chart.{CHART}"), self.labels(f"about.{CHART}")
        unit = self.numbers.money_unit(self.scale)
        return Picture(CHART, self._finding(there), shows, unit, names, [bars], about, lying=True, wide=True)

    def _finding(self, there: Sequence[Row]) -> str:
        """Which product or type of partner earns most, and which loses most where one does."""
        of = [row.grouping for row in there]
        parts = [row for row in there if row.grouping != BUSINESS and of.count(row.grouping) > 1] or list(there)
        best, worst = (pick(parts, key=lambda row: row.margin.figure) for pick in (max, min))
        losing, earning = worst.margin.figure < 0, best.margin.figure > 0
        key = "contribution" + ("" if not losing else "_loss" if earning else "_losses")
        most, least = (self.numbers.figure(abs(row.margin.figure), "money") for row in (best, worst))
        said = self.labels(f"finding.{key}", best=self.label(best), worst=self.label(worst), most=most, least=least)
        return said[:1].upper() + said[1:]

    def label(self, row: Row) -> str:
        """What a row is of, in words."""
        if row.grouping == TOTAL:
            return self.labels(f"step.{TOTAL}")
        if row.grouping == LINE:
            return self.labels(f"contribution.{row.part}")
        name = self.labels(f"business.{row.part}") if row.grouping == BUSINESS else self.labels.name(row.part)
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
