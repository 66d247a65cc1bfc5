"""Statements by month, a sheet each, and by year on one sheet: totals, balances and years are live formulas.

Figures are the mean books of `income_balance_cash.csv`, to the minor unit. By month cash, capital and retained results
are carried forward from the month before; by year everything is read from the months.
"""

from __future__ import annotations

import datetime
from typing import Any

import numpy as np

from sim.base.units import MINOR_PER_MAJOR, MONTHS_PER_YEAR, month_name, month_ordinal
from sim.report.files import statements
from sim.report.files.statements import STOCKS, Line
from sim.report.run import series
from sim.report.run.book.statement_block import CLOSING, FIRST, OPENING, RESULT, WHOLE, Block, amounts_of
from sim.report.sheets.formats import MONTHS, scale_of_sheet, unit_name
from sim.report.sheets.places import on, ref, span
from sim.report.sheets.spreadsheet import MUTED, Book
from sim.results.cube import Cube

HEAD = 3  # row of the headings: title and what the figures are stand above
PRINTED = 56  # per cent: twelve months on a page
INCOME, CASH = "income_statement", "cash_flow"
SHEETS = {INCOME: "sheet.income", STOCKS: "sheet.balance", CASH: "sheet.cash"}
NAMES, PERIOD, TOTAL, YEAR = 38, 11, 14, 17  # widths
BALANCE_OF = {"capital": "capital_paid_in", "retained": "dividend_paid"}
"""line of the balance sheet -> flow of cash that moves it"""


class StatementSheets:
    """The sheets of the statements; `gaps` are the cells that must be 0."""

    def __init__(self, book: Book, cube: Cube) -> None:
        self.book, self.cube, self.labels = book, cube, book.labels
        lines = statements.lines(statements.of_mean(cube))
        self.yearly = statements.by_year(lines)
        largest = max(float(np.abs(line.amounts).max(initial=0)) for line in self.yearly) / MINOR_PER_MAJOR
        self.scale = scale_of_sheet([largest])
        self.blocks = {name: Block(_of(lines, name), HEAD + 1) for name in SHEETS}
        self.years_sheet = book.sheet(self.labels("sheet.years"), pages_high=1)
        self.sheets = {name: book.sheet(self.labels(key)) for name, key in SHEETS.items()}
        self.year_blocks: dict[str, Block] = {}
        self.years_head = HEAD
        self.gaps: list[str] = []

    def fill(self) -> None:
        """All four."""
        for name, block in self.blocks.items():
            self._months(name, block)
        self._years()

    def whole(self, statement: str, name: str) -> str:
        """The cell of a line over the whole horizon, on its sheet by month."""
        return self._at(statement, name, WHOLE)

    def amount(self, statement: str, name: str) -> float:
        """What that cell holds."""
        line = next(line for line in self.blocks[statement].lines if line.name == name)
        return amounts_of(line)[0]

    def has(self, name: str) -> bool:
        """Whether a line stands on the sheet by year."""
        return any(name in block.rows for block in self.year_blocks.values())

    def of_years(self, name: str) -> tuple[int, int, int]:
        """Row, first and last column of a line on the sheet by year."""
        block = next(block for block in self.year_blocks.values() if name in block.rows)
        return block.rows[name], FIRST, FIRST + len(series.years(self.cube)) - 1

    def _at(self, statement: str, name: str, column: int) -> str:
        return on(self.sheets[statement].get_name(), ref(self.blocks[statement].rows[name], column))

    def _months(self, name: str, block: Block) -> None:
        sheet, months = self.sheets[name], len(self.cube.months)
        self._above(sheet, self.labels("section.balance_by_month" if block.stock else f"section.{name}"))
        self._whole_head(sheet, HEAD, block)
        for t, month in enumerate(self.cube.months):
            self._date(sheet, HEAD, FIRST + t, month)
        block.write(self.book, sheet, self._month_formula, self.scale)
        if block.stock:
            self.gaps.append(on(sheet.get_name(), block.prove(self.book, sheet, 1 + months)))
        self._set_up(sheet, months, PERIOD)
        sheet.set_print_scale(PRINTED)
        sheet.set_v_pagebreaks(range(FIRST + MONTHS_PER_YEAR, FIRST + months, MONTHS_PER_YEAR))

    def _month_formula(self, line: Line, t: int) -> str | None:
        """Carried forward from the month before; None for what the model says."""
        block = self.blocks[line.statement]
        row, column = block.rows[line.name], FIRST + t
        if t < 0:
            return None if block.stock else self._over_horizon(line, row)
        if line.name == OPENING:
            return self._at(STOCKS, "cash", WHOLE) if t == 0 else ref(block.rows[CLOSING], column - 1)
        if line.statement == STOCKS and line.name == "cash":
            return self._at(CASH, CLOSING, column)
        if line.name in BALANCE_OF and line.statement == STOCKS:
            moved = [self._at(INCOME, RESULT, column)] if line.name == "retained" else []
            moved += self._flow(BALANCE_OF[line.name], column)
            return "+".join([ref(row, column - 1), *moved])
        return None

    def _flow(self, name: str, column: int) -> list[str]:
        return [self._at(CASH, name, column)] if name in self.blocks[CASH].rows else []

    def _over_horizon(self, line: Line, row: int) -> str:
        last = FIRST + len(self.cube.months) - 1
        return ref(row, FIRST) if line.name == OPENING else f"SUM({span((row, FIRST), (row, last))})"

    def _years(self) -> None:
        sheet, names, row = self.years_sheet, series.years(self.cube), HEAD
        self._above(sheet, self.labels("section.by_year"))
        for name in SHEETS:
            block = self.year_blocks[name] = Block(_of(self.yearly, name), row + 1)
            self.book.text(sheet, row, 0, self.labels(f"section.{name}"), bold=True, bottom=1)
            self._whole_head(sheet, row, block)
            for column, year in enumerate(names, FIRST):
                self.book.text(sheet, row, column, year, bold=True, bottom=1, align="right")
            block.write(self.book, sheet, self._year_formula, self.scale)
            if block.stock:
                self.gaps.append(on(sheet.get_name(), block.prove(self.book, sheet, 1 + len(names))))
            row = block.end + 2
        self._set_up(sheet, len(names), YEAR)

    def _year_formula(self, line: Line, year: int) -> str:
        """Read from the months: their sum, or what a balance begins or ends with."""
        row, months = self.year_blocks[line.statement].rows[line.name], len(self.cube.months)
        begin, end = year * MONTHS_PER_YEAR, min((year + 1) * MONTHS_PER_YEAR, months) - 1
        if line.statement == STOCKS:
            return self._at(STOCKS, line.name, WHOLE if year < 0 else FIRST + end)
        if year < 0:
            last = FIRST + len(series.years(self.cube)) - 1
            return ref(row, FIRST) if line.name == OPENING else f"SUM({span((row, FIRST), (row, last))})"
        if line.name == OPENING:
            return self._at(CASH, OPENING, FIRST + begin)
        there = self.blocks[line.statement].rows[line.name]
        sheet = self.sheets[line.statement].get_name()
        return f"SUM({on(sheet, span((there, FIRST + begin), (there, FIRST + end)))})"

    def _above(self, sheet: Any, title: str) -> None:
        unit = unit_name("money", self.scale, self.cube.currency, self.labels)
        said = self.labels("book.mean_of", n=len(self.cube.replications), unit=unit)
        self.book.text(sheet, 0, 0, title, bold=True, font_size=14)
        self.book.text(sheet, 1, 0, said, font_color=MUTED)

    def _whole_head(self, sheet: Any, row: int, block: Block) -> None:
        if block.stock and sheet is not self.years_sheet:
            self._date(sheet, row, WHOLE, month_name(month_ordinal(self.cube.months[0]) - 1))
            return
        key = "word.opening" if block.stock else "book.whole"
        self.book.text(sheet, row, WHOLE, self.labels(key), bold=True, bottom=1, align="right")

    def _date(self, sheet: Any, row: int, column: int, month: str) -> None:
        """A month as a date, which spreadsheets sort and chart."""
        day = datetime.datetime(int(month[:4]), int(month[5:7]), 1)
        form = MONTHS[self.labels.lang]
        sheet.write_datetime(row, column, day, self.book.style(num_format=form, bold=True, bottom=1, align="right"))

    def _set_up(self, sheet: Any, periods: int, wide: int) -> None:
        sheet.set_column(0, 0, NAMES)
        sheet.set_column(WHOLE, WHOLE, max(wide, TOTAL))
        sheet.set_column(FIRST, WHOLE + periods, wide)
        sheet.freeze_panes(HEAD + 1, FIRST)
        sheet.repeat_rows(0, HEAD)
        sheet.repeat_columns(0, WHOLE)


def _of(lines: list[Line], statement: str) -> list[Line]:
    return [line for line in lines if line.statement == statement]
