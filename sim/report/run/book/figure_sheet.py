"""Key figures with their intervals, one a row: of the whole, of products, types of partner and rules."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Any

from sim.base.text import safe_text
from sim.report.sheets.formats import number_format, scale_of_sheet, unit_name
from sim.report.sheets.places import on, ref
from sim.report.sheets.spreadsheet import MUTED, Book

if TYPE_CHECKING:
    from sim.judgement.result import Result

HEAD = 3
COLUMNS = ("kpi", "part", "unit", "mean", "low", "high", "half", "p5", "p50", "p95", "theory", "from_theory", "known",
           "name")  # fmt: skip
WORDS = {"part": "book.part", "low": "book.from", "high": "book.to", "half": "book.half",
         "from_theory": "book.from_theory", "known": "word.replications", "name": "book.name"}  # fmt: skip
WIDTHS = (44, 22, 10, 12, 12, 12, 11, 12, 12, 12, 12, 12, 9, 30)
AT = {name: column for column, name in enumerate(COLUMNS)}
FIGURES = ("mean", "low", "high", "p5", "p50", "p95", "theory")
FORMULAS = {"half": ("high", "low", "({high}-{low})/2"), "from_theory": ("mean", "theory", "{mean}-{theory}")}
"""column -> what it reads, and how"""


class FigureSheet:
    """The sheet of key figures; those of features that are off are left out."""

    def __init__(self, book: Book, result: Result) -> None:
        self.book, self.result, self.labels = book, result, book.labels
        self.sheet = book.sheet(self.labels("sheet.figures"))
        rows = result.kpi_rows
        self.rows = {name: row for name, row in rows.items() if row["known"] and result.figures[name].shown}
        self.at = {name: HEAD + 1 + n for n, name in enumerate(self.rows)}

    def fill(self) -> None:
        """Headings and rows."""
        self.book.text(self.sheet, 0, 0, self.labels("section.kpis"), bold=True, font_size=14)
        self.book.text(self.sheet, 1, 0, self.labels("book.intervals"), font_color=MUTED)
        for column, (name, width) in enumerate(zip(COLUMNS, WIDTHS, strict=True)):
            head = self.labels(WORDS.get(name, f"word.{name}"))
            align = "left" if column <= AT["unit"] or name == "name" else "right"
            self.book.text(self.sheet, HEAD, column, head, bold=True, bottom=1, text_wrap=True, align=align)
            self.sheet.set_column(column, column, width)
        self.book.high(self.sheet, HEAD, self.labels("book.from_theory"), WIDTHS[AT["from_theory"]])
        for name in self.rows:
            self._row(name)
        self.sheet.autofilter(HEAD, 0, HEAD + len(self.rows), len(COLUMNS) - 1)
        self.sheet.freeze_panes(HEAD + 1, 1)
        self.sheet.repeat_rows(0, HEAD)
        self.sheet.print_area(0, 0, HEAD + len(self.rows), AT["from_theory"])

    def shown(self, name: str) -> bool:
        """Whether a key figure has a row."""
        return name in self.rows

    def scale(self, name: str) -> int:
        """The power of ten in which the money of a row is shown."""
        return scale_of_sheet([self.rows[name]["mean"]]) if self.rows[name]["unit"] == "money" else 0

    def unit(self, name: str) -> str:
        """Its unit in words."""
        return unit_name(self.rows[name]["unit"], self.scale(name), self.result.cube.currency, self.labels)

    def known(self, name: str, column: str) -> bool:
        """Whether there is a figure in a column."""
        return isfinite(self.rows[name][column])

    def place(self, name: str, column: str) -> str:
        """A cell as other sheets name it."""
        return on(self.sheet.get_name(), ref(self.at[name], AT[column]))

    def _row(self, name: str) -> None:
        row, at, scale = self.rows[name], self.at[name], self.scale(name)
        head, _, part = name.partition(".")
        label = self.labels(f"kpi_of.{head}") if part and f"kpi_of.{head}" in self.labels else self.labels.kpi(name)
        texts = {"kpi": label, "part": self.labels.name(part) if part else self.labels("book.all"),
                 "unit": self.unit(name), "name": name}  # fmt: skip
        for column, text in texts.items():
            self.book.text(self.sheet, at, AT[column], safe_text(text), **self._muted(column))
        for column in FIGURES:
            if self.known(name, column):
                self.book.number(self.sheet, at, AT[column], row[column], row["unit"], scale, **self._bold(column))
        for column, (first, second, _) in FORMULAS.items():
            if self.known(name, first) and self.known(name, second):
                self._formula(name, column, at, scale)
        self.book.number(self.sheet, at, AT["known"], row["known"], "count")

    def _formula(self, name: str, column: str, at: int, scale: int) -> None:
        first, second, how = FORMULAS[column]
        row = self.rows[name]
        value = (row[first] - row[second]) / (2 if column == "half" else 1)
        text = how.format(**{key: ref(at, AT[key]) for key in (first, second)})
        style = self.book.style(num_format=number_format(row["unit"], scale), font_color=MUTED)
        self.sheet.write_formula(at, AT[column], f"={text}", style, value)

    def _bold(self, column: str) -> dict[str, Any]:
        return {"bold": True} if column == "mean" else {}

    def _muted(self, column: str) -> dict[str, Any]:
        return {"font_color": MUTED} if column in ("unit", "name") else {}
