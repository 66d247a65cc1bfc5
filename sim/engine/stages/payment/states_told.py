"""What rules may want to know of a partner as of the last close: arrears, rating, answers of customers, incidents."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sim.base.columns import Table
from sim.policy.book import Book

_COLUMNS: dict[str, Callable[[Table], Any]] = {
    "arrears": lambda table: table.arrears_premium,
    "outstanding": lambda table: table.receivable,
    "rating": lambda table: table.rating,
    "answers": lambda table: table.survey_answers,
    "score": lambda table: table.survey_score,
    "incidents": lambda table: table.incidents,
}


def told(book: Book, table: Table) -> dict[str, Any]:
    """The optional facts that rules of the book read, by name; live views of the partners' table."""
    columns = ((name, column(table)) for name, column in _COLUMNS.items() if name in book.needs.wants)
    return {name: column if column.ndim == 1 else column[0] for name, column in columns if len(column)}
