"""Native charts, two in a row, over cells of other sheets; figures that stand nowhere else get a sheet of their own."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from math import isfinite
from typing import Any

from sim.report.sheets.formats import MONTHS, number_format
from sim.report.sheets.places import on, span
from sim.report.sheets.spreadsheet import INK, MUTED, Book, chart_text

WIDE, HIGH = 620, 400  # of a chart, pixels
ROWS_HIGH, COLUMNS_WIDE = 21, 10  # the cells that it covers
TOP = 6  # pixels above a chart
GRID = "#E4E8EC"
FEW_MONTHS, YEAR = 18, 12
FIGURES = 14  # width


@dataclass(frozen=True)
class Shown:
    """A series of a chart: cells of its figures, its name, how it looks; `ends` are cells below and above a figure."""

    name: str
    values: str
    categories: str
    colour: str
    look: Mapping[str, Any] = field(default_factory=dict)
    ends: tuple[str, str] | None = None
    points: Sequence[str] = ()
    """colour of each point, where they differ; an empty one is not drawn"""


class NativeCharts:
    """The sheet of charts and, to its right, that of the figures that they show."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.sheet = book.sheet(book.labels("sheet.charts"))
        self.held = book.sheet(book.labels("sheet.chart_data"))
        self.held.fit_to_pages(0, 1)
        self.placed, self.column = 0, 0
        self._drawn: dict[str, Callable[[], Any]] = {}

    def data(
        self,
        title: str,
        x_name: str,
        x: Sequence[Any],
        columns: Mapping[str, Sequence[float]],
        unit: str,
        scale: int = 0,
    ) -> dict[str, str]:
        """Write figures side by side; returns cells of each column by its name, of x by an empty one.

        `x` are months such as 2025-01 where `x_name` is that of months, else texts or numbers.
        """
        first, last = 2, 1 + len(x)
        self.book.text(self.held, 0, self.column, title, bold=True)
        found = {"": on(self.held.get_name(), span((first, self.column), (last, self.column)))}
        self._head(x_name)
        for row, value in enumerate(x, first):
            self._along(row, value)
        for name, values in columns.items():
            self.column += 1
            self._head(name)
            self._values(first, values, unit, scale)
            found[name] = on(self.held.get_name(), span((first, self.column), (last, self.column)))
        self.column += 2
        return found

    def _head(self, name: str) -> None:
        self.book.text(self.held, 1, self.column, name, bold=True, bottom=1, text_wrap=True)
        self.held.set_column(self.column, self.column, FIGURES)

    def _along(self, row: int, value: Any) -> None:
        if isinstance(value, datetime.datetime):
            style = self.book.style(num_format=MONTHS[self.book.labels.lang], align="left")
            self.held.write_datetime(row, self.column, value, style)
        elif isinstance(value, str):
            self.book.text(self.held, row, self.column, value)
        else:
            self.held.write_number(row, self.column, float(value), self.book.style(align="left"))

    def _values(self, first: int, values: Sequence[float], unit: str, scale: int) -> None:
        style = self.book.style(num_format=number_format(unit, scale))
        for row, value in enumerate(values, first):
            if isfinite(value):
                self.held.write_number(row, self.column, float(value), style)

    def add(
        self, kind: str, title: str, shown: Sequence[Shown], unit: str, unit_word: str, scale: int = 0,
        subtype: str = "", dates: int = 0, x_word: str = "",
    ) -> None:  # fmt: skip
        """A chart: `kind` is column, bar, line or scatter; `dates` the months along x; none where nothing is shown."""
        if not shown:
            return
        self._drawn[title] = partial(self._chart, kind, title, shown, unit, unit_word, scale, subtype, dates, x_word)
        chart = self._drawn[title]()
        chart.set_size({"width": WIDE, "height": HIGH})
        row, column = divmod(self.placed, 2)
        options = {"object_position": 3, "description": title, "y_offset": TOP}
        self.sheet.insert_chart(row * ROWS_HIGH, column * COLUMNS_WIDE, chart, options)
        self.placed += 1
        self.sheet.print_area(0, 0, (row + 1) * ROWS_HIGH - 1, 2 * COLUMNS_WIDE - 1)
        self.sheet.set_h_pagebreaks([n * ROWS_HIGH for n in range(2, row + 1, 2)])

    def again(self, title: str) -> Any:
        """A chart once more, for another sheet; None where there is none of this title."""
        return self._drawn[title]() if title in self._drawn else None

    def _chart(
        self, kind: str, title: str, shown: Sequence[Shown], unit: str, unit_word: str, scale: int, subtype: str,
        dates: int, x_word: str,
    ) -> Any:  # fmt: skip
        chart = self.book.made.add_chart({"type": kind, **({"subtype": subtype} if subtype else {})})
        for one in shown:
            chart.add_series(self._series(kind + subtype if kind == "scatter" else kind, one))
        chart.set_title(
            {"name": chart_text(title), "overlay": False, "name_font": {"size": 12, "bold": True, "color": INK}}
        )
        self._axes(chart, unit, unit_word, scale, dates, x_word)
        named = sum(1 for one in shown if one.name) > 1
        chart.set_legend(
            {"position": "bottom", "font": {"size": 9}, **self._unnamed(shown)} if named else {"none": True}
        )
        chart.show_blanks_as("gap")
        return chart

    def _unnamed(self, shown: Sequence[Shown]) -> dict[str, Any]:
        """Series without a name do not stand in the legend."""
        without = [n for n, one in enumerate(shown) if not one.name]
        return {"delete_series": without} if without else {}

    def _series(self, kind: str, one: Shown) -> dict[str, Any]:
        unseen = {"fill": {"none": True}, "border": {"none": True}}
        fill = {"fill": {"color": one.colour}} if one.colour else unseen
        line = {"line": {"color": one.colour, "width": 2}}
        found: dict[str, Any] = {
            "name": chart_text(one.name) or " ",
            "values": f"={one.values}",
            "categories": f"={one.categories}",
        }
        marked = {"marker": {"type": "circle", "size": 7, **fill}, "line": {"none": True}}
        drawn: dict[str, Any] = {"line": line, "scatterstraight": line, "scatter": marked}
        found |= drawn.get(kind, {**fill, "gap": 60}) | dict(one.look)
        if one.points:
            found["points"] = [{"fill": {"color": colour}} if colour else None for colour in one.points]
        if one.ends is not None:
            found["y_error_bars" if kind != "bar" else "x_error_bars"] = {
                "type": "custom", "minus_values": f"={one.ends[0]}", "plus_values": f"={one.ends[1]}",
                "line": {"color": MUTED},
            }  # fmt: skip
        return found

    def _axes(self, chart: Any, unit: str, unit_word: str, scale: int, dates: int, x_word: str) -> None:
        fonts = {"num_font": {"size": 9, "color": MUTED}, "name_font": {"size": 9, "bold": False, "color": MUTED}}
        form = f"#,##0{',' * (scale // 3)}" if unit == "money" else {"count": "#,##0"}.get(unit, "0%")
        form = "General" if unit == "number" else form
        named = {"name": chart_text(unit_word)} if unit_word else {}
        chart.set_y_axis({"num_format": form, "major_gridlines": {"visible": True, "line": {"color": GRID}},
                          "line": {"none": True}, **fonts, **named})  # fmt: skip
        x: dict[str, Any] = {**fonts, "label_position": "low", **({"name": chart_text(x_word)} if x_word else {})}
        if dates:
            yearly = dates > FEW_MONTHS
            x |= {"date_axis": True, "major_unit": YEAR if yearly else 1, "major_unit_type": "months",
                  "num_format": "yyyy" if yearly else MONTHS[self.book.labels.lang]}  # fmt: skip
        chart.set_x_axis(x)


def month_of(month: str) -> datetime.datetime:
    """2025-01 as a date."""
    return datetime.datetime(int(month[:4]), int(month[5:7]), 1)
