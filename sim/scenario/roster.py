"""The roster: partners one by one from a CSV file.

Columns `id, segment, flow` are required, `name, region, relativity, sponsor, us_share, group` optional. UTF-8 or cp1251;
comma, semicolon or tab; a decimal comma is allowed. With a roster the `partners` counts of all segments are ignored:
a segment has the partners that the roster lists.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from math import isfinite
from pathlib import Path as FilePath

from sim.scenario.findings import Findings
from sim.scenario.nodes import Origin
from sim.scenario.roster_bytes import LARGEST_FIELD, delimiter_of, encoding_of
from sim.scenario.roster_tree import check_sponsors
from sim.scenario.suggestions import did_you_mean

REQUIRED = ("id", "segment", "flow")
COLUMNS = (*REQUIRED, "name", "region", "relativity", "sponsor", "us_share", "group")
RESERVED_ID = "@direct"
LONGEST_ID = 200
LARGEST_NUMBER = 1e9
MOST_PROBLEMS = 20
_NUMBER = re.compile(r"[0-9]+(?:[.,][0-9]*)?(?:[eE][+-]?[0-9]{1,3})?|[.,][0-9]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True)
class RosterTable:
    """Partners in the order of their ids, a tuple a column. None: the row does not say."""

    ids: tuple[str, ...]
    segments: tuple[str, ...]
    flows: tuple[float, ...]
    """buyers a month"""
    names: tuple[str, ...]
    regions: tuple[str, ...]
    relativities: tuple[float | None, ...]
    sponsors: tuple[str | None, ...]
    us_shares: tuple[float | None, ...]
    """share of the flow that is ours at the opening"""
    groups: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True, slots=True)
class _Row:
    """One line of the file: fields by column, and its number."""

    fields: dict[str, str]
    line: int


class _Sheet:
    """The file being read: its name, what was found so far and what may be in it."""

    def __init__(self, name: str, segments: Collection[str], findings: Findings, limit: int) -> None:
        self.name, self.segments, self.findings, self.limit = name, segments, findings, limit
        self.lines: dict[str, int] = {}

    def fault(self, line: int, column: str, what: str, remedy: str = "") -> None:
        """A problem in a line; reading stops when there are many."""
        path = ("roster", column) if column else ("roster",)
        self.findings.fault(what, remedy, path, Origin(self.name, line, 0))
        if len(self.findings.problems) >= MOST_PROBLEMS:
            after = Origin(self.name, line + 1, 0)
            self.findings.fail("reading stopped: too many faults", "mend the ones above", ("roster",), after)


def read_roster(path: FilePath, name: str, segments: Collection[str], findings: Findings, limit: int) -> RosterTable:
    """The table in `path`, whose partners belong to `segments`; refuses more than `limit` rows."""
    encoding = encoding_of(path, name, findings)
    if encoding == "cp1251":
        findings.note("roster_cp1251", "the roster is not UTF-8: it was read as cp1251", ("roster", "csv"))
    sheet = _Sheet(name, segments, findings, limit)
    table = _table([_parsed(row, sheet) for row in _rows(path, encoding, sheet)])
    if not table.ids and not findings.problems:
        sheet.fault(1, "", "the roster lists no partners", "add a line for each partner")
    line_of = sheet.lines.get
    check_sponsors(table.ids, table.sponsors, lambda who, *text: sheet.fault(line_of(who, 0), "sponsor", *text))
    findings.raise_if_any()
    return table


def _rows(path: FilePath, encoding: str, sheet: _Sheet) -> Iterator[_Row]:
    try:
        with path.open(encoding=encoding, newline="") as file:
            header = file.readline()
            if not header.strip():
                sheet.findings.fail("the roster has no header line", "start with id,segment,flow", ("roster",))
            delimiter = delimiter_of(header)
            columns = _columns(next(csv.reader([header], delimiter=delimiter)), sheet)
            yield from _body(csv.reader(file, delimiter=delimiter), columns, sheet)
    except UnicodeDecodeError as error:
        sheet.findings.fail(f"neither UTF-8 nor cp1251: {error.reason}", "save it as CSV UTF-8", ("roster", "csv"))


def _columns(names: Sequence[str], sheet: _Sheet) -> list[str]:
    columns = [name.strip().lower() for name in names]
    for column in columns:
        if column not in COLUMNS:
            sheet.fault(1, "", f'unknown column "{column}"', did_you_mean(column, COLUMNS))
        elif columns.count(column) > 1:
            sheet.fault(1, "", f'column "{column}" appears twice', "keep one of them")
    for column in REQUIRED:
        if column not in columns:
            sheet.fault(1, "", f'required column "{column}" is missing', f"the header needs {', '.join(REQUIRED)}")
    sheet.findings.raise_if_any()
    return columns


def _body(reader: Iterator[list[str]], columns: list[str], sheet: _Sheet) -> Iterator[_Row]:
    line, width, count = 2, len(columns), 0
    while True:
        try:
            fields = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            sheet.findings.fail(*_csv_fault(line, str(error)), ("roster", "csv"), Origin(sheet.name, line, 0))
        if any(len(field) > LARGEST_FIELD for field in fields):
            sheet.findings.fail(*_csv_fault(line, "field larger"), ("roster", "csv"), Origin(sheet.name, line, 0))
        if len(fields) == width:
            yield _Row(dict(zip(columns, fields, strict=True)), line)
        elif any(map(str.strip, fields)):
            sheet.fault(line, "", f"{len(fields)} fields where the header has {width}", "quote text with delimiters")
        count += 1
        if count > sheet.limit:
            sheet.findings.fail(f"over {sheet.limit} partners", "raise population_limit", ("roster",))
        line = getattr(reader, "line_num", line) + 2


def _csv_fault(line: int, message: str) -> tuple[str, str]:
    if "field larger" in message:
        return f"line {line} holds a field larger than the limit of {LARGEST_FIELD // 2**10} KB", "check the quotes"
    return f"line {line} is not CSV: {message}", "export the file again"


Parsed = tuple[str, str, float, str, str, float | None, str | None, float | None, str]


def _parsed(row: _Row, sheet: _Sheet) -> Parsed:
    get = row.fields.get
    return (
        _id(row, sheet),
        _segment(row, sheet),
        _number(row, "flow", sheet) or 0.0,
        get("name", "").strip(),
        get("region", "").strip(),
        _number(row, "relativity", sheet),
        get("sponsor", "").strip() or None,
        _number(row, "us_share", sheet, most=1.0),
        get("group", "").strip(),
    )


def _id(row: _Row, sheet: _Sheet) -> str:
    name = row.fields["id"].strip()
    if not name:
        sheet.fault(row.line, "id", "an empty id", "every partner needs an id of its own")
    elif len(name) > LONGEST_ID or _CONTROL.search(name) or name == RESERVED_ID:
        sheet.fault(row.line, "id", f'"{name[:40]}" cannot be an id', f"plain text up to {LONGEST_ID} characters")
    elif name in sheet.lines:
        sheet.fault(row.line, "id", f"duplicate id {name}, also in line {sheet.lines[name]}", "ids must differ")
    else:
        sheet.lines[name] = row.line
    return name


def _segment(row: _Row, sheet: _Sheet) -> str:
    name = row.fields["segment"].strip()
    if name not in sheet.segments:
        sheet.fault(row.line, "segment", f'unknown segment "{name}"', did_you_mean(name, sheet.segments))
    return name


def _number(row: _Row, column: str, sheet: _Sheet, most: float = LARGEST_NUMBER) -> float | None:
    text = row.fields.get(column, "").strip()
    if not text and column not in REQUIRED:
        return None
    percent = text.endswith("%")
    digits = text[:-1].rstrip() if percent else text
    number = float(digits.replace(",", ".")) if _NUMBER.fullmatch(digits) else None
    if number is None or not isfinite(number):
        sheet.fault(row.line, column, f'number expected, got "{text[:40]}"', "such as 12.5 or 12,5, without separators")
        return 0.0
    number = number / 100 if percent else number
    if number > most:
        hint = f'did you mean {number / 100:g} or "{number:g}%"?' if most == 1.0 else ""
        sheet.fault(row.line, column, f"must be from 0 to {most:g}, got {number:g}", hint)
    return number


def _table(rows: list[Parsed]) -> RosterTable:
    ordered = sorted(rows, key=lambda row: row[0])
    columns = [tuple(row[position] for row in ordered) for position in range(len(COLUMNS))]
    return RosterTable(*columns)  # type: ignore[arg-type]
