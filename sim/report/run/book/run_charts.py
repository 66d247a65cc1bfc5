"""The native charts of a run, over the cells of its sheets: move a figure, and they follow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from sim.base.arrays import Reals
from sim.judgement.result import Result
from sim.report.language.labels import Labels
from sim.report.pages.colours import BAD, BLUE, GOOD, ORANGE, PALETTE, TOTAL
from sim.report.run import series
from sim.report.run.book.contribution_sheet import ContributionSheet
from sim.report.run.book.statement_sheets import StatementSheets
from sim.report.sheets.formats import scale_of_sheet, unit_name
from sim.report.sheets.native_charts import NativeCharts, Shown, month_of
from sim.report.sheets.places import on, span
from sim.report.sheets.spreadsheet import Book

RESULTS = {"underwriting_result": BLUE, "investment_result": ORANGE, "result": GOOD}
BAND = (("p5", 0), ("p25", 1), ("p50", 2), ("p75", 3), ("p95", 4))
OF_FAN = {"p5": "#A9C3D9", "p25": "#6E9CC0", "p50": BLUE, "p75": "#6E9CC0", "p95": "#A9C3D9"}
FANS = ("equity", "cash")


class RunCharts:
    """Puts the charts of a run on their sheet."""

    def __init__(self, book: Book, result: Result, books: StatementSheets, contribution: ContributionSheet) -> None:
        self.result, self.cube, self.books, self.contribution = result, result.cube, books, contribution
        self.labels: Labels = book.labels
        self.charts = NativeCharts(book)
        self.months = [month_of(month) for month in self.cube.months]

    def fill(self) -> None:
        """All of them."""
        self._years()
        self._waterfall()
        for grouping in ("product", "segment"):
            self._contribution(grouping)
        for name in FANS if self.result.drawn else ():
            self._fan(name)
        self._premium()
        self._lines("loss_ratios", series.loss_ratios(self.cube))
        self._lines("shares", series.market_shares(self.cube))

    def of_front(self) -> list[Any]:
        """Results by year, and equity where it is known, else what types of partner contribute."""
        titles = ("book.results_by_year", "chart.equity" if self.result.drawn else "section.contribution_segment")
        charts = [self.charts.again(self.labels(title)) for title in titles]
        return [chart for chart in charts if chart is not None]

    def _years(self) -> None:
        sheet, shown = self.books.years_sheet.get_name(), []
        for name, colour in RESULTS.items():
            row, first, last = self.books.of_years(name)
            head = on(sheet, span((self.books.years_head, first), (self.books.years_head, last)))
            shown.append(Shown(self._line(name), on(sheet, span((row, first), (row, last))), head, colour))
        self._money("column", self.labels("book.results_by_year"), shown, self.books.scale)

    def _waterfall(self) -> None:
        """Columns that stand on unseen ones; what lies below 0 stands downwards."""
        found = series.steps(self.cube)
        steps = [(bottom, bottom + height) for bottom, height in series.bars(found)]
        names = [self.labels(f"step.{name}") for name, _ in found]
        parts = ("base_up", "up", "base_down", "down")
        columns = dict(zip(parts, np.array([_stood(*one) for one in steps]).T.tolist(), strict=True))
        scale = scale_of_sheet([amount for _, amount in found])
        title = self.labels("chart.waterfall")
        heads = {name: self.labels(f"book.{name}") for name in parts}
        at = self.charts.data(title, title, names, {heads[name]: columns[name] for name in parts}, "money", scale)
        colours = [TOTAL if name in series.TOTALS else GOOD if amount >= 0 else BAD for name, amount in found]
        shown = [
            Shown("", at[heads[name]], at[""], "" if name.startswith("base") else BLUE,
                  points=() if name.startswith("base") else colours)
            for name in parts
        ]  # fmt: skip
        self._money("column", title, shown, scale, subtype="stacked")

    def _contribution(self, grouping: str) -> None:
        cells = self.contribution.cells
        ends = (cells(grouping, "minus"), cells(grouping, "plus"))
        margins = [one.margin.figure for one in self.contribution.parts if one.grouping == grouping]
        colours = [GOOD if one >= 0 else BAD for one in margins]
        one = Shown(self.labels("word.contribution"), cells(grouping, "margin"), cells(grouping, ""), GOOD,
                    ends=ends, points=colours)  # fmt: skip
        self._money("column", self.labels(f"section.contribution_{grouping}"), [one], self.contribution.scale)

    def _fan(self, name: str) -> None:
        found, title = series.fan(self.cube, name), self.labels(f"chart.{name}")
        scale = scale_of_sheet(found.quantiles.ravel().tolist())
        heads = {level: self.labels(f"word.{level}") if level in ("p5", "p50", "p95") else level for level, _ in BAND}
        columns = {heads[level]: found.quantiles[at].tolist() for level, at in BAND}
        at = self.charts.data(title, self.labels("word.month"), self.months, columns, "money", scale)
        shown = [Shown(head, at[head], at[""], OF_FAN[level], _thin(level)) for level, head in heads.items()]
        self._money("line", title, shown, scale, dates=len(self.months))

    def _premium(self) -> None:
        found, title = series.premium_by_segment(self.cube), self.labels("chart.segments")
        columns = self._named(found)
        scale = scale_of_sheet([float(np.max(values, initial=0.0)) for values in found.values()])
        years = series.years(self.cube)
        at = self.charts.data(title, self.labels("book.year"), years, columns, "money", scale)
        shown = [Shown(name, at[name], at[""], PALETTE[n % len(PALETTE)]) for n, name in enumerate(columns)]
        self._money("column", title, shown, scale, subtype="stacked")

    def _lines(self, name: str, found: Mapping[str, Reals]) -> None:
        title, columns = self.labels(f"chart.{name}"), self._named(found)
        at = self.charts.data(title, self.labels("word.month"), self.months, columns, "share")
        shown = [Shown(head, at[head], at[""], PALETTE[n % len(PALETTE)]) for n, head in enumerate(columns)]
        self.charts.add("line", title, shown, "share", "", dates=len(self.months))

    def _money(
        self, kind: str, title: str, shown: Sequence[Shown], scale: int, subtype: str = "", dates: int = 0
    ) -> None:
        unit = unit_name("money", scale, self.cube.currency, self.labels)
        self.charts.add(kind, title, shown, "money", unit, scale, subtype, dates)

    def _named(self, found: Mapping[str, Reals]) -> dict[str, list[float]]:
        """Series that are not 0 throughout, by their names in words, each its own."""
        return {
            self.labels.name(name): values.tolist() for name, values in found.items() if np.nan_to_num(values).any()
        }

    def _line(self, name: str) -> str:
        label = self.labels.line(name)
        return label[:1].upper() + label[1:]


def _thin(level: str) -> dict[str, object]:
    """The median is drawn thick, its bands thin."""
    return {} if level == "p50" else {"line": {"color": OF_FAN[level], "width": 1.25}}


def _stood(start: float, end: float) -> tuple[float, float, float, float]:
    """A step as columns above 0 (unseen, seen) and below it (unseen, seen)."""
    low, high = min(start, end), max(start, end)
    base_up, base_down = max(0.0, low), min(0.0, high)
    return base_up, max(0.0, high) - base_up, base_down, min(0.0, low) - base_down
