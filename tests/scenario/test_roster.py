"""Rosters: encodings, delimiters, decimal commas, and every fault with its line."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.base.errors import ScenarioError
from sim.base.written.written_cells import spreadsheet_cell, without_mark
from sim.scenario.language.csv_bytes import suspect
from sim.scenario.language.csv_table import ROWS
from sim.scenario.language.findings import Findings
from sim.scenario.language.roster import RosterTable, _Sheet, read_roster
from sim.scenario.language.roster_parts import texts_held
from sim.scenario.language.roster_parts.roster_tree import cycles
from sim.scenario.language.roster_parts.texts_held import Texts
from sim.scenario.load import load
from tests.scenario.minimal import write

HEADER = "id;segment;flow;name;sponsor\n"


def read(folder: Path, content: str, encoding: str = "utf-8") -> RosterTable:
    path = folder / "p.csv"
    path.write_bytes(content.encode(encoding))
    return read_roster(path, "p.csv", ["bank", "банк"], Findings(), 1_000_000)


def faults(folder: Path, content: str) -> list[tuple[int, str, str]]:
    with pytest.raises(ScenarioError) as caught:
        read(folder, content)
    return [(problem.line, problem.path, problem.what) for problem in caught.value.problems]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251"])
def test_ten_thousand_cyrillic_rows(tmp_path: Path, encoding: str) -> None:
    rows = [f"П{i:05d};банк;{i % 90},5;Партнёр «{i}»;{f'П{i // 5:05d}' if i else ''}\n" for i in range(10_000)]
    content = HEADER + "".join(rows)
    table = read(tmp_path, content, encoding)
    assert len(table) == 10_000
    assert (table.ids[7], table.names[7], table.flows[7], table.sponsors[7]) == ("П00007", "Партнёр «7»", 7.5, "П00001")
    assert table.relativities[7] is None


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_delimiters_and_optional_columns(tmp_path: Path, delimiter: str, end: str) -> None:
    lines = ["segment|id|flow|us_share|relativity|region", 'bank|007|"1,5"|30%|1.1|"a, b"', "", "bank|B|2|0.4||x"]
    table = read(tmp_path, end.join(lines).replace("|", delimiter) + end)
    assert table == RosterTable(
        ("007", "B"),
        ("bank", "bank"),
        (1.5, 2.0),
        ("", ""),
        ("a, b", "x"),
        (1.1, None),
        ("", ""),
        (0.3, 0.4),
        ("", ""),
        ("", ""),
        (None, None),
    )


@given(st.lists(st.sampled_from(["", "a", "b b", "ü", "日本", "🙂"]), max_size=30), st.integers(0, 3), st.randoms())
def test_texts_are_held(texts: list[str], few: int, rng: Random) -> None:
    """As codes or packed: the same texts, gone through, by position, in another order."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(texts_held, "FEW", few)
        patch.setattr(texts_held, "PACKED", 4)
        held, order = Texts.of(texts), rng.sample(range(len(texts)), len(texts))
        assert (held, [*held], len(held)) == (texts, texts, len(texts))
        assert [held[k] for k in range(-len(texts), len(texts))] == texts + texts
        assert held.ordered(order) == [texts[k] for k in order]
        assert held[1:3] == tuple(texts[1:3]) and (not texts or held != texts[1:])


def test_faults_far_apart(tmp_path: Path) -> None:
    """Ids are compared over the whole file, and what is read together ends nowhere that shows."""
    rows = [f"p{i};bank;{i};n{i};\n" for i in range(3 * ROWS)]
    rows[ROWS] = "P7;bank;x;;\n"
    rows[2 * ROWS - 1] = "p9;bank;1;;\n"
    rows[2 * ROWS + 5] = "short;bank\n"
    assert faults(tmp_path, HEADER + "".join(rows)) == [
        (ROWS + 2, "roster.flow", 'number expected, got "x"'),
        (ROWS + 2, "roster.id", "the id P7 differs from p7 in line 9 in upper and lower case only"),
        (2 * ROWS + 1, "roster.id", "duplicate id p9, also in line 11"),
        (2 * ROWS + 7, "roster", "2 fields where the header has 5"),
    ]


def test_sponsors_of_many(tmp_path: Path) -> None:
    """Long lines of sponsors are no cycle; one that ends in a cycle is told."""
    rows = [f"p{i:04d};bank;1;;{f'p{i - 1:04d}' if i else ''}\n" for i in range(2_000)]
    assert read(tmp_path, HEADER + "".join(rows)).sponsors[1_999] == "p1998"
    rows[0] = "p0000;bank;1;;p0002\n"
    assert faults(tmp_path, HEADER + "".join(rows)) == [
        (2, "roster.sponsor", "sponsors go in a cycle p0000 -> p0002 -> p0001 -> p0000")
    ]


@given(st.text("ab1=+-@'\t ＝－éж", max_size=6), st.sampled_from(["", " ", "\u00a0", "'"]))
def test_a_file_with_a_formula_is_looked_at(cell: str, before: str) -> None:
    """Whatever a spreadsheet would take for a formula, or marked as a text, is noticed in the bytes of the file."""
    written = before + cell
    if spreadsheet_cell(written) != written or without_mark(written) != written:
        assert suspect(f"id;name\na;{written}\n".encode())


def test_rows_are_sorted_by_id(tmp_path: Path) -> None:
    assert read(tmp_path, "id,segment,flow\nB,bank,1\nA,bank,2\n").flows == (2.0, 1.0)


def test_every_fault_at_once_with_its_line(tmp_path: Path) -> None:
    content = (
        "id,segment,flow,us_share,sponsor\nA,bnk,1,,B\nB,bank,x,15,A\nB,bank,1,,GHOST\n ,bank,1,,\nC,bank,1\n"
        'D,bank,-1,,\n"E\nE",bank,1,,\nF,bank,nan,,\nG,bank,1e999,,\nH,bank,１２,,\n@direct,bank,1,,\n@own.site,bank,1,,\n'
    )
    assert faults(tmp_path, content) == [
        (2, "roster.segment", 'unknown segment "bnk"'),
        (3, "roster.flow", 'number expected, got "x"'),
        (3, "roster.us_share", "must be from 0 to 1, got 15"),
        (3, "roster.sponsor", "unknown sponsor GHOST"),
        (4, "roster.id", "duplicate id B, also in line 3"),
        (5, "roster.id", "an empty id"),
        (6, "roster", "3 fields where the header has 5"),
        (7, "roster.flow", "must not be negative, got -1"),
        (8, "roster.id", '"E\\nE" cannot be an id'),
        (10, "roster.flow", 'number expected, got "nan"'),
        (11, "roster.flow", 'number expected, got "1e999"'),
        (12, "roster.flow", 'number expected, got "１２"'),
        (13, "roster.id", '"@direct" cannot be an id'),
        (14, "roster.id", '"@own.site" cannot be an id'),
    ]


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ("id,segment,flow,regon\n", 'unknown column "regon"'),
        ("id,segment\nA,bank\n", 'required column "flow" is missing'),
        ("id,id,segment,flow\n", 'column "id" appears twice'),
        ("id,segment,flow\n", "the roster lists no partners"),
        ("", "the roster has no header line"),
        ("id,segment,flow\nA\0,bank,1\n", "NUL byte in line 2"),
        ("id,segment,flow\nA," + "x" * 70_000 + ",1\n", "line 2 holds a field larger than the limit of 64 KB"),
        ('id,segment,flow\nA,"' + "x\n" * 90_000, "line 2 holds a field larger than the limit of 64 KB"),
    ],
)
def test_files_that_are_refused(tmp_path: Path, content: str, what: str) -> None:
    assert what in [fault[2] for fault in faults(tmp_path, content)]


def test_reading_stops_after_many_faults(tmp_path: Path) -> None:
    found = faults(tmp_path, "id,segment,flow\n" + "A,nowhere,x\n" * 5_000)
    assert len(found) == 21
    assert found[-1][2] == "reading stopped: too many faults"


def test_utf16_and_broken_bytes(tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    utf16, neither = "id,segment,flow\n".encode("utf-16"), b"id,segment,flow\n\x98\xd0,b,1\n"
    for content, words in ((utf16, "UTF-16"), (neither, "neither")):
        path.write_bytes(content)
        with pytest.raises(ScenarioError, match=words):
            read_roster(path, "p.csv", ["bank"], Findings(), 10)


def test_cycles() -> None:
    assert cycles({"A": "B", "B": "C", "C": "B", "D": None, "E": "E", "F": "D", "G": "missing"}) == [["B", "C"], ["E"]]
    long = {str(i): str((i + 1) % 100_000) for i in range(100_000)}
    assert len(cycles(long)[0]) == 100_000


@given(st.lists(st.integers(-1, 7), min_size=8, max_size=8))
def test_random_links_are_cycles_where_a_walk_comes_back(links: list[int]) -> None:
    """Every partner whose walk up comes back to it is named, once, and nobody else."""
    sponsor = {str(i): str(link) if link >= 0 else None for i, link in enumerate(links)}
    inside = set()
    for start in sponsor:
        node = sponsor[start]
        for _ in sponsor:
            if node == start:
                inside.add(start)
            node = sponsor[node] if node is not None else None
    named = [name for cycle in cycles(sponsor) for name in cycle]
    assert set(named) == inside
    assert len(named) == len(inside)


def test_a_cycle_names_its_members(tmp_path: Path) -> None:
    found = faults(tmp_path, "id,segment,flow,sponsor\nX,bank,1,A\nA,bank,1,B\nB,bank,1,A\n")
    assert found == [(3, "roster.sponsor", "sponsors go in a cycle A -> B -> A")]


def test_roster_of_a_scenario(tmp_path: Path) -> None:
    (tmp_path / "lists").mkdir()
    (tmp_path / "lists" / "p.csv").write_bytes("id;segment;flow\nА1;bank;2,5\n".encode("cp1251"))
    write(tmp_path / "lists", {"roster.csv": "p.csv"}, "base.yaml")
    path = tmp_path / "main.yaml"
    path.write_text("schema: 1\nextends: lists/base.yaml\n", encoding="utf-8")
    loaded = load(path)
    assert loaded.roster is not None
    assert loaded.roster.ids == ("А1",)
    assert loaded.tree["roster"]["csv"] == "lists/p.csv"
    assert loaded.files[-1].name == "p.csv"
    assert [note.code for note in loaded.notes] == ["roster_cp1251"]


def test_roster_counts_instead_of_the_segments(tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text("id,segment,flow\nA,bank,1\n", encoding="utf-8")
    changes = {"roster.csv": "p.csv", "segments.bank.partners": "999999999"}
    assert load(write(tmp_path, changes)).roster is not None
    with pytest.raises(ScenarioError, match="over 1 partners"):
        (tmp_path / "p.csv").write_text("id,segment,flow\nA,bank,1\nB,bank,1\n", encoding="utf-8")
        load(write(tmp_path, {**changes, "population_limit": "1"}))


@pytest.mark.parametrize("name", ["../p.csv", "/etc/passwd", "no.csv", "."])
def test_roster_stays_in_the_folder(tmp_path: Path, name: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        load(write(tmp_path / "in", {"roster.csv": name}))
    assert "root:" not in str(caught.value)
    assert caught.value.problems[0].line > 0


def test_a_roster_that_the_memory_cannot_hold_is_refused_before_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sim.scenario.language.roster.available_memory", lambda: 2**20)
    monkeypatch.setattr(_Sheet, "blocks", lambda sheet: pytest.fail("it was read"))
    ((line, _, what),) = faults(tmp_path, HEADER + "a;bank;1;;\n" * 10_000)
    assert (line, what) == (0, "reading the roster takes about 2 MB of memory, and 1 MB are free")


@pytest.mark.long
@pytest.mark.parametrize(
    ("columns", "of"),
    [
        ("", lambda i: ""),
        (",name,region,city", lambda i: f",Broker {i} & Co,region {i % 7},city {i % 300}"),
        (",name,sponsor,mail", lambda i: f",Партнёр {i},{f'p{i // 5:07d}' if i else ''},office{i}@example.org"),
    ],
)
def test_a_million_rows(tmp_path: Path, columns: str, of: Callable[[int], str]) -> None:
    """Below 512 MB of memory and ten seconds of one processor, the start of the program included."""
    rows = "".join(f"p{i:07d},bank,{i % 90}.5{of(i)}\n" for i in range(1_000_000))
    (tmp_path / "r.csv").write_text(f"id,segment,flow{columns}\n" + rows, "utf-8")
    file = write(tmp_path, {"roster": "{csv: r.csv}"})
    check = (
        "import resource, sys\nfrom sim.results.loading import load\nload(sys.argv[1])\n"
        "used = resource.getrusage(resource.RUSAGE_SELF)\n"
        "held = open('/proc/self/status').read().partition('VmHWM:')[2].split()[0]\n"  # not of who started it
        "print(used.ru_utime + used.ru_stime, int(held) / 1024)"
    )
    done = subprocess.run([sys.executable, "-c", check, file], capture_output=True, text=True, check=True)
    seconds, megabytes = map(float, done.stdout.split())
    assert seconds < 10.0 and megabytes < 512.0
