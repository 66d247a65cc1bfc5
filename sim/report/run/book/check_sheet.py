"""What must foot, a row each: the difference that a live formula finds, 0 as delivered."""

from __future__ import annotations

from collections.abc import Sequence

from sim.report.sheets.places import on, ref, span
from sim.report.sheets.spreadsheet import MUTED, Book

HEAD = 3
SAID, GAP = 100, 16  # widths


class CheckSheet:
    """Collects differences, then shows them."""

    def __init__(self, book: Book) -> None:
        self.book, self.sheet = book, book.sheet(book.labels("sheet.checks"))
        self.rows: list[tuple[str, str]] = []

    def add(self, said: str, formula: str) -> None:
        """A difference that must be 0."""
        self.rows.append((said, formula))

    def largest_of(self, said: str, places: Sequence[str]) -> None:
        """The largest of cells that must be 0."""
        if places:
            self.add(said, _largest(",".join(places)))

    @property
    def largest(self) -> str:
        """The cell of the largest difference of all, as other sheets name it."""
        return on(self.sheet.get_name(), ref(HEAD + 1 + len(self.rows), 1))

    def fill(self) -> None:
        """Headings, rows, the largest."""
        book, labels, last = self.book, self.book.labels, HEAD + len(self.rows)
        book.text(self.sheet, 0, 0, labels("section.checks"), bold=True, font_size=14)
        book.text(self.sheet, 1, 0, labels("about.checks"), font_color=MUTED)
        for column, (key, width) in enumerate((("book.check", SAID), ("book.difference", GAP))):
            align = "right" if column else "left"
            book.text(self.sheet, HEAD, column, labels(key), bold=True, bottom=1, align=align)
            self.sheet.set_column(column, column, width)
        for row, (said, formula) in enumerate(self.rows, HEAD + 1):
            book.text(self.sheet, row, 0, said, text_wrap=True)
            book.formula(self.sheet, row, 1, formula, 0.0, "gap")
        book.text(self.sheet, last + 1, 0, labels("book.largest"), bold=True, top=1)
        cells = span((HEAD + 1, 1), (last, 1))
        book.formula(self.sheet, last + 1, 1, _largest(cells), 0.0, "gap", bold=True, top=1)
        self.sheet.freeze_panes(HEAD + 1, 0)


def _largest(cells: str) -> str:
    return f"MAX(MAX({cells}),-MIN({cells}))"
