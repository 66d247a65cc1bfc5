"""Where things stand on sheets: cells, ranges and sheets as formulas name them; rows and columns count from 0."""

from __future__ import annotations

from collections.abc import Sequence

LETTERS = 26


def column_name(column: int) -> str:
    """`A` of 0, `AA` of 26."""
    name = ""
    column += 1
    while column:
        column, letter = divmod(column - 1, LETTERS)
        name = chr(ord("A") + letter) + name
    return name


def ref(row: int, column: int) -> str:
    """A cell: `B3`."""
    return f"{column_name(column)}{row + 1}"


def span(first: tuple[int, int], last: tuple[int, int]) -> str:
    """Cells from (row, column) to (row, column): `B3:D3`."""
    return f"{ref(*first)}:{ref(*last)}"


def on(sheet: str, place: str) -> str:
    """A place on a sheet: `'By year'!B3`."""
    return f"{quoted(sheet)}!{place}"


def quoted(sheet: str) -> str:
    """A sheet's name as formulas have it."""
    return "'" + sheet.replace("'", "''") + "'"


def ranges(rows: Sequence[int], column: int) -> str:
    """Cells of rising rows of a column, as few ranges."""
    parts: list[list[int]] = []
    for row in rows:
        if parts and row == parts[-1][1] + 1:
            parts[-1][1] = row
        else:
            parts.append([row, row])
    return ",".join(span((first, column), (last, column)) for first, last in parts)
