"""CSV files of users: UTF-8 or cp1251; comma, semicolon or tab; decimal commas; a fault has its line and column."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from io import BufferedReader, TextIOWrapper
from itertools import chain, count, repeat
from math import nan
from pathlib import Path as FilePath
from typing import Any, NamedTuple, TypeVar

from sim.base.spelling import commonest, looks_like, tidy, twins
from sim.base.written.written_cells import (
    Unreadable,
    cut,
    flag_in,
    may_hold_formulas,
    month_in,
    number_in,
    simple_numbers,
)
from sim.scenario.files.read_otherwise import ReadOtherwise
from sim.scenario.language.csv_bytes import CHUNK, LARGEST_FIELD, csv_file, delimiter_of, encoding_of, suspect
from sim.scenario.language.findings import Findings
from sim.scenario.language.nodes import Origin
from sim.scenario.language.suggestions import did_you_mean, slip_of

LARGEST_NUMBER = 1e9
LONGEST_ID = 200
MOST_PROBLEMS = 20
ROWS = 512  # that are read together; more would be lists that outlive the collector's first looks
MOST_KNOWN = 2**14  # cells that are remembered as read
_PERCENT = 100.0
_UNKNOWN: Any = object()
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
T = TypeVar("T")


class Row(NamedTuple):
    """One line of the file: fields by column, and its number."""

    fields: dict[str, str]
    line: int


class Block(NamedTuple):
    """Some lines of the file: fields by column, and their numbers."""

    fields: dict[str, Sequence[str]]
    lines: Sequence[int]

    def rows(self) -> Iterator[Row]:
        """One line after another."""
        for line, *fields in zip(self.lines, *self.fields.values(), strict=True):
            yield Row(dict(zip(self.fields, fields, strict=True)), line)


@dataclass(frozen=True)
class Kind:
    """What a file is: its name in messages, its columns, the most rows and how a message of too many goes on."""

    name: str
    required: tuple[str, ...]
    optional: tuple[str, ...]
    limit: int
    too_many: str
    remedy: str
    dated: re.Pattern[str] | None = None
    """other columns, by what they are called"""
    labels: bool = False
    """whether columns that nobody knows are kept"""

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns that it may have."""
        return (*self.required, *self.optional)


class Sheet:
    """The file being read: its name, its kind and what was found so far."""

    def __init__(self, path: FilePath, name: str, kind: Kind, findings: Findings) -> None:
        self.path, self.name, self.kind, self.findings = path, name, kind, findings
        self.delimiter = ""
        self.labels: list[str] = []
        self.otherwise = ReadOtherwise()
        self._suspect = False
        self._known: dict[tuple[str, ...], dict[tuple[str, ...], Any]] = {}

    def fault(self, line: int, column: str, what: str, remedy: str = "") -> None:
        """A problem in a line; reading stops when there are many."""
        path = (self.kind.name, column) if column else (self.kind.name,)
        self.findings.fault(what, remedy, path, Origin(self.name, line, 0))
        if len(self.findings.problems) >= MOST_PROBLEMS:
            after = Origin(self.name, max(one.line for one in self.findings.problems) + 1, 0)
            self.findings.fail("reading stopped: too many faults", "mend the ones above", (self.kind.name,), after)

    def rows(self) -> Iterator[Row]:
        """The lines below the header."""
        for block in self.blocks():
            yield from block.rows()

    def blocks(self) -> Iterator[Block]:
        """The lines below the header, some at a time; what stands before a fault comes before it is told."""
        encoding = encoding_of(self.path, self.name, self.findings, self.kind.name)
        if encoding == "cp1251":
            text = f"the {self.kind.name} is not UTF-8: it was read as cp1251"
            self.findings.note(f"{self.kind.name}_cp1251", text, (self.kind.name, "csv"))
        with self._opened() as raw:
            self._suspect = any(map(suspect, iter(partial(raw.read, CHUNK), b"")))
        try:
            with self._opened() as raw, TextIOWrapper(raw, encoding, newline="") as file:
                header = file.readline()
                if not header.strip():
                    remedy = f"start with {','.join(self.kind.required)}"
                    self.findings.fail(f"the {self.kind.name} has no header line", remedy, (self.kind.name,))
                self.delimiter = delimiter_of(header)
                columns = self._columns(next(csv.reader([header], delimiter=self.delimiter)))
                yield from self._body(csv.reader(file, delimiter=self.delimiter), columns)
        except UnicodeDecodeError as error:
            self._fail(f"neither UTF-8 nor cp1251: {error.reason}", "save it as CSV UTF-8")

    def extent(self) -> tuple[int, int]:
        """Bytes of the file and lines, about: a line that is broken within quotes counts as two."""
        size = lines = 0
        with self._opened() as raw:
            for chunk in iter(partial(raw.read, CHUNK), b""):
                size, lines = size + len(chunk), lines + max(chunk.count(b"\n"), chunk.count(b"\r"))
        return size, lines

    def _opened(self) -> AbstractContextManager[BufferedReader]:
        return csv_file(self.path, self.name, self.findings, self.kind.name)

    def number(
        self, row: Row, column: str, most: float = LARGEST_NUMBER, least: float = 0.0, percent: float = 100.0
    ) -> float | None:
        """The number in a field; None where an optional one is empty, NaN where it is refused.

        A per cent sign divides by `percent`.
        """
        text = row.fields.get(column, "").strip()
        if not text and column not in self.kind.required:
            return None
        try:
            figure = number_in(text, self.delimiter == ",")
        except Unreadable as error:
            self.fault(row.line, column, str(error), error.remedy)
            return nan
        if figure.grouped:
            self.otherwise.grouped.add(text, (row.line, figure.value))
        number = figure.value / percent if figure.percent else figure.value
        if least <= number <= most:
            return number
        self.fault(row.line, column, *_out_of_bounds(number, least, most, figure.percent and percent == _PERCENT))
        return nan

    def numbers(self, block: Block, column: str, most: float = LARGEST_NUMBER) -> Sequence[float]:
        """The numbers in a column, as `number` reads them; NaN also where an optional one is empty."""
        simple = simple_numbers(block.fields[column], self.delimiter == ",")
        if simple is not None and max(simple) <= most:
            return simple
        found = self.each(block, lambda row: self.number(row, column, most), column)
        return [nan if number is None else number for number in found]

    def each(self, block: Block, read: Callable[[Row], T], *columns: str) -> list[T]:
        """What `read` makes of some columns of each row; it is asked once of what repeats and has no fault."""
        known = self._known.setdefault(columns, {})
        if len(known) > MOST_KNOWN:
            known.clear()
        cells = [*zip(*(block.fields[column] for column in columns), strict=True)]
        found: list[Any] = [*map(known.get, cells, repeat(_UNKNOWN))]
        for k in (k for k, one in enumerate(found) if one is _UNKNOWN) if _UNKNOWN in found else ():
            before = len(self.findings.problems)
            found[k] = read(Row(dict(zip(columns, cells[k], strict=True)), block.lines[k]))
            if len(self.findings.problems) == before:
                known[cells[k]] = found[k]
        return found

    def flag(self, row: Row, column: str) -> float | None:
        """1 or 0, yes or no; None where an optional field is empty, NaN where it is refused."""
        text = self._text(row, column)
        if not text and column not in self.kind.required:
            return None
        found = self._read(row, column, lambda: flag_in(text))
        return nan if found is None else found

    def month(self, row: Row, column: str = "month") -> int | None:
        """Ordinal of the month in a field; None where it is refused."""
        return self._read(row, column, lambda: month_in(self._text(row, column)))

    def label(self, row: Row, column: str) -> str:
        """Plain text that names something; a required one is not empty."""
        written = row.fields.get(column, "").strip()
        if not written and column not in self.kind.required:
            return ""
        name = tidy(written)
        if name != written:
            self.read_as(row.line, column, written, name)
        if not name and column in self.kind.required:
            self.fault(row.line, column, f"an empty {column}", "fill it in")
        elif not is_plain(name):
            self.fault(row.line, column, f'"{name[:40]}" cannot be a name', f"plain text up to {LONGEST_ID} characters")
        return name

    def read_as(self, line: int, column: str, written: str, name: str) -> None:
        """Remember that a name is read as another than is written, to say so."""
        self.otherwise.spelled.add((column, written, name), line)

    def _text(self, row: Row, column: str) -> str:
        return row.fields.get(column, "").strip()

    def _read(self, row: Row, column: str, read: Callable[[], T]) -> T | None:
        """What a reader makes of a cell; None after a fault."""
        try:
            return read()
        except Unreadable as error:
            self.fault(row.line, column, str(error), error.remedy)
            return None

    def one_spelling(self, column: str, names: Sequence[str], lines: Sequence[int]) -> Sequence[str]:
        """Names of a column, those that differ only in how they are written in their commonest spelling."""
        if not any(twins(dict.fromkeys(names))):
            return names
        other = commonest(names)
        for name, line in zip(names, lines, strict=True):
            if name in other:
                self.read_as(line, column, name, other[name])
        return [other.get(name, name) for name in names]

    def tell(self) -> None:
        """Add notes on what was read otherwise than it is written, once all was."""
        for code, text in self.otherwise.said(self.kind.name, self.name):
            self._note(code, text)
        if self.labels:
            self._note("labels", f"unknown columns are kept as labels, no figure reads them: {', '.join(self.labels)}")

    def _note(self, code: str, text: str) -> None:
        self.findings.note(f"{self.kind.name}_{code}", text, (self.kind.name,))

    def _columns(self, names: Sequence[str]) -> list[str]:
        columns, known = [tidy(name).lower() for name in self.otherwise.texts(names, repeat(1))], self.kind.columns
        missing = [column for column in known if column not in columns]
        for column in columns:
            if not (column in known or self._dated(column) or self._keeps(column, missing)):
                self.fault(1, "", f'unknown column "{cut(column)}"', did_you_mean(column, known))
            elif columns.count(column) > 1:
                self.fault(1, "", f'column "{cut(column)}" appears twice', "keep one of them")
        for column in self.kind.required:
            if column not in columns:
                needed = f"the header needs {', '.join(self.kind.required)}"
                self.fault(1, "", f'required column "{column}" is missing', needed)
        self.findings.raise_if_any()
        return columns

    def _dated(self, column: str) -> bool:
        """Whether a column is of a kind that is told by what it is called."""
        return self.kind.dated is not None and self.kind.dated.fullmatch(column) is not None

    def _keeps(self, column: str, missing: Sequence[str]) -> bool:
        """Whether a column that nobody knows is kept: unless it has no name, or looks like a slip of a missing one."""
        if (
            not self.kind.labels
            or not column
            or not is_plain(column)
            or slip_of(column, missing)
            or looks_like(column, missing)
        ):
            return False
        if "." in column and column.partition(".")[0] in self.kind.columns:
            return False
        self.labels += [] if column in self.labels else [column]
        return True

    def _body(self, reader: Iterator[list[str]], columns: list[str]) -> Iterator[Block]:
        """Lines together; those before a fault are handed out before it is told."""
        rows: list[list[str]] = []
        lines: list[int] = []
        for fields, line in chain(self._lines(reader, len(columns)), [(None, 0)]):
            if rows and (fields is None or len(rows) == ROWS):
                yield self._block(columns, rows, lines)
                rows, lines = [], []
            if fields is not None:
                rows.append(fields)
                lines.append(line)

    def _block(self, columns: list[str], rows: list[list[str]], lines: list[int]) -> Block:
        fields: Iterator[Sequence[str]] = zip(*rows, strict=True)
        if self._suspect:
            fields = (self.otherwise.texts(one, lines) if may_hold_formulas(one) else one for one in fields)
        return Block(dict(zip(columns, fields, strict=True)), lines)

    def _lines(self, reader: Iterator[list[str]], width: int) -> Iterator[tuple[list[str] | None, int]]:
        """Fields of each line as wide as the header, and its number; none before a fault."""
        line = 2
        for number in count(1):
            try:
                fields = next(reader)
            except StopIteration:
                return
            except UnicodeDecodeError:
                yield None, line
                raise
            except csv.Error as error:
                yield None, line
                self._fail(*_csv_fault(line, str(error)), line)
            if len("".join(fields)) > LARGEST_FIELD < max(map(len, fields)):
                yield None, line
                self._fail(*_csv_fault(line, "field larger"), line)
            if len(fields) == width:
                yield fields, line
            elif any(map(str.strip, fields)):
                yield None, line
                self.fault(line, "", f"{len(fields)} fields where the header has {width}", "quote text with delimiters")
            if number > self.kind.limit:
                yield None, line
                self.findings.fail(self.kind.too_many, self.kind.remedy, (self.kind.name,))
            line = getattr(reader, "line_num", line) + 2

    def _fail(self, what: str, remedy: str, line: int = 0) -> None:
        at = Origin(self.name, line, 0) if line else None
        self.findings.fail(what, remedy, (self.kind.name, "csv"), at)


def _out_of_bounds(number: float, least: float, most: float, percent: bool) -> tuple[str, str]:
    """What is wrong with a number that was read, and the remedy."""
    if percent:
        return f"must be from {_PERCENT * least:g}% to {_PERCENT * most:g}%, got {_PERCENT * number:g}%", ""
    if number < 0 <= least:
        return f"must not be negative, got {number:g}", ""
    meant = most == 1.0 < number <= _PERCENT
    hint = f'did you mean {number / _PERCENT:g} or "{number:g}%"?' if meant else ""
    return f"must be from {least:g} to {most:g}, got {number:g}", hint


def is_plain(name: str) -> bool:
    """Whether a name is short text without control characters."""
    return len(name) <= LONGEST_ID and (name.isprintable() or _CONTROL.search(name) is None)


def _csv_fault(line: int, message: str) -> tuple[str, str]:
    if "field larger" in message:
        return f"line {line} holds a field larger than the limit of {LARGEST_FIELD // 2**10} KB", "check the quotes"
    return f"line {line} is not CSV: {message}", "export the file again"
