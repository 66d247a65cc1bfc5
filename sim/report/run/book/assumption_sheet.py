"""Every figure that the scenario states, with what vouches for it: a table to filter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.report.language import messages
from sim.report.language.numbers import Numbers
from sim.report.sheets.spreadsheet import MUTED, Book
from sim.scenario.show import Figure, figures

if TYPE_CHECKING:
    from sim.judgement.result import Result

HEAD = 3
COLUMNS = {"path": 50, "value": 26, "status": 13, "source": 60}
"""key of the heading -> width"""
WORDS = {"path": "word.path", "value": "word.value", "status": "book.status", "source": "book.source"}
LONGEST = 2000
STATUSES = {"sourced": "#2F7D57", "assumed": "#B7791F", "unstated": "#B5412A"}


def fill(book: Book, result: Result) -> None:
    """The sheet."""
    labels, sheet = book.labels, book.sheet(book.labels("sheet.assumptions"))
    found = figures(result.loaded)
    book.text(sheet, 0, 0, labels("section.figures"), bold=True, font_size=14)
    book.text(sheet, 1, 0, labels("about.figures"), font_color=MUTED)
    for column, (name, width) in enumerate(COLUMNS.items()):
        book.text(sheet, HEAD, column, labels(WORDS[name]), bold=True, bottom=1)
        sheet.set_column(column, column, width)
    for row, one in enumerate(found, HEAD + 1):
        for column, text in enumerate(_texts(one, book)):
            colour = {"font_color": STATUSES[one.status]} if column == 2 else {}
            book.text(sheet, row, column, text[:LONGEST], text_wrap=True, valign="top", **colour)
        texts = zip(_texts(one, book), COLUMNS.values(), strict=True)
        book.high(sheet, row, *max(texts, key=lambda text: len(text[0]) / text[1]))
    sheet.autofilter(HEAD, 0, HEAD + len(found), len(COLUMNS) - 1)
    sheet.freeze_panes(HEAD + 1, 1)
    sheet.repeat_rows(0, HEAD)


def _texts(one: Figure, book: Book) -> tuple[str, ...]:
    return (
        one.path,
        Numbers(book.labels, "").written(one.value),
        book.labels(f"status.{one.status}"),
        " ".join(messages.said(one.text, book.labels.lang).split()),
    )
