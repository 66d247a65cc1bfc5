"""The front sheet: the verdict in its colour, why, then sections, on one printed page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sim.report.sheets.spreadsheet import LETTERS_WIDE, MUTED, RULE, SHADE, SIZE, VERDICTS, Book

WIDTHS = (44, 13, 13, 13, 13, 13)
LAST = len(WIDTHS) - 1
PIXELS = 7  # of a unit of width
HIGH, ROWS_HIGH = 260, 13  # of a chart: pixels, and the rows that it covers


class Front:
    """Writes down a front sheet, row by row; `row` is the next free one."""

    def __init__(self, book: Book, name: str) -> None:
        self.book, self.sheet, self.row = book, book.sheet(name, portrait=True, pages_high=1), 0
        for column, width in enumerate(WIDTHS):
            self.sheet.set_column(column, column, width)

    def title(self, title: str, below: str) -> None:
        """The title, and what stands under it."""
        self.paragraph(title, bold=True, font_size=16)
        if below:
            self.paragraph(below, font_color=MUTED)

    def verdict(self, key: str, said: str) -> None:
        """The verdict on its colour; without one, what is said alone."""
        how = {"bg_color": VERDICTS[key], "font_color": "#FFFFFF"} if key else {"bg_color": SHADE}
        word = f"{self.book.labels(f'verdict.{key}')}. " if key else ""
        self.row += 1
        self.paragraph(f"{word}{said}", bold=True, font_size=12, indent=1, **how)

    def section(self, heading: str, columns: Sequence[str] = ()) -> None:
        """A heading, and those of the columns beside it."""
        self.row += 1
        self.book.high(self.sheet, self.row, max(columns, key=len, default=""), WIDTHS[1])
        for column in range(LAST + 1):
            self.sheet.write_blank(self.row, column, None, self.book.style(bottom=1, bottom_color=RULE))
        self.label(heading, bold=True, bottom=1, bottom_color=RULE)
        for column, head in enumerate(columns, 1):
            how = {"bottom": 1, "bottom_color": RULE, "font_color": MUTED, "align": "right", "text_wrap": True}
            self.book.text(self.sheet, self.row, column, head, **how)
        self.row += 1

    def paragraph(self, text: str, **how: Any) -> None:
        """A text over the whole width."""
        self.book.high(self.sheet, self.row, text, sum(WIDTHS), how.get("font_size", SIZE))
        self.book.wide(self.sheet, self.row, (0, LAST), text, **how)
        self.row += 1

    def beside(self, name: str, text: str, **how: Any) -> None:
        """A name, and a text to its right."""
        self.book.high(self.sheet, self.row, text, sum(WIDTHS[1:]))
        self.book.text(self.sheet, self.row, 0, name, valign="top", text_wrap=True, bold=True, **how)
        self.book.wide(self.sheet, self.row, (1, LAST), text, valign="top")
        self.row += 1

    def label(self, text: str, **how: Any) -> None:
        """A name in the first column of the row."""
        if len(text) > WIDTHS[0]:
            self.book.high(self.sheet, self.row, text, WIDTHS[0] / LETTERS_WIDE)
        self.book.text(self.sheet, self.row, 0, text, text_wrap=True, **how)

    def pictures(self, charts: Sequence[Any]) -> None:
        """Charts side by side below what was written."""
        if not charts:
            return
        self.row += 1
        wide = sum(WIDTHS) * PIXELS // len(charts)
        for n, chart in enumerate(charts):
            chart.set_size({"width": wide, "height": HIGH})
            self.sheet.insert_chart(self.row, 0, chart, {"x_offset": n * wide, "object_position": 3})
        self.row += ROWS_HIGH

    def end(self) -> None:
        """What is printed: all that was written."""
        self.sheet.print_area(0, 0, self.row, LAST)
