"""The roster: partners one by one from a CSV file.

Columns `id, segment, flow` are required, `name, region, relativity, sponsor, us_share, group, leg, quota` optional, and
those that say what a partner is to us and when (`roster_parts.standing_listed`); any other is kept as a label. UTF-8 or
cp1251; comma, semicolon or tab; a decimal comma is allowed. With a roster the `partners` counts of all segments are
ignored, and need not be stated: a segment has the partners that the roster lists.
"""

from __future__ import annotations

from array import array
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from itertools import islice
from operator import le
from pathlib import Path as FilePath
from sys import intern
from typing import Any

from sim.base.free_memory import available_memory
from sim.base.spelling import Known, difference, read_alike, tidy
from sim.partners.listed import Appointed
from sim.partners.population import SIDES
from sim.scenario.files.plain_file import MEBIBYTE
from sim.scenario.language.csv_table import LONGEST_ID, Kind, Row, Sheet, is_plain
from sim.scenario.language.findings import Findings
from sim.scenario.language.roster_parts.roster_tree import check_sponsors
from sim.scenario.language.roster_parts.standing_listed import (
    CERTIFIED,
    DATED,
    RANK,
    Certificates,
    Column,
    standing_columns,
    standing_of,
)
from sim.scenario.language.suggestions import did_you_mean

REQUIRED = ("id", "segment", "flow")
OPTIONAL = ("name", "region", "relativity", "sponsor", "us_share", "group", "leg", "quota", CERTIFIED, RANK)
TABLE = ("id", "segment", "flow", "name", "region", "relativity", "sponsor", "us_share", "group", "leg", "quota")
"""columns in the order of the table"""
NAMING = ("region", "group")
"""columns whose texts name something that several partners have"""
NOTHING: tuple[Certificates, tuple[Appointed, ...]] = ((), ())
MEMORY_OF_A_BYTE = 16
"""bytes that a byte of the file takes when it is read, about"""
RESERVED_ID, RESERVED_BEGINNING = "@direct", "@own."


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
    legs: tuple[str, ...]
    """side of its sponsor on which it stands: left, right or empty"""
    quotas: tuple[float | None, ...]
    """what a partner is to reach in a window of a rule of_quota, major units or contracts"""
    labels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """columns that nobody knows, by their names"""
    certified: tuple[Certificates, ...] = ()
    """certificates and their months; empty where no row has any"""
    appointed: tuple[tuple[Appointed, ...], ...] = ()
    """what a partner is from a month on, likewise"""

    def __len__(self) -> int:
        return len(self.ids)


class _Sheet(Sheet):
    """The roster being read: the segments there are, and the line of each id."""

    def __init__(self, path: FilePath, name: str, kind: Kind, findings: Findings, segments: Collection[str]) -> None:
        super().__init__(path, name, kind, findings)
        self.segments, self.known = segments, Known(segments)
        self.lines: dict[str, int] = {}
        self.standing: tuple[Column, ...] | None = None
        self.alike: dict[str, str] = {}


def listing(limit: int) -> Kind:
    """What a list of at most `limit` partners is."""
    remedy = "raise population_limit"
    return Kind("roster", REQUIRED, OPTIONAL, limit, f"over {limit} partners", remedy, dated=DATED, labels=True)


def read_roster(path: FilePath, name: str, segments: Collection[str], findings: Findings, limit: int) -> RosterTable:
    """The table in `path`, whose partners belong to `segments`; refuses more than `limit` rows."""
    sheet = _Sheet(path, name, listing(limit), findings, segments)
    _refuse_without_room(path, findings)
    read = _Read()
    for row in sheet.rows():
        _parse(row, sheet, read)
    table = _table(read, sheet)
    if not table.ids and not findings.problems:
        sheet.fault(1, "", "the roster lists no partners", "add a line for each partner")
    line_of = sheet.lines.get
    check_sponsors(table.ids, table.sponsors, lambda who, *text: sheet.fault(line_of(who, 0), "sponsor", *text))
    findings.raise_if_any()
    sheet.tell()
    return table


def _refuse_without_room(path: FilePath, findings: Findings) -> None:
    """Refuse, before it is read, what this machine's memory cannot hold."""
    free, size = available_memory(), path.stat().st_size if path.is_file() else 0
    needed = MEMORY_OF_A_BYTE * size
    if free is not None and needed > free:
        takes, there = needed // MEBIBYTE, free // MEBIBYTE
        findings.fail(
            f"reading the roster takes about {takes} MB of memory, and {there} MB are free", "leave columns out",
            ("roster", "csv"),
        )  # fmt: skip


class _Read:
    """What was read so far, by columns: rows of a million partners would take twice the memory."""

    def __init__(self) -> None:
        self.lines = array("q")
        self.fields: list[list[Any]] = [[] for _ in TABLE]
        self.labels: list[tuple[str, ...]] = []
        self.standing: list[tuple[Certificates, tuple[Appointed, ...]]] = []

    def sort(self) -> None:
        """By id."""
        ids = self.fields[0]
        if all(map(le, ids, islice(ids, 1, None))):
            return
        order = sorted(range(len(ids)), key=ids.__getitem__)
        for column in (*self.fields, self.labels, self.standing):
            column[:] = [column[k] for k in order]
        self.lines = array("q", [self.lines[k] for k in order])


def _parse(row: Row, sheet: _Sheet, read: _Read) -> None:
    get, there = row.fields.get, row.fields.keys()
    fields = (
        _id(row, sheet),
        _segment(row, sheet),
        sheet.number(row, "flow") or 0.0,
        get("name", "").strip(),
        intern(sheet.label(row, "region")) if "region" in there else "",
        sheet.number(row, "relativity") if "relativity" in there else None,
        tidy(get("sponsor", "")) or None,
        sheet.number(row, "us_share", most=1.0) if "us_share" in there else None,
        intern(sheet.label(row, "group")) if "group" in there else "",
        _leg(row, sheet) if "leg" in there else "",
        sheet.number(row, "quota") if "quota" in there else None,
    )
    labels = tuple([intern(get(column, "").strip()) for column in sheet.labels])
    for column, field_read in zip(read.fields, fields, strict=True):
        column.append(field_read)
    read.lines.append(row.line)
    read.labels.append(labels)
    read.standing.append(_standing(row, sheet))


def _standing(row: Row, sheet: _Sheet) -> tuple[Certificates, tuple[Appointed, ...]]:
    if sheet.standing is None:
        sheet.standing = standing_columns(row.fields)
    if not sheet.standing:
        return NOTHING
    certified, appointed = standing_of(
        row.fields, sheet.standing, lambda column, *text: sheet.fault(row.line, column, *text)
    )
    there = [column for column, what, _ in sheet.standing if what == "segment" and tidy(row.fields[column])]
    named = {tidy(row.fields[column]): _segment(row, sheet, column) for column in there}
    return certified, tuple(
        (since, what, named.get(str(value), value) if what == "segment" else value) for since, what, value in appointed
    )


def _id(row: Row, sheet: _Sheet) -> str:
    written = row.fields["id"].strip()
    name = tidy(written)
    alike = read_alike(name)
    other = sheet.alike.get(alike, alike if alike in sheet.lines else name)
    if not name:
        sheet.fault(row.line, "id", "an empty id", "every partner needs an id of its own")
    elif not is_plain(name) or name == RESERVED_ID or name.startswith(RESERVED_BEGINNING):
        sheet.fault(row.line, "id", f'"{name[:40]}" cannot be an id', f"plain text up to {LONGEST_ID} characters")
    elif name in sheet.lines:
        sheet.fault(row.line, "id", f"duplicate id {name}, also in line {sheet.lines[name]}", "ids must differ")
    elif other != name:
        what = f"the id {name} differs from {other} in line {sheet.lines[other]} in {difference(name, other)} only"
        sheet.fault(row.line, "id", what, "ids must differ in more")
    else:
        sheet.lines[name] = row.line
        if alike != name:  # most are written as they are compared: no need to hold them twice
            sheet.alike[alike] = name
    if name != written:
        sheet.read_as(row.line, "id", written, name)
    return name


def _leg(row: Row, sheet: _Sheet) -> str:
    name = row.fields.get("leg", "").strip().lower()
    if name not in ("", *SIDES):
        sheet.fault(row.line, "leg", f'"{name[:40]}" is no side', f"write {' or '.join(SIDES)}, or leave it empty")
    elif name and not row.fields.get("sponsor", "").strip():
        sheet.fault(row.line, "leg", "a leg is a side of a sponsor, and the partner has none", "name its sponsor")
    return name


def _segment(row: Row, sheet: _Sheet, column: str = "segment") -> str:
    written = row.fields[column].strip()
    name = sheet.known.find(written)
    if name is None:
        sheet.fault(row.line, column, f'unknown segment "{written}"', did_you_mean(written, sheet.segments))
    elif name != written:
        sheet.read_as(row.line, column, written, name)
    return name or written


def _table(read: _Read, sheet: _Sheet) -> RosterTable:
    read.sort()
    for name in NAMING:
        at = TABLE.index(name)
        read.fields[at] = sheet.one_spelling(name, read.fields[at], read.lines)
    kept = {name: tuple(one[n] for one in read.labels) for n, name in enumerate(sheet.labels)}
    certified, appointed = _stated(read, 0), _stated(read, 1)
    columns = [tuple(read.fields.pop(0)) for _ in TABLE]  # one after another, each list gone with it
    return RosterTable(
        *columns,  # type: ignore[arg-type, misc]  # in the order of TABLE
        labels=kept, certified=certified, appointed=appointed,
    )  # fmt: skip


def _stated(read: _Read, n: int) -> tuple[Any, ...]:
    """What the dated columns say of each, empty where they say nothing of anybody."""
    return tuple(one[n] for one in read.standing) if any(one[n] for one in read.standing) else ()
