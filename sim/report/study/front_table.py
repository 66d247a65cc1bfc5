"""The first table of an answer on its front sheet: the figures that the sentences speak of, read from their cells."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from typing import Any

from sim.report.sheets.formats import scale_of_sheet, unit_name
from sim.report.sheets.front import LAST, Front
from sim.report.sheets.places import on, ref
from sim.report.study.words import Words, unit_of
from sim.report.study.workbook_table import FIRST, TableSheet

MOST_ROWS = 10
NOT_NAMES = ("unit", "text")
Row = Mapping[str, Any]


class FrontTable:
    """A few rows and columns of a table."""

    def __init__(self, front: Front, table: TableSheet, words: Words) -> None:
        self.front, self.table, self.words = front, table, words
        numbers = [name for name in table.at if name in table.one.frame.columns and table.is_number(name)]
        self.numbers = numbers[:LAST]
        texts = [str(name) for name in table.one.frame.columns if not table.is_number(str(name))]
        self.names = [name for name in texts if name not in NOT_NAMES and self._tells(name)]

    def fill(self) -> None:
        """Headings, and rows with their units."""
        if not (self.numbers and self.table.rows):
            return
        heads = [self.words.column(name) for name in self.numbers]
        self.front.section(self.words.title("table", self.table.one.name), heads)
        for position, row in enumerate(self.table.rows[:MOST_ROWS]):
            self._row(FIRST + position, row)

    def _tells(self, name: str) -> bool:
        """Whether a column of names tells rows apart."""
        values = [row.get(name) for row in self.table.rows]
        return len(set(map(str, values))) > 1 and not any(isinstance(value, bool) for value in values)

    def _row(self, at: int, row: Row) -> None:
        units = {name: unit_of(self.table.one, name, row) for name in self.numbers}
        money = [float(row[name]) for name, unit in units.items() if unit == "money" and _known(row[name])]
        scale = scale_of_sheet(money)
        unit = unit_name("money", scale, self.words.numbers.currency, self.words.labels) if money else ""
        label = " · ".join(self.words.cell(name, row[name]) for name in self.names)
        self.front.label(", ".join(filter(None, (label, unit))))
        for column, (name, of) in enumerate(units.items(), 1):
            if _known(row[name]):
                place = on(self.table.sheet.get_name(), ref(at, self.table.at[name]))
                self.front.book.formula(self.front.sheet, self.front.row, column, place, float(row[name]), of, scale)
        self.front.row += 1


def _known(value: Any) -> bool:
    return value is not None and isfinite(float(value))
