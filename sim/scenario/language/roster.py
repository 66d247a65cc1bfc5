"""The roster: partners one by one from a CSV file.

Columns `id, segment, flow` are required, `name, region, relativity, sponsor, us_share, group, leg, quota` optional, and
those that say what a partner is to us and when (`roster_parts.standing_listed`); any other is kept as a label. UTF-8 or
cp1251; comma, semicolon or tab; a decimal comma is allowed. With a roster the `partners` counts of all segments are
ignored, and need not be stated: a segment has the partners that the roster lists.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import Any, NamedTuple

from sim.base.spelling import Known, difference, read_alike, tidy
from sim.partners.population import SIDES, Appointed
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
    table = _table([_parsed(row, sheet) for row in sheet.rows()], sheet)
    if not table.ids and not findings.problems:
        sheet.fault(1, "", "the roster lists no partners", "add a line for each partner")
    line_of = sheet.lines.get
    check_sponsors(table.ids, table.sponsors, lambda who, *text: sheet.fault(line_of(who, 0), "sponsor", *text))
    findings.raise_if_any()
    sheet.tell()
    return table


class _Partner(NamedTuple):
    """A line of the roster, its fields in the order of the table."""

    line: int
    fields: tuple[Any, ...]
    labels: tuple[str, ...]
    standing: tuple[Certificates, tuple[Appointed, ...]]


def _parsed(row: Row, sheet: _Sheet) -> _Partner:
    get = row.fields.get
    fields = (
        _id(row, sheet),
        _segment(row, sheet),
        sheet.number(row, "flow") or 0.0,
        get("name", "").strip(),
        sheet.label(row, "region") if "region" in row.fields else "",
        sheet.number(row, "relativity"),
        tidy(get("sponsor", "")) or None,
        sheet.number(row, "us_share", most=1.0),
        sheet.label(row, "group") if "group" in row.fields else "",
        _leg(row, sheet),
        sheet.number(row, "quota"),
    )
    labels = tuple([get(column, "").strip() for column in sheet.labels])
    return _Partner(row.line, fields, labels, _standing(row, sheet))


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
    other = sheet.alike.get(alike, name)
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
        sheet.lines[name], sheet.alike[alike] = row.line, name
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


def _table(partners: list[_Partner], sheet: _Sheet) -> RosterTable:
    ordered = sorted(partners, key=lambda partner: str(partner.fields[0]))
    columns = {name: [one.fields[n] for one in ordered] for n, name in enumerate(TABLE)}
    for name in NAMING:
        columns[name] = sheet.one_spelling(name, columns[name], [one.line for one in ordered])
    kept = {name: tuple(one.labels[n] for one in ordered) for n, name in enumerate(sheet.labels)}
    return RosterTable(
        *map(tuple, columns.values()),  # type: ignore[arg-type, misc]  # in the order of TABLE
        labels=kept, certified=_stated(ordered, 0), appointed=_stated(ordered, 1),
    )  # fmt: skip


def _stated(partners: list[_Partner], n: int) -> tuple[Any, ...]:
    """What the dated columns say of each, empty where they say nothing of anybody."""
    found = tuple(one.standing[n] for one in partners)
    return found if any(found) else ()
