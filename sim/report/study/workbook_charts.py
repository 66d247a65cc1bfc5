"""The charts of an answer as native ones: lines, bars and points with their intervals; maps as coloured cells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from sim.base.arrays import Reals
from sim.experiments.answer import Answer, Lines, Map, Series
from sim.report.pages.colours import PALETTE
from sim.report.sheets.formats import scale_of_sheet, unit_name
from sim.report.sheets.native_charts import NativeCharts, Shown, month_of
from sim.report.sheets.spreadsheet import Book
from sim.report.study.axes import largest
from sim.report.study.words import Words

Head = tuple[str, tuple[str, ...], tuple[str, ...]]
"""columns of a series, of how far its interval reaches, of its ends"""
SIGNED, RISING = ("#EBA491", "#FFFFFF", "#9CC2E0"), ("#FFFFFF", "#CFE0EF", "#9CC2E0")
"""colours of least, middle and most: light, for figures stand on them"""
MOST_SERIES = 200
"""columns of a chart's figures: charts of more are left to the page"""


class WorkbookCharts:
    """Puts the charts of an answer on their sheet."""

    def __init__(self, book: Book, answer: Answer, words: Words) -> None:
        self.book, self.words = book, words
        self.lines = [one for one in answer.charts if isinstance(one, Lines) and _drawable(one)]
        self.maps = [one for one in answer.charts if isinstance(one, Map)]

    def fill(self) -> None:
        """Charts, and a sheet for each map."""
        if self.lines:
            self.charts = NativeCharts(self.book)
        for one in self.lines:
            self._lines(one)
        for plane in self.maps:
            self._map(plane)

    def first(self, most: int) -> list[Any]:
        """The first charts once more, for the front sheet."""
        return [self.charts.again(self._title(one)) for one in self.lines[:most]]

    def _title(self, one: Lines | Map) -> str:
        return self.words.title("chart", one.name)

    def _lines(self, one: Lines) -> None:
        scale = scale_of_sheet([largest([part for series in one.series for part in series.parts])])
        scale = scale if one.unit == "money" else 0
        x, dated = self._along(one)
        columns: dict[str, Sequence[float]] = {}
        heads = [self._columns(series, columns) for series in one.series]
        x_name = self.words.column(one.x_label)
        at = self.charts.data(self._title(one), x_name, x, columns, one.unit, scale)
        shown = [
            shown for n, head in enumerate(heads) for shown in self._shown(one, head, at, PALETTE[n % len(PALETTE)])
        ]
        unit = unit_name(one.unit, scale, self.words.numbers.currency, self.words.labels)
        kind, look = self._kind(one, dated)
        self.charts.add(kind, self._title(one), shown, one.unit, unit, scale, look, len(x) if dated else 0,
                        "" if dated else x_name)  # fmt: skip

    def _kind(self, one: Lines, dated: bool) -> tuple[str, str]:
        """Kind of native chart: over numbers lines and points stand where their x is."""
        named = dated or isinstance(one.x[0], str)
        if one.kind in ("bars", "lying", "waterfall") or (one.kind == "points" and named):
            return "column", ""
        return ("line", "") if named else ("scatter", "straight" if one.kind == "lines" else "")

    def _shown(self, one: Lines, head: Head, at: Mapping[str, str], colour: str) -> Iterator[Shown]:
        """A series with its interval: whiskers, of a line thin ones beside it."""
        name, reach, ends = head
        if one.kind != "lines":
            yield Shown(name, at[name], at[""], colour, ends=(at[reach[0]], at[reach[1]]) if reach else None)
            return
        yield Shown(name, at[name], at[""], colour)
        thin = {"line": {"color": colour, "width": 1, "dash_type": "dash"}}
        yield from (Shown("", at[end], at[""], colour, thin) for end in ends)

    def _columns(self, series: Series, columns: dict[str, Sequence[float]]) -> Head:
        """Columns of a series, with how far its interval reaches and where it ends."""
        name = self._free(self.words.series(series.name), columns)
        columns[name] = np.asarray(series.y, dtype=np.float64).tolist()
        if series.low is None or series.high is None:
            return name, (), ()
        heads = {key: self.words.labels(f"book.{key}") for key in ("minus", "plus", "from", "to")}
        named = {key: self._free(f"{name}: {head}", columns) for key, head in heads.items()}
        values = {"minus": series.y - series.low, "plus": series.high - series.y, "from": series.low, "to": series.high}
        columns |= {named[key]: np.asarray(found, dtype=np.float64).tolist() for key, found in values.items()}
        return name, (named["minus"], named["plus"]), (named["from"], named["to"])

    def _free(self, name: str, taken: dict[str, Sequence[float]]) -> str:
        """A name that no other column has."""
        return next(one for n in range(1, MOST_SERIES) if (one := name if n == 1 else f"{name} ({n})") not in taken)

    def _along(self, one: Lines) -> tuple[list[Any], bool]:
        """x as it is written, and whether it is months."""
        if not len(one.x) or not isinstance(one.x[0], str):
            return [float(value) for value in one.x], False
        if one.x_label == "month":
            return [month_of(month) for month in one.x], True
        return [self.words.cell(one.x_label, name) for name in one.x], False

    def _map(self, one: Map) -> None:
        """Figures of a plane in cells that take the colour of what they hold; y rises upwards."""
        sheet, scale = self.book.sheet(self._title(one)), 0
        if one.unit == "money":
            scale = scale_of_sheet([largest([one.z])])
        unit = unit_name(one.unit, scale, self.words.numbers.currency, self.words.labels)
        self.book.text(sheet, 0, 0, ", ".join(filter(None, (self._title(one), unit))), bold=True, font_size=14)
        y_name, x_name = self.words.column(one.y_label), self.words.column(one.x_label)
        self.book.text(sheet, 2, 0, f"{y_name} \\ {x_name}", bold=True, bottom=1, text_wrap=True)
        for column, value in enumerate(one.x, 1):
            self.book.number(sheet, 2, column, float(value), one.x_unit, bold=True, bottom=1)
        order = np.argsort(one.y)[::-1]
        for row, at in enumerate(order, 3):
            self.book.number(sheet, row, 0, float(one.y[at]), one.y_unit, bold=True)
            self._row(sheet, row, one.z[at], one.unit, scale)
        self._coloured(sheet, one.z)
        sheet.set_column(0, 0, 30)
        sheet.freeze_panes(3, 1)

    def _row(self, sheet: Any, row: int, values: Reals, unit: str, scale: int) -> None:
        for column, value in enumerate(values, 1):
            if np.isfinite(value):
                self.book.number(sheet, row, column, float(value), unit, scale)

    def _coloured(self, sheet: Any, z: Reals) -> None:
        signed = bool(np.nanmin(z, initial=0.0) < 0 < np.nanmax(z, initial=0.0))
        low, middle, high = SIGNED if signed else RISING
        how: dict[str, Any] = {"type": "3_color_scale", "min_color": low, "mid_color": middle, "max_color": high}
        if signed:
            how |= {"mid_type": "num", "mid_value": 0}
        sheet.conditional_format(3, 1, 2 + z.shape[0], z.shape[1], how)


def _drawable(one: Lines) -> bool:
    return len(one.x) > 0 and 0 < len(one.series) * 5 <= MOST_SERIES
