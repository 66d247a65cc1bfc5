"""A statement as rows of a sheet, and how its totals follow from the rows above them.

Column 1 stands for the whole horizon, of a balance sheet for its opening; periods follow from column 2 on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sim.base.units import MINOR_PER_MAJOR
from sim.report.files.statements import STOCKS, Line
from sim.report.sheets.places import ranges, ref, span
from sim.report.sheets.spreadsheet import MUTED, SHADE, Book

WHOLE, FIRST = 1, 2  # columns
OPENING, CLOSING, CHANGE, RESULT = "opening_cash", "closing_cash", "change_in_cash", "result"
SUMS = ("total", "subtotal", "closing")  # sections
ASSETS, LIABILITIES, EQUITY = "total_assets", "total_liabilities", "total_equity"
Leaf = Callable[[Line, int], str | None]
"""a line and its period (-1: column 1) -> the formula of its cell, None where it is a figure"""


class Block:
    """The rows of one statement; lines that are 0 in every period are left out."""

    def __init__(self, found: Sequence[Line], first_row: int) -> None:
        self.lines = [line for line in found if is_total(line) or line.section == "opening" or line.amounts.any()]
        self.statement = self.lines[0].statement
        self.rows = {line.name: first_row + n for n, line in enumerate(self.lines)}
        self.parts = self._parts()

    @property
    def stock(self) -> bool:
        """Whether it is a balance sheet."""
        return self.statement == STOCKS

    @property
    def end(self) -> int:
        """The first row below."""
        return max(self.rows.values()) + 1

    def _parts(self) -> dict[str, list[int]]:
        """Rows that each total adds up."""
        found: dict[str, list[int]] = {}
        since: list[int] = []
        for line in self.lines:
            if line.name == CLOSING:
                found[line.name] = [self.rows[OPENING], self.rows[CHANGE]]
            elif line.name == RESULT:
                found[line.name] = [self.rows[name] for name in found] + since
            elif is_total(line):
                found[line.name], since = since, []
            elif line.section != "opening":
                since.append(self.rows[line.name])
        return found

    def total(self, name: str, column: int) -> str | None:
        """The formula of a total; None of any other line."""
        if name not in self.parts:
            return None
        return f"SUM({ranges(self.parts[name], column)})" if self.parts[name] else "0"

    def write(self, book: Book, sheet: Any, leaf: Leaf, scale: int) -> None:
        """Labels, figures and formulas."""
        for line in self.lines:
            how = {"bold": True, "top": 1, "bg_color": SHADE} if is_total(line) else {}
            label = book.labels.line(line.name)
            book.text(sheet, self.rows[line.name], 0, label[:1].upper() + label[1:], **how)
            for column, amount in enumerate(amounts_of(line), WHOLE):
                self._cell(book, sheet, line, column, amount, leaf, scale, how)

    def _cell(
        self, book: Book, sheet: Any, line: Line, column: int, amount: float, leaf: Leaf, scale: int, how: Any
    ) -> None:
        row = self.rows[line.name]
        formula = self.total(line.name, column) or leaf(line, column - FIRST)
        if formula is None:
            book.number(sheet, row, column, amount, "money", scale, **how)
        else:
            book.formula(sheet, row, column, formula, amount, "money", scale, **how)

    def prove(self, book: Book, sheet: Any, columns: int) -> str:
        """A row below a balance sheet: assets less liabilities and equity; returns its cells."""
        row = self.end
        book.text(sheet, row, 0, book.labels("book.balances"), italic=True, font_color=MUTED)
        for column in range(WHOLE, WHOLE + columns):
            assets, debts, equity = (ref(self.rows[name], column) for name in (ASSETS, LIABILITIES, EQUITY))
            book.formula(sheet, row, column, f"ROUND({assets}-{debts}-{equity},2)", 0.0, "gap", font_color=MUTED)
        return span((row, WHOLE), (row, WHOLE + columns - 1))


def is_total(line: Line) -> bool:
    """Whether a line adds others up."""
    return line.section in SUMS or line.name.startswith("total_")


def amounts_of(line: Line) -> list[float]:
    """Figures of a row from column 1 on, major units."""
    amounts = line.amounts.tolist()
    if line.first >= 0:
        whole = amounts[0] if line.section == "opening" else amounts[-1] if line.section == "closing" else sum(amounts)
        amounts = [whole, *amounts]
    return [amount / MINOR_PER_MAJOR for amount in amounts]
