"""The roster: partners one by one from a CSV file.

Columns `id, segment, flow` are required, `name, region, relativity, sponsor, us_share, group, leg, quota` optional, and
those that say what a partner is to us and when (`roster_parts.standing_listed`); any other is kept as a label. UTF-8 or
cp1251; comma, semicolon or tab; a decimal comma is allowed. With a roster the `partners` counts of all segments are
ignored, and need not be stated: a segment has the partners that the roster lists.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from math import isnan
from operator import le
from pathlib import Path as FilePath
from typing import Any

from sim.base.memory.free import available_memory
from sim.base.spelling import Known, tidied, tidy
from sim.partners.listed import Appointed
from sim.partners.population import SIDES
from sim.scenario.files.plain_file import MEBIBYTE
from sim.scenario.language.csv_table import LARGEST_NUMBER, Block, Kind, Row, Sheet
from sim.scenario.language.findings import Findings
from sim.scenario.language.roster_parts.ids_listed import Ids
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
from sim.scenario.language.roster_parts.texts_held import Texts, TextsRead
from sim.scenario.language.suggestions import did_you_mean

REQUIRED = ("id", "segment", "flow")
OPTIONAL = ("name", "region", "relativity", "sponsor", "us_share", "group", "leg", "quota", CERTIFIED, RANK)
TABLE = ("id", "segment", "flow", "name", "region", "relativity", "sponsor", "us_share", "group", "leg", "quota")
"""columns in the order of the table"""
NAMING = ("region", "group")
"""columns whose texts name something that several partners have"""
NUMBERS = {"flow": LARGEST_NUMBER, "relativity": LARGEST_NUMBER, "us_share": 1.0, "quota": LARGEST_NUMBER}
"""columns of numbers, and the most of each"""
MEMORY_OF_A_LINE, MEMORY_OF_A_BYTE = 250, 2
"""bytes that a line and a byte of the file take when it is read, about; less where the lines are in order"""


@dataclass(frozen=True)
class RosterTable:
    """Partners in the order of their ids, by column. None, or an empty text: the row does not say."""

    ids: Sequence[str]
    segments: Sequence[str]
    flows: tuple[float, ...]
    """buyers a month"""
    names: Sequence[str]
    regions: Sequence[str]
    relativities: tuple[float | None, ...]
    sponsors: Sequence[str]
    us_shares: tuple[float | None, ...]
    """share of the flow that is ours at the opening"""
    groups: Sequence[str]
    legs: Sequence[str]
    """side of its sponsor on which it stands: left, right or empty"""
    quotas: tuple[float | None, ...]
    """what a partner is to reach in a window of a rule of_quota, major units or contracts"""
    labels: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """columns that nobody knows, by their names"""
    certified: tuple[Certificates, ...] = ()
    """certificates and their months; empty where no row has any"""
    appointed: tuple[tuple[Appointed, ...], ...] = ()
    """what a partner is from a month on, likewise"""

    def __len__(self) -> int:
        return len(self.ids)


class _Sheet(Sheet):
    """The roster being read, and the segments there are."""

    def __init__(self, path: FilePath, name: str, kind: Kind, findings: Findings, segments: Collection[str]) -> None:
        super().__init__(path, name, kind, findings)
        self.segments, self.known = segments, Known(segments)


def listing(limit: int) -> Kind:
    """What a list of at most `limit` partners is."""
    remedy = "raise population_limit"
    return Kind("roster", REQUIRED, OPTIONAL, limit, f"over {limit} partners", remedy, dated=DATED, labels=True)


def read_roster(path: FilePath, name: str, segments: Collection[str], findings: Findings, limit: int) -> RosterTable:
    """The table in `path`, whose partners belong to `segments`; refuses more than `limit` rows."""
    sheet = _Sheet(path, name, listing(limit), findings, segments)
    _refuse_without_room(sheet)
    read = _Read(sheet)
    for block in sheet.blocks():
        read.take(block)
    table = read.table()
    if not table.ids and not findings.problems:
        sheet.fault(1, "", "the roster lists no partners", "add a line for each partner")
    check_sponsors(table.ids, table.sponsors, lambda who, *text: sheet.fault(read.ids.line_of(who), "sponsor", *text))
    findings.raise_if_any()
    sheet.tell()
    return table


def _refuse_without_room(sheet: _Sheet) -> None:
    """Refuse, before it is read, what this machine's memory cannot hold."""
    size, lines = sheet.extent()
    free, needed = available_memory(), MEMORY_OF_A_BYTE * size + MEMORY_OF_A_LINE * lines
    if free is not None and needed > free:
        takes, there = needed // MEBIBYTE, free // MEBIBYTE
        sheet.findings.fail(
            f"reading the roster takes about {takes} MB of memory, and {there} MB are free", "leave columns out",
            ("roster", "csv"),
        )  # fmt: skip


class _Read:
    """What was read so far, by column: a million partners as objects would take twice the memory."""

    def __init__(self, sheet: _Sheet) -> None:
        self.sheet = sheet
        self.ids = Ids(sheet)
        self.texts: defaultdict[str, TextsRead] = defaultdict(TextsRead)
        self.numbers: defaultdict[str, array[float]] = defaultdict(lambda: array("d"))
        self.standing: list[tuple[Certificates, tuple[Appointed, ...]]] = []

    def take(self, block: Block) -> None:
        """The next lines of the file."""
        self.ids.take(block)
        for column, read in self._texts(block).items():
            self.texts[column].extend(read)
        for column, most in NUMBERS.items():
            if column in block.fields:
                self.numbers[column].extend(self.sheet.numbers(block, column, most))
        if columns := standing_columns(block.fields):
            self.standing += (_standing(row, self.sheet, columns) for row in block.rows())

    def _texts(self, block: Block) -> dict[str, Sequence[str]]:
        """Columns of texts as they are read."""
        sheet, there = self.sheet, block.fields
        found: dict[str, Sequence[str]] = {"segment": sheet.each(block, lambda row: _segment(row, sheet), "segment")}
        for column in (one for one in NAMING if one in there):
            found[column] = sheet.each(block, partial(sheet.label, column=column), column)
        for column in (one for one in ("name", *sheet.labels) if one in there):
            found[column] = [text.strip() for text in there[column]]
        if "sponsor" in there:
            found["sponsor"] = tidied(there["sponsor"])
        if "leg" in there:
            beside = ("leg", "sponsor") if "sponsor" in there else ("leg",)
            found["leg"] = sheet.each(block, lambda row: _leg(row, sheet), *beside)
        return found

    def table(self) -> RosterTable:
        """All partners, by id."""
        ids = self.ids.names()
        self.ids.tell_apart()
        in_order = all(map(le, ids, islice(ids, 1, None)))
        order = range(len(ids)) if in_order else sorted(range(len(ids)), key=[*ids].__getitem__)
        texts = {name: read.texts() for name, read in self.texts.items()}
        if not in_order:
            ids, texts = ids.ordered(order), {name: one.ordered(order) for name, one in texts.items()}
        lines = self.ids.lines if in_order else [self.ids.lines[k] for k in order]
        for name in NAMING:
            if name in texts:
                texts[name] = Texts.of(self.sheet.one_spelling(name, texts[name], lines))
        no_text, no_number = ("",) * len(ids), (None,) * len(ids)
        columns: dict[str, Sequence[Any]] = {**texts, **{name: _said(one, order) for name, one in self.numbers.items()}}
        nothing = {name: no_number if name in NUMBERS else no_text for name in TABLE}
        return RosterTable(
            ids, *(columns.get(name, nothing[name]) for name in TABLE[1:]),  # type: ignore[arg-type, misc]  # in the order of TABLE
            labels={name: texts.get(name, no_text) for name in self.sheet.labels},
            certified=self._stated(0, order), appointed=self._stated(1, order),
        )  # fmt: skip

    def _stated(self, n: int, order: Iterable[int]) -> tuple[Any, ...]:
        """What the dated columns say of each, empty where they say nothing of anybody."""
        return tuple(self.standing[k][n] for k in order) if any(one[n] for one in self.standing) else ()


def _said(numbers: array[float], order: Iterable[int]) -> tuple[float | None, ...]:
    """A column of numbers; none where a row does not say."""
    return tuple(None if isnan(numbers[k]) else numbers[k] for k in order)


def _standing(row: Row, sheet: _Sheet, columns: tuple[Column, ...]) -> tuple[Certificates, tuple[Appointed, ...]]:
    certified, appointed = standing_of(row.fields, columns, lambda column, *text: sheet.fault(row.line, column, *text))
    there = [column for column, what, _ in columns if what == "segment" and tidy(row.fields[column])]
    named = {tidy(row.fields[column]): _segment(row, sheet, column) for column in there}
    return certified, tuple(
        (since, what, named.get(str(value), value) if what == "segment" else value) for since, what, value in appointed
    )


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
