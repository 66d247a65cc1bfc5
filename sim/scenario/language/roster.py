"""The roster: partners one by one from a CSV file.

Columns `id, segment, flow` are required, `name, region, relativity, sponsor, us_share, group, leg, quota` optional.
UTF-8 or cp1251; comma, semicolon or tab; a decimal comma is allowed. With a roster the `partners` counts of all
segments are ignored: a segment has the partners that the roster lists.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path as FilePath

from sim.partners.population import SIDES
from sim.scenario.language.csv_table import LONGEST_ID, Kind, Row, Sheet, is_plain
from sim.scenario.language.findings import Findings
from sim.scenario.language.roster_tree import check_sponsors
from sim.scenario.language.suggestions import did_you_mean

REQUIRED = ("id", "segment", "flow")
OPTIONAL = ("name", "region", "relativity", "sponsor", "us_share", "group", "leg", "quota")
COLUMNS = (*REQUIRED, *OPTIONAL)
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

    def __len__(self) -> int:
        return len(self.ids)


class _Sheet(Sheet):
    """The roster being read: the segments there are, and the line of each id."""

    def __init__(self, path: FilePath, name: str, kind: Kind, findings: Findings, segments: Collection[str]) -> None:
        super().__init__(path, name, kind, findings)
        self.segments = segments
        self.lines: dict[str, int] = {}


def read_roster(path: FilePath, name: str, segments: Collection[str], findings: Findings, limit: int) -> RosterTable:
    """The table in `path`, whose partners belong to `segments`; refuses more than `limit` rows."""
    kind = Kind("roster", REQUIRED, OPTIONAL, limit, f"over {limit} partners", "raise population_limit")
    sheet = _Sheet(path, name, kind, findings, segments)
    table = _table([_parsed(row, sheet) for row in sheet.rows()])
    if not table.ids and not findings.problems:
        sheet.fault(1, "", "the roster lists no partners", "add a line for each partner")
    line_of = sheet.lines.get
    check_sponsors(table.ids, table.sponsors, lambda who, *text: sheet.fault(line_of(who, 0), "sponsor", *text))
    findings.raise_if_any()
    return table


Parsed = tuple[str, str, float, str, str, float | None, str | None, float | None, str, str, float | None]


def _parsed(row: Row, sheet: _Sheet) -> Parsed:
    get = row.fields.get
    return (
        _id(row, sheet),
        _segment(row, sheet),
        sheet.number(row, "flow") or 0.0,
        get("name", "").strip(),
        get("region", "").strip(),
        sheet.number(row, "relativity"),
        get("sponsor", "").strip() or None,
        sheet.number(row, "us_share", most=1.0),
        get("group", "").strip(),
        _leg(row, sheet),
        sheet.number(row, "quota"),
    )


def _id(row: Row, sheet: _Sheet) -> str:
    name = row.fields["id"].strip()
    if not name:
        sheet.fault(row.line, "id", "an empty id", "every partner needs an id of its own")
    elif not is_plain(name) or name == RESERVED_ID or name.startswith(RESERVED_BEGINNING):
        sheet.fault(row.line, "id", f'"{name[:40]}" cannot be an id', f"plain text up to {LONGEST_ID} characters")
    elif name in sheet.lines:
        sheet.fault(row.line, "id", f"duplicate id {name}, also in line {sheet.lines[name]}", "ids must differ")
    else:
        sheet.lines[name] = row.line
    return name


def _leg(row: Row, sheet: _Sheet) -> str:
    name = row.fields.get("leg", "").strip().lower()
    if name not in ("", *SIDES):
        sheet.fault(row.line, "leg", f'"{name[:40]}" is no side', f"write {' or '.join(SIDES)}, or leave it empty")
    elif name and not row.fields.get("sponsor", "").strip():
        sheet.fault(row.line, "leg", "a leg is a side of a sponsor, and the partner has none", "name its sponsor")
    return name


def _segment(row: Row, sheet: _Sheet) -> str:
    name = row.fields["segment"].strip()
    if name not in sheet.segments:
        sheet.fault(row.line, "segment", f'unknown segment "{name}"', did_you_mean(name, sheet.segments))
    return name


def _table(rows: list[Parsed]) -> RosterTable:
    ordered = sorted(rows, key=lambda row: row[0])
    columns = [tuple(row[position] for row in ordered) for position in range(len(COLUMNS))]
    return RosterTable(*columns)  # type: ignore[arg-type]  # in the order of COLUMNS
