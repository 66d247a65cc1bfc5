"""What of a table was read otherwise than it is written, so that it can be said once all was read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from sim.base.written.written_cells import cut, spreadsheet_cell, without_mark

MOST_SHOWN = 5
MOST_KEPT = 1_000  # others are only counted, once for each cell: a file may hold millions of them
Written = TypeVar("Written")
Value = TypeVar("Value")


@dataclass
class Firsts(Generic[Written, Value]):
    """What is written first of its kind, with what is to be said of it, and how many others there are."""

    kept: dict[Written, Value] = field(default_factory=dict)
    others: int = 0

    def add(self, written: Written, value: Value) -> None:
        """Another, or the same again."""
        if len(self.kept) < MOST_KEPT:
            self.kept.setdefault(written, value)
        else:
            self.others += written not in self.kept


@dataclass
class ReadOtherwise:
    """Numbers with separators, names in another spelling, texts that are marked, each with its first line."""

    grouped: Firsts[str, tuple[int, float]] = field(default_factory=Firsts)
    """numbers by how they are written"""
    spelled: Firsts[tuple[str, str, str], int] = field(default_factory=Firsts)
    """column, name as written and as read"""
    formulas: Firsts[str, int] = field(default_factory=Firsts)
    """texts that a spreadsheet would take for formulas"""

    def texts(self, cells: Iterable[str], lines: Iterable[int]) -> list[str]:
        """Cells without the marks of a spreadsheet; what it would take for a formula is remembered."""
        found = [*map(without_mark, cells)]
        for cell, line in zip(found, lines, strict=False):
            if spreadsheet_cell(cell) != cell:
                self.formulas.add(cell.strip(), line)
        return found

    def said(self, kind: str, file: str) -> Iterator[tuple[str, str]]:
        """Code and text of each note on a file of a kind."""
        if numbers := self.grouped.kept:
            said = [f'"{cut(text)}" (line {line}) as {value:.15g}' for text, (line, value) in numbers.items()]
            yield "grouped", f"numbers with separators were read: {some(said, self.grouped.others)}"
        if names := self.spelled.kept:
            said = [
                f'{column} "{cut(text)}" (line {line}) as "{cut(name)}"' for (column, text, name), line in names.items()
            ]
            yield (
                "spelling",
                f"names that differ only in how they are written are one: {some(said, self.spelled.others)}",
            )
        if formulas := self.formulas.kept:
            said = [f'"{cut(text)}" (line {line})' for text, line in formulas.items()]
            which = some(said, self.formulas.others)
            yield (
                "formulas",
                (
                    f"texts that a spreadsheet would take for formulas: {which}; copies of the {kind} have an "
                    f"apostrophe before them, which reading takes off again; the raw file, {file}, stays as it is"
                ),
            )


def some(said: Sequence[str], others: int = 0) -> str:
    """The first of a list, and how many more there are, with others beside it."""
    more = f", and {len(said) - MOST_SHOWN + others} more" if len(said) > MOST_SHOWN else ""
    return ", ".join(said[:MOST_SHOWN]) + more
