"""A workbook: the same bytes for the same figures, texts that are never formulas, sheets that print as they look."""

from __future__ import annotations

import datetime
import io
import re
from collections.abc import Callable
from math import ceil
from pathlib import Path
from typing import Any

from sim.base.text import csv_safe, safe_text
from sim.report.language.labels import Labels
from sim.report.sheets.formats import number_format
from sim.report.sheets.places import quoted

CREATED = datetime.datetime(2000, 1, 1)  # the same bytes every time
OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
LONGEST_SHEET = 31
MOST_SHEETS = 200
A4 = 9
NARROW_MARGIN = 0.4  # inches
SIZE, LINE = 11, 15.0  # points: of letters, of a line
LETTERS_WIDE = 1.12  # letters of text on a unit of width
INK, MUTED, RULE, SHADE = "#1F2933", "#52606D", "#B8C2CC", "#EDF1F5"
VERDICTS = {"PASS": "#2F7D57", "FAIL": "#B5412A", "UNDECIDED": "#B7791F"}
_NOT_IN_SHEETS = re.compile(r"[\[\]:*?/\\']")


class Book:
    """Sheets under construction, in one language; formats are made once."""

    def __init__(self, made: Any, labels: Labels) -> None:
        self.made, self.labels = made, labels
        self._styles: dict[str, Any] = {}
        self._names: set[str] = set()

    def style(self, **how: Any) -> Any:
        """A format."""
        key = repr(sorted(how.items()))
        if key not in self._styles:
            self._styles[key] = self.made.add_format({"font_color": INK, "valign": "vcenter", **how})
        return self._styles[key]

    def sheet(self, name: str, portrait: bool = False, pages_high: int = 0) -> Any:
        """A new sheet, its name one that a workbook can hold; printed one page wide on A4."""
        stem = _NOT_IN_SHEETS.sub("-", safe_text(name))[:LONGEST_SHEET] or "sheet"
        free = (stem if n == 1 else f"{stem[: LONGEST_SHEET - 4]}-{n}" for n in range(1, MOST_SHEETS))
        chosen = next(one for one in free if one.lower() not in self._names)
        self._names.add(chosen.lower())
        sheet = self.made.add_worksheet(chosen)
        sheet.set_portrait() if portrait else sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.set_margins(*(NARROW_MARGIN,) * 4)
        sheet.fit_to_pages(1, pages_high)
        sheet.set_footer("&L&8&F&R&8&A, &P / &N")
        sheet.center_horizontally()
        sheet.hide_gridlines(2)
        return sheet

    def text(self, sheet: Any, row: int, column: int, text: str, **how: Any) -> None:
        """A text, never a formula, not even after it was edited."""
        sheet.write_string(row, column, safe_text(text), self.text_style(text, **how))

    def wide(self, sheet: Any, row: int, columns: tuple[int, int], text: str, **how: Any) -> None:
        """A text over columns of a row, broken into lines."""
        kept = {"text_wrap": True, **how}
        sheet.merge_range(row, columns[0], row, columns[1], "", self.text_style(text, **kept))
        self.text(sheet, row, columns[0], text, **kept)

    def high(self, sheet: Any, row: int, text: str, width: float, size: float = SIZE) -> None:
        """Make a row as high as a text that is broken into lines of a width needs."""
        lines = ceil(len(text) * (size / SIZE) / (width * LETTERS_WIDE)) or 1
        sheet.set_row(row, lines * LINE * size / SIZE + 2)

    def text_style(self, text: str, **how: Any) -> Any:
        """The format of a text: marked as one where a spreadsheet would take it for a formula."""
        shown = safe_text(text)
        return self.style(**how, **({"quote_prefix": True} if csv_safe(shown) != shown else {}))

    def number(self, sheet: Any, row: int, column: int, value: float, unit: str, scale: int = 0, **how: Any) -> None:
        """A figure in the format of its unit."""
        sheet.write_number(row, column, value, self.style(num_format=number_format(unit, scale), **how))

    def formula(
        self, sheet: Any, row: int, column: int, formula: str, value: float, unit: str, scale: int = 0, **how: Any
    ) -> None:
        """A live formula (without its `=`) and what it comes to."""
        style = self.style(num_format=number_format(unit, scale), **how)
        sheet.write_formula(row, column, f"={formula}", style, value)

    def link(self, sheet: Any, row: int, column: int, target: Any, text: str) -> None:
        """A link to another sheet."""
        style = self.text_style(text, font_color="#2B5F8C", underline=1)
        sheet.write_url(row, column, f"internal:{quoted(target.get_name())}!A1", style, safe_text(text))


def chart_text(text: str) -> str:
    """A text of a chart, which takes one that begins as a formula for a reference to cells."""
    return f"'{text}" if text.startswith("=") else text


def write(path: Path, title: str, labels: Labels, fill: Callable[[Book], None]) -> None:
    """Write a workbook; the same content gives the same bytes."""
    import xlsxwriter

    held = io.BytesIO()
    made = xlsxwriter.Workbook(held, OPTIONS)
    made.set_properties({"title": safe_text(title), "created": CREATED})
    made.set_calc_mode("auto")
    made.set_size(2400, 1500)  # of the window, in pixels
    fill(Book(made, labels))
    made.close()
    path.write_bytes(held.getvalue())
