"""CSV files of users: UTF-8 or cp1251; comma, semicolon or tab; decimal commas; a fault has its line and column."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import isfinite
from pathlib import Path as FilePath

from sim.scenario.language.csv_bytes import LARGEST_FIELD, delimiter_of, encoding_of
from sim.scenario.language.findings import Findings
from sim.scenario.language.nodes import Origin
from sim.scenario.language.suggestions import did_you_mean

LARGEST_NUMBER = 1e9
LONGEST_ID = 200
MOST_PROBLEMS = 20
_NUMBER = re.compile(r"-?(?:[0-9]+(?:[.,][0-9]*)?(?:[eE][+-]?[0-9]{1,3})?|[.,][0-9]+)")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the file: fields by column, and its number."""

    fields: dict[str, str]
    line: int


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

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns that it may have."""
        return (*self.required, *self.optional)


class Sheet:
    """The file being read: its name, its kind and what was found so far."""

    def __init__(self, path: FilePath, name: str, kind: Kind, findings: Findings) -> None:
        self.path, self.name, self.kind, self.findings = path, name, kind, findings

    def fault(self, line: int, column: str, what: str, remedy: str = "") -> None:
        """A problem in a line; reading stops when there are many."""
        path = (self.kind.name, column) if column else (self.kind.name,)
        self.findings.fault(what, remedy, path, Origin(self.name, line, 0))
        if len(self.findings.problems) >= MOST_PROBLEMS:
            after = Origin(self.name, line + 1, 0)
            self.findings.fail("reading stopped: too many faults", "mend the ones above", (self.kind.name,), after)

    def rows(self) -> Iterator[Row]:
        """The lines below the header."""
        encoding = encoding_of(self.path, self.name, self.findings, self.kind.name)
        if encoding == "cp1251":
            text = f"the {self.kind.name} is not UTF-8: it was read as cp1251"
            self.findings.note(f"{self.kind.name}_cp1251", text, (self.kind.name, "csv"))
        try:
            with self.path.open(encoding=encoding, newline="") as file:
                header = file.readline()
                if not header.strip():
                    remedy = f"start with {','.join(self.kind.required)}"
                    self.findings.fail(f"the {self.kind.name} has no header line", remedy, (self.kind.name,))
                delimiter = delimiter_of(header)
                columns = self._columns(next(csv.reader([header], delimiter=delimiter)))
                yield from self._body(csv.reader(file, delimiter=delimiter), columns)
        except UnicodeDecodeError as error:
            self._fail(f"neither UTF-8 nor cp1251: {error.reason}", "save it as CSV UTF-8")

    def number(
        self, row: Row, column: str, most: float = LARGEST_NUMBER, least: float = 0.0, percent: float = 100.0
    ) -> float | None:
        """The number in a field; None where an optional one is empty. A per cent sign divides by `percent`."""
        text = row.fields.get(column, "").strip()
        if not text and column not in self.kind.required:
            return None
        signed = text.endswith("%")
        digits = text[:-1].rstrip() if signed else text
        number = float(digits.replace(",", ".")) if _NUMBER.fullmatch(digits) else None
        if number is None or not isfinite(number) or (number < 0 <= least):
            self.fault(
                row.line, column, f'number expected, got "{text[:40]}"', "such as 12.5 or 12,5, without separators"
            )
            return 0.0
        number = number / percent if signed else number
        if not least <= number <= most:
            hint = f'did you mean {number / 100:g} or "{number:g}%"?' if most == 1.0 else ""
            self.fault(row.line, column, f"must be from {least:g} to {most:g}, got {number:g}", hint)
        return number

    def label(self, row: Row, column: str) -> str:
        """Plain text that names something; a required one is not empty."""
        name = row.fields.get(column, "").strip()
        if not name and column in self.kind.required:
            self.fault(row.line, column, f"an empty {column}", "fill it in")
        elif not is_plain(name):
            self.fault(row.line, column, f'"{name[:40]}" cannot be a name', f"plain text up to {LONGEST_ID} characters")
        return name

    def _columns(self, names: Sequence[str]) -> list[str]:
        columns, known = [name.strip().lower() for name in names], self.kind.columns
        for column in columns:
            if column not in known and not (self.kind.dated and self.kind.dated.fullmatch(column)):
                self.fault(1, "", f'unknown column "{column}"', did_you_mean(column, known))
            elif columns.count(column) > 1:
                self.fault(1, "", f'column "{column}" appears twice', "keep one of them")
        for column in self.kind.required:
            if column not in columns:
                needed = f"the header needs {', '.join(self.kind.required)}"
                self.fault(1, "", f'required column "{column}" is missing', needed)
        self.findings.raise_if_any()
        return columns

    def _body(self, reader: Iterator[list[str]], columns: list[str]) -> Iterator[Row]:
        line, width, count = 2, len(columns), 0
        while True:
            try:
                fields = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                self._fail(*_csv_fault(line, str(error)), line)
            if any(len(field) > LARGEST_FIELD for field in fields):
                self._fail(*_csv_fault(line, "field larger"), line)
            if len(fields) == width:
                yield Row(dict(zip(columns, fields, strict=True)), line)
            elif any(map(str.strip, fields)):
                self.fault(line, "", f"{len(fields)} fields where the header has {width}", "quote text with delimiters")
            count += 1
            if count > self.kind.limit:
                self.findings.fail(self.kind.too_many, self.kind.remedy, (self.kind.name,))
            line = getattr(reader, "line_num", line) + 2

    def _fail(self, what: str, remedy: str, line: int = 0) -> None:
        at = Origin(self.name, line, 0) if line else None
        self.findings.fail(what, remedy, (self.kind.name, "csv"), at)


def is_plain(name: str) -> bool:
    """Whether a name is short text without control characters."""
    return len(name) <= LONGEST_ID and _CONTROL.search(name) is None


def _csv_fault(line: int, message: str) -> tuple[str, str]:
    if "field larger" in message:
        return f"line {line} holds a field larger than the limit of {LARGEST_FIELD // 2**10} KB", "check the quotes"
    return f"line {line} is not CSV: {message}", "export the file again"
