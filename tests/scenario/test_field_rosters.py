"""Rosters from the field: encodings, headers, labels, names, numbers."""

from __future__ import annotations

from pathlib import Path
from shutil import copy

import pytest

from sim.base.errors import ScenarioError
from sim.scenario.load import Loaded, load

FIELD = Path("tests/reference/field")
HEADER = "id;segment;flow;us_share;region;manager\n"


def loaded(folder: Path, name: str = "", rows: str | bytes = "", sets: tuple[str, ...] = ()) -> Loaded:
    """The scenario of the field with one of its rosters, or with rows."""
    copy(FIELD / "f42-scenario.yaml", folder / "scenario.yaml")
    content = (FIELD / name).read_bytes() if name else rows if isinstance(rows, bytes) else rows.encode()
    (folder / "f42-roster.csv").write_bytes(content)
    return load(folder / "scenario.yaml", sets)


def refusals(folder: Path, name: str = "", rows: str | bytes = "") -> list[tuple[int, str]]:
    with pytest.raises(ScenarioError) as caught:
        loaded(folder, name, rows)
    return [(one.line, f"{one.path}: {one.what}; {one.remedy}") for one in caught.value.problems]


def test_latin_1_is_not_taken_for_cyrillic(tmp_path: Path) -> None:
    ((line, text),) = refusals(tmp_path, "f42g-latin1.csv")
    assert line == 2
    assert '"Köln" in Latin-1 or "Kцln" in cp1251; save it as CSV UTF-8' in text


@pytest.mark.parametrize(
    ("text", "encoding", "taken"),
    [
        ("Вектор;Пермь «1»", "cp1251", True), ("Ёлка № 5 – а", "cp1251", True), ("Сбербанк Pro", "cp1251", True),
        ("Zoë;Genève", "latin-1", False), ("Łódź;Kraków", "cp1250", False), ("İstanbul;Şişli", "cp1254", False),
    ],
)  # fmt: skip
def test_which_bytes_are_cyrillic(tmp_path: Path, text: str, encoding: str, taken: bool) -> None:
    rows = f"id;segment;flow;name;region\na;clinic;1;{text if ';' in text else text + ';'}\n".encode(encoding)
    if taken:
        found = loaded(tmp_path, rows=rows)
        assert found.roster is not None and found.roster.names[0] == text.partition(";")[0]
        assert [note.code for note in found.notes] == ["roster_cp1251"]
    else:
        assert "save it as CSV UTF-8" in refusals(tmp_path, rows=rows)[0][1]


def test_an_upper_case_header(tmp_path: Path) -> None:
    roster = loaded(tmp_path, "f42k-upper-header.csv").roster
    assert roster is not None and (roster.ids, roster.flows, roster.names) == (("a1",), (3.0,), ("A",))


def test_messages_say_what_is_wrong(tmp_path: Path) -> None:
    assert refusals(tmp_path, "f42l-negative.csv") == [
        (2, "roster.flow: must not be negative, got -3; "),
        (3, "roster.us_share: must be from 0% to 100%, got 120%; "),
        (4, 'roster.segment: unknown segment "klinik"; did you mean clinic?'),
    ]


def test_unknown_columns_are_labels(tmp_path: Path) -> None:
    found = loaded(tmp_path, "f42m-extra-col.csv")
    assert found.roster is not None and found.roster.labels == {"phone": ("0281",), "contact": ("extra",)}
    (note,) = found.notes
    assert note.code == "roster_labels" and note.text.endswith("phone, contact")
    ((_, slip),) = refusals(tmp_path, rows="id;segment;flow;us_shar\na;clinic;1;1\n")
    assert 'unknown column "us_shar"; did you mean us_share?' in slip


def test_ids_are_text(tmp_path: Path) -> None:
    ids = ("007", "1e5", "100000", "12345678901234567890", "+7", "1,5")
    rows = HEADER + "".join(f"{one};clinic;1;;;\n" for one in ids)
    roster = loaded(tmp_path, rows=rows).roster
    assert roster is not None and set(roster.ids) == set(ids)
    with pytest.raises(ScenarioError, match="quotes"):
        loaded(tmp_path, rows=rows, sets=("market.events.a={kind: departure, partners: [1e5], start: 2025-03}",))
    quoted = 'market.events.a={kind: departure, partners: ["1e5", "007"], start: 2025-03}'
    assert loaded(tmp_path, rows=rows, sets=(quoted,)).scenario.market.events


@pytest.mark.parametrize(
    ("other", "how"),
    [
        ("A1", "upper and lower case"),
        ("a\u200b1", "duplicate id"),
        ("a1\u00a0", "duplicate id"),
        (" a1", "duplicate id"),
    ],
)
def test_ids_that_read_alike_are_refused(tmp_path: Path, other: str, how: str) -> None:
    ((line, text),) = refusals(tmp_path, rows=f"{HEADER}a1;clinic;1;;;\n{other};clinic;1;;;\n")
    assert line == 3 and how in text


def test_names_of_segments_and_regions_are_one_with_a_note(tmp_path: Path) -> None:
    rows = f"{HEADER}a;Clinic;1;;Perm;\nb;clinic\u200b;1 000;;perm;\nc;clinic;1;;Perm;\n"
    found = loaded(tmp_path, rows=rows)
    assert found.roster is not None
    assert set(found.roster.segments) == {"clinic"} and set(found.roster.regions) == {"Perm"}
    assert found.roster.flows == (1.0, 1000.0, 1.0)
    (spelling,) = (note.text for note in found.notes if note.code == "roster_spelling")
    assert 'segment "Clinic" (line 2) as "clinic"' in spelling and 'region "perm" (line 3) as "Perm"' in spelling
    assert "roster_grouped" in [note.code for note in found.notes]


def test_partners_are_not_required_beside_a_roster(tmp_path: Path) -> None:
    found = loaded(tmp_path, rows=f"{HEADER}a;clinic;1;;;\n", sets=("segments.clinic.partners=",))
    assert "partners" not in found.tree["segments"]["clinic"]
    with pytest.raises(ScenarioError, match=r"segments\.clinic\.partners: required key is missing; add partners"):
        load(tmp_path / "scenario.yaml", ("segments.clinic.partners=", "roster="))
