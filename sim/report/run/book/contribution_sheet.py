"""Who earns, who costs: a table of products, of types of partner and of business, whose sums are live formulas.

Each part's contribution adds up its components; with the lines that belong to no part every table comes to the
underwriting result, that of the statements but for the rounding of their mean.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite

from sim.judgement.contribution_table import LINE, TOTAL, Row, rows
from sim.report.run.who_earns import GROUPINGS, RECOVERIES, WhoEarns
from sim.report.sheets.formats import scale_of_sheet, unit_name
from sim.report.sheets.places import on, ref, span
from sim.report.sheets.spreadsheet import MUTED, SHADE, Book
from sim.results.contribution import COMPONENTS, Contributions

HEAD = 3
NAMES, AMOUNT = 34, 13  # widths
PREMIUM = "premium_earned"
AFTER = ("margin", "from", "to", "of_premium", "minus", "plus")
"""columns that follow the components; the last two are read by charts, and not printed"""


class ContributionSheet:
    """The sheet of contribution margins; `tops` are the rows of the first and last part of each grouping."""

    def __init__(self, book: Book, found: Contributions, words: WhoEarns, currency: str) -> None:
        self.book, self.words, self.labels = book, words, book.labels
        self.rows: list[Row] = list(rows(found))
        self.parts = [row for row in self.rows if row.grouping in GROUPINGS]
        self.shown = [name for name in COMPONENTS if any(row.components[name] for row in self.parts)]
        self.columns = {name: 1 + n for n, name in enumerate((*self.shown, *AFTER))}
        self.scale = scale_of_sheet([row.margin.figure for row in self.rows])
        self.unit = unit_name("money", self.scale, currency, self.labels)
        self.sheet = book.sheet(self.labels("sheet.contribution"), pages_high=1)
        self.tops: dict[str, tuple[int, int]] = {}
        self.gaps: dict[str, str] = {}

    def fill(self, in_statements: tuple[str, float]) -> None:
        """All tables; `in_statements` is the cell of the underwriting result and what it holds."""
        self.book.text(self.sheet, 0, 0, self.labels("section.contribution"), bold=True, font_size=14)
        self.book.text(self.sheet, 1, 0, f"{self.labels('about.contribution')} {self.unit}", font_color=MUTED)
        row = HEAD
        for name in GROUPINGS:
            row = self._table(name, row, in_statements) + 2
        self.sheet.set_column(0, 0, NAMES)
        self.sheet.set_column(1, len(self.columns), AMOUNT)
        self.sheet.freeze_panes(HEAD, 1)
        self.sheet.print_area(0, 0, row, self.columns["of_premium"])

    def cells(self, grouping: str, column: str) -> str:
        """The parts' cells of a column, as other sheets name them; column 0 by an empty name."""
        first, last = self.tops[grouping]
        at = self.columns[column] if column else 0
        return on(self.sheet.get_name(), span((first, at), (last, at)))

    def _table(self, grouping: str, row: int, in_statements: tuple[str, float]) -> int:
        self._heads(grouping, row)
        first = row + 1
        for row, one in enumerate((one for one in self.parts if one.grouping == grouping), first):
            self._part(one, row)
        self.tops[grouping] = first, row
        for row, one in enumerate((one for one in self.rows if one.grouping == LINE), row + 1):  # noqa: B020
            self.book.text(self.sheet, row, 0, self.words.label(one))
            self._margin(one, row)
        return self._total(grouping, first, row + 1, in_statements)

    def _heads(self, grouping: str, row: int) -> None:
        self.sheet.set_row(row, 32)
        title = self.labels(f"section.contribution_{grouping}")
        self.book.text(self.sheet, row, 0, title, bold=True, bottom=1, text_wrap=True)
        for name, column in self.columns.items():
            group = "book" if name in AFTER else "contribution" if name == RECOVERIES else "step"
            head = self.labels(f"{group}.{name}")
            self.book.text(self.sheet, row, column, head, bold=True, bottom=1, text_wrap=True, align="right")

    def _part(self, one: Row, row: int) -> None:
        self.book.text(self.sheet, row, 0, self.words.label(one))
        for name in self.shown:
            self.book.number(self.sheet, row, self.columns[name], one.components[name], "money", self.scale)
        cells = span((row, 1), (row, len(self.shown)))
        self._margin(one, row, f"SUM({cells})")
        if premium := one.components[PREMIUM]:
            text = f"{self._at(row, 'margin')}/{self._at(row, PREMIUM)}"
            self.book.formula(
                self.sheet, row, self.columns["of_premium"], text, one.margin.figure / premium, "share", bold=False
            )

    def _margin(self, one: Row, row: int, formula: str = "") -> None:
        """The margin, its interval, and how far that reaches."""
        figure, low, high = one.margin.figure, one.margin.low, one.margin.high
        column, how = self.columns["margin"], {"bold": True}
        if formula:
            self.book.formula(self.sheet, row, column, formula, figure, "money", self.scale, **how)
        else:
            self.book.number(self.sheet, row, column, figure, "money", self.scale, **how)
        if not (isfinite(low) and isfinite(high)):
            return
        self.book.number(self.sheet, row, self.columns["from"], low, "money", self.scale)
        self.book.number(self.sheet, row, self.columns["to"], high, "money", self.scale)
        gaps = {"minus": (figure - low, "margin", "from"), "plus": (high - figure, "to", "margin")}
        for name, (gap, more, less) in gaps.items():
            text = f"{self._at(row, more)}-{self._at(row, less)}"
            self.book.formula(self.sheet, row, self.columns[name], text, gap, "money", self.scale, font_color=MUTED)

    def _total(self, grouping: str, first: int, row: int, in_statements: tuple[str, float]) -> int:
        """The sum, what the statements say, and the difference."""
        whole = next(one for one in self.rows if one.grouping == TOTAL)
        how = {"bold": True, "top": 1, "bg_color": SHADE}
        self.book.text(self.sheet, row, 0, self.words.label(whole), **how)
        for name in (*self.shown, "margin"):
            column = self.columns[name]
            last = self.tops[grouping][1] if name in self.shown else row - 1
            text, value = f"SUM({span((first, column), (last, column))})", self._sum(grouping, name, whole)
            self.book.formula(self.sheet, row, column, text, value, "money", self.scale, **how)
        column, gap = self.columns["margin"], ref(row + 2, self.columns["margin"])
        self._below(row + 1, "book.in_statements", *in_statements, "money")
        text = f"ROUND({ref(row + 1, column)}-{ref(row, column)},0)"
        self._below(row + 2, "book.difference", text, 0.0, "gap")
        self.gaps[grouping] = on(self.sheet.get_name(), gap)
        return row + 2

    def _below(self, row: int, key: str, formula: str, value: float, unit: str) -> None:
        self.book.text(self.sheet, row, 0, self.labels(key), font_color=MUTED)
        self.book.formula(self.sheet, row, self.columns["margin"], formula, value, unit, self.scale, font_color=MUTED)

    def _sum(self, grouping: str, name: str, whole: Row) -> float:
        amounts: Sequence[Mapping[str, float]] = [one.components for one in self.parts if one.grouping == grouping]
        return sum(one[name] for one in amounts) if name in self.shown else whole.margin.figure

    def _at(self, row: int, name: str) -> str:
        return ref(row, self.columns[name])
