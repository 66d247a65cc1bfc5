"""Ids of a roster: plain texts, and no two that read alike."""

from __future__ import annotations

from array import array
from itertools import compress

import numpy as np

from sim.base.spelling import difference, read_alike, reading_alike, tidied
from sim.scenario.language.csv_table import LONGEST_ID, Block, Sheet, is_plain
from sim.scenario.language.roster_parts.texts_held import Texts, TextsRead

RESERVED_ID, RESERVED_BEGINNING = "@direct", "@own."


class Ids:
    """Ids as they are being read, and the line of each."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.lines = array("q")
        self._read = TextsRead()
        self._alike = array("q")  # a hash of what those have in common that read alike

    def take(self, block: Block) -> None:
        """The next lines of the file."""
        written = [text.strip() for text in block.fields["id"]]
        names = tidied(written)
        if names != written or not _all_plain(names):
            for line, text, name in zip(block.lines, written, names, strict=True):
                self._look(line, text, name)
        self.lines.extend(block.lines)
        self._alike.extend(map(hash, reading_alike(names)))
        self._read.extend(names)

    def names(self) -> Texts:
        """All ids, in the order of the file."""
        return self._read.texts()

    def line_of(self, name: str) -> int:
        """The line of an id."""
        return next(line for line, one in zip(self.lines, self.names(), strict=True) if one == name)

    def tell_apart(self) -> None:
        """Report ids that are not the only ones to read as they do: few of a million have the hash of another."""
        hashes = np.frombuffer(self._alike, dtype=np.int64)
        ranked = np.sort(hashes)
        several = ranked[1:][ranked[1:] == ranked[:-1]]
        if not several.size:
            return
        first: dict[str, tuple[str, int]] = {}
        for name, line in compress(zip(self.names(), self.lines, strict=True), np.isin(hashes, several)):
            if _fault(name) is None:
                other, before = first.setdefault(read_alike(name), (name, line))
                if before != line:
                    self.sheet.fault(line, "id", *_twice(name, other, before))

    def _look(self, line: int, written: str, name: str) -> None:
        if fault := _fault(name):
            self.sheet.fault(line, "id", *fault)
        if name != written:
            self.sheet.read_as(line, "id", written, name)


def _all_plain(names: list[str]) -> bool:
    """Whether no id of many needs a closer look."""
    whole = "".join(names)
    return whole.isprintable() and "@" not in whole and all(names) and max(map(len, names)) <= LONGEST_ID


def _fault(name: str) -> tuple[str, str] | None:
    """What is wrong with an id by itself, and the remedy."""
    if not name:
        return "an empty id", "every partner needs an id of its own"
    if not is_plain(name) or name == RESERVED_ID or name.startswith(RESERVED_BEGINNING):
        return f'"{name[:40]}" cannot be an id', f"plain text up to {LONGEST_ID} characters"
    return None


def _twice(name: str, other: str, line: int) -> tuple[str, str]:
    if name == other:
        return f"duplicate id {name}, also in line {line}", "ids must differ"
    what = f"the id {name} differs from {other} in line {line} in {difference(name, other)} only"
    return what, "ids must differ in more"
