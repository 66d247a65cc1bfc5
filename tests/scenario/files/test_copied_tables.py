"""Copies of tables: the same bytes, or with texts marked that a spreadsheet would take for formulas."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from sim.base.written.written_cells import spreadsheet_cell, without_mark
from sim.runs.case import Case
from sim.scenario.copied_tables import copy_of
from sim.scenario.load import load
from tests.scenario.minimal import write

LIVE = ("=1+1", "+cmd|x", "-2+3", "@SUM(A1)", "\t=1", "\r=1", " =1", "\u00a0=1", "＝1", '=HYPERLINK("a,b")', "-")
PLAIN = ("-5", "+5", "-1.5e3", "-1,5", "a=1", "'t Hooft", "", "7", "2025-01", "-12%")


@pytest.mark.parametrize("cell", LIVE)
def test_live_texts_are_marked_and_read_as_they_were(cell: str) -> None:
    assert spreadsheet_cell(cell) == "'" + cell
    assert without_mark(spreadsheet_cell(cell)) == without_mark(cell) == cell
    assert spreadsheet_cell(spreadsheet_cell(cell)) == spreadsheet_cell(cell)


@pytest.mark.parametrize("cell", PLAIN)
def test_numbers_and_other_texts_stay(cell: str) -> None:
    assert spreadsheet_cell(cell) == without_mark(cell) == cell


ROWS = [
    ["id", "segment", "flow", "name", "=label"],
    ["=1+1", "bank", "2", "Щит", "-3"],
    ["b", "bank", "1", "@x", "'+y"],
]
KINDS = [("utf-8", ","), ("utf-8-sig", ";"), ("cp1251", ";"), ("utf-8", "\t")]


@pytest.mark.parametrize(("encoding", "delimiter"), KINDS)
def test_a_copy_says_what_the_file_says(tmp_path: Path, encoding: str, delimiter: str) -> None:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator="\r\n").writerows(ROWS)
    raw = tmp_path / "raw.csv"
    raw.write_bytes(text.getvalue().encode(encoding))
    loaded = load(write(tmp_path, {"roster": "{csv: raw.csv}"}))
    (note,) = (note.text for note in loaded.notes if note.code == "roster_formulas")
    assert all(word in note for word in ('"=1+1" (line 2)', '"@x" (line 3)', "raw.csv, stays as it is")), note
    files = dict(Case.of(loaded).files())
    found = list(csv.reader(files["roster.csv"].decode(encoding).splitlines(), delimiter=delimiter))
    assert found[0][4] == "'=label"
    assert found[1:] == [["'=1+1", "bank", "2", "Щит", "-3"], ["b", "bank", "1", "'@x", "'+y"]]
    again = tmp_path / "again"
    again.mkdir()
    for name, data in files.items():
        (again / name).write_bytes(data)
    copied = load(again / "scenario.resolved.yaml").roster
    assert copied == loaded.roster and copied is not None and copied.ids == ("=1+1", "b")
    assert copied.labels == {"=label": ("-3", "+y")}
    assert copy_of(again / "roster.csv") == files["roster.csv"]


def test_a_copy_of_what_no_spreadsheet_runs_keeps_every_byte(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes('\ufeff"id";segment;flow\r\n"a-1" ;bank;-0,5\r\n\r\nб;bank;"1"\n'.encode())
    assert copy_of(path) == path.read_bytes()


def test_names_of_a_scenario_are_told(tmp_path: Path) -> None:
    loaded = load(write(tmp_path, {"rivals": {'"=x"': "{commission: 12%, strategy: {kind: static}}"}}))
    assert [(note.code, note.path) for note in loaded.notes] == [("formula_name", 'rivals."=x"')]
