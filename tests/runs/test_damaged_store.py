"""Folders of a store that are damaged or none of ours: named and passed over, wherever the store is read."""

from __future__ import annotations

import json
import os
import zlib
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from sim.base.errors import OutputError
from sim.command.guard import guarded
from sim.judgement.archive import Archive
from sim.runs import chunk
from sim.runs.store import Store
from sim.runs.store_folder import ABOUT, SUFFIX
from tests.runs.test_store_faults import CASE, played

ABOUTS: dict[str, Any] = {
    "no JSON": "{", "a list": "[]", "empty": "", "no whole number": {"seed": 1.5}, "negative": {"seed": -1},
    "infinite": '{"name": "a", "seed": 1e999, "version": "v"}', "huge": {"seed": 10**30}, "boolean": {"seed": True},
    "claims": {"claims": "maybe"}, "a name that is none": {"name": 7},
    "long": {"name": "x" * 2000}, "odd": {"more": 1},
}  # fmt: skip


@pytest.fixture
def home(tmp_path: Path) -> Path:
    played(Store(tmp_path))
    return tmp_path


def folder(home: Path) -> Path:
    return home / CASE.specification.key[:32]


@pytest.mark.parametrize("how", ABOUTS)
def test_every_field_of_about_is_checked(home: Path, how: str) -> None:
    about, said = folder(home) / ABOUT, ABOUTS[how]
    text = said if isinstance(said, str) else json.dumps({**json.loads(about.read_text()), **said})
    about.write_text(text)
    store = Store(home)
    assert store.list() == [] and list(store.passed_over()) == [folder(home).name]
    assert played(store) == played(None)
    (note,) = store.news()
    assert note.code == "store_passed_over" and folder(home).name in note.text and store.news() == []
    assert Store(home).passed_over() == {} and len(Store(home).list()) == 1  # what was played again has mended it


def test_strangers_are_named_and_left(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / "notes\x1b[2J.txt").write_text("mine")
    (home / ("0" * 32)).symlink_to("/etc")
    (home / ("1" * 32)).mkdir()
    os.mkfifo(home / ("1" * 32) / ABOUT)
    (folder(home) / f"months-x{SUFFIX}").write_bytes(b"")
    (home / "out").mkdir()
    assert [one.figures for one in Store(home).list()] == [3]
    assert guarded(["store", "--store", str(home)]) == 0
    said = capsys.readouterr().out
    for words in (f"{'0' * 32} (it is no folder, but a link)", f"{'1' * 32} (about.json: not a regular file, a pipe)",
                  "out (its name is no key", "notes\\x1b[2J.txt (its name is no key"):  # fmt: skip
        assert f"passed over: {words}" in said, said
    with pytest.raises(OutputError, match="passed over"):
        Archive(home).result("1" * 32)
    assert guarded(["store", "--store", str(home), "--remove", "1" * 32]) == 0
    assert not (home / ("1" * 32)).exists() and (home / "out").is_dir()
    assert guarded(["store", "--store", str(home), "--remove", "out"]) == 2


@pytest.mark.parametrize("how", ["cut", "strange arrays", "bomb", "pipe"])
def test_a_damaged_file_is_named_and_played_again(home: Path, how: str, monkeypatch: pytest.MonkeyPatch) -> None:
    (part,) = folder(home).glob(f"*{SUFFIX}")
    whole = part.read_bytes()
    if how == "pipe":
        part.unlink()
        os.mkfifo(part)
    else:
        monkeypatch.setattr(chunk, "LARGEST", max(len(whole) * 20, 100_000))
        body = {"cut": b"", "strange arrays": zlib.compress(b"PK\3\4"), "bomb": zlib.compress(bytes(10**8))}[how]
        part.write_bytes(whole[:-5] if how == "cut" else chunk.MAGIC + sha256(body).digest() + body)
    store = Store(home)
    assert played(store) == played(None)
    (note,) = store.news()
    assert part.name in note.text and "played again" in note.text
    assert part.read_bytes() == whole


def test_nothing_is_written_through_a_link(home: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    folder(home).rename(home / "moved")
    folder(home).symlink_to(elsewhere)
    store = Store(home)
    assert played(store) == played(None)
    assert store.refused is not None and not list(elsewhere.iterdir())
