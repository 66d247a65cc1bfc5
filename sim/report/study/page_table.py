"""A table of an answer as its page shows it: intervals below their figures, and no more columns than have room."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sim.experiments.answer import Table
from sim.report.study.cells import Grid, Head, grid
from sim.report.study.table_files import table_file
from sim.report.study.words import Words

LONG = 30  # rows from which a table is shown folded
MOST_ROWS = 2000  # of a table on the page; the file has all
ROOM, GAP = 138, 2  # letters that stand side by side on a wide page, and between two columns
LONGEST = 24  # letters of a text that is not broken
UNIT, LINE = "unit", "line"
Cell = str | dict[str, str]


def page_table(one: Table, words: Words) -> dict[str, Any]:
    """Title, heads, rows, and what the page leaves to the file."""
    shown = grid(_moved(one), words, MOST_ROWS)
    kept = _telling(shown, _owners(shown.heads))
    columns = [_column(shown, at, ends) for at, ends in kept.items()]
    room = _room([shown.heads[at] for at in kept], columns)
    heads = [shown.heads[at] for at in kept][:room]
    left = "" if room == len(kept) else words.labels("word.more_columns", file=table_file(one), n=len(kept) - room)
    return {
        "title": words.title("table", one.name), "heads": heads, "rows": list(zip(*columns[:room], strict=True)),
        "count": words.labels("word.rows", n=words.numbers.count(len(one.frame))), "left": left,
        "folded": len(one.frame) > LONG, "cut": len(one.frame) > MOST_ROWS,
    }  # fmt: skip


def _moved(one: Table) -> Table:
    """Of an income statement the lines that are not 0 throughout."""
    if LINE not in one.frame:
        return one
    numbers = one.frame.select_dtypes("number")
    return replace(one, frame=one.frame[(numbers.fillna(0.0) != 0.0).any(axis=1)])


def _owners(heads: Sequence[Head]) -> dict[int, tuple[int, int]]:
    """Column of a figure -> those of the ends of its interval: `x_low` and `x_high`, or `low` and `high` behind it."""
    at = {head.name: place for place, head in enumerate(heads)}
    found = {
        at[name]: (at[f"{name}_low"], at[f"{name}_high"])
        for name in at if f"{name}_low" in at and f"{name}_high" in at
    }  # fmt: skip
    if "low" in at and at.get("high") == at["low"] + 1 and at["low"]:
        found[at["low"] - 1] = (at["low"], at["high"])
    return found


def _telling(shown: Grid, owners: Mapping[int, tuple[int, int]]) -> dict[int, tuple[int, int] | None]:
    """Columns that are shown, each with its ends: without those and without texts that are all alike."""
    ends = {at for pair in owners.values() for at in pair}
    alike = {
        at for at, head in enumerate(shown.heads)
        if head.text and head.name != UNIT and len(shown.rows) > 1 and len({row[at] for row in shown.rows}) == 1
    }  # fmt: skip
    return {at: owners.get(at) for at in range(len(shown.heads)) if at not in ends | alike}


def _column(shown: Grid, at: int, ends: tuple[int, int] | None) -> list[Cell]:
    if ends is None:
        return [row[at] for row in shown.rows]

    def known(*texts: str) -> bool:
        return any(character.isdigit() for text in texts for character in text)

    spans = [(row[at], row[ends[0]], row[ends[1]]) for row in shown.rows]
    return [{"value": text, "between": f"{low} … {high}"} if known(low, high) else text for text, low, high in spans]


def _room(heads: Sequence[Head], columns: Sequence[Sequence[Cell]]) -> int:
    """How many columns have room side by side; two at least."""
    used = 0
    for at, (head, cells) in enumerate(zip(heads, columns, strict=True)):
        words = max(map(len, head.title.split()), default=0)
        used += GAP + max(words, min(max(map(_width, cells), default=0), LONGEST))
        if used > ROOM and at >= 2:
            return at
    return len(heads)


def _width(cell: Cell) -> int:
    return len(cell) if isinstance(cell, str) else max(map(len, cell.values()))
