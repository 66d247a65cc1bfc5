"""What of a table was read otherwise than it is written, so that it can be said once all was read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from sim.base.written_cells import cut, spreadsheet_cell, without_mark

MOST_SHOWN = 5


@dataclass
class ReadOtherwise:
    """Numbers with separators, names in another spelling, texts that are marked, each with its first line."""

    grouped: dict[str, tuple[int, float]] = field(default_factory=dict)
    """numbers by how they are written"""
    spelled: dict[tuple[str, str, str], int] = field(default_factory=dict)
    """column, name as written and as read"""
    formulas: dict[str, int] = field(default_factory=dict)
    """texts that a spreadsheet would take for formulas"""

    def texts(self, cells: Sequence[str], line: int) -> list[str]:
        """Cells without the marks of a spreadsheet; what it would take for a formula is remembered."""
        found = [without_mark(cell) for cell in cells]
        for cell in found:
            if spreadsheet_cell(cell) != cell:
                self.formulas.setdefault(cell.strip(), line)
        return found

    def said(self, kind: str, file: str) -> Iterator[tuple[str, str]]:
        """Code and text of each note on a file of a kind."""
        if self.grouped:
            said = [f'"{cut(text)}" (line {line}) as {value:.15g}' for text, (line, value) in self.grouped.items()]
            yield "grouped", f"numbers with separators were read: {some(said)}"
        if self.spelled:
            said = [
                f'{column} "{cut(text)}" (line {line}) as "{cut(name)}"'
                for (column, text, name), line in self.spelled.items()
            ]
            yield "spelling", f"names that differ only in how they are written are one: {some(said)}"
        if self.formulas:
            said = [f'"{cut(text)}" (line {line})' for text, line in self.formulas.items()]
            yield (
                "formulas",
                (
                    f"texts that a spreadsheet would take for formulas: {some(said)}; copies of the {kind} have an "
                    f"apostrophe before them, which reading takes off again; the raw file, {file}, stays as it is"
                ),
            )


def some(said: Sequence[str]) -> str:
    """The first of a list, and how many more there are."""
    more = f", and {len(said) - MOST_SHOWN} more" if len(said) > MOST_SHOWN else ""
    return ", ".join(said[:MOST_SHOWN]) + more
