"""The notebooks show what they found where they are read; that they still find it, `pytest --nbmake notebooks` says."""

from __future__ import annotations

import base64
import re
from pathlib import Path

import nbformat
import pytest

from tests.docs.notebooks import code_of, notebooks, played, texts

LARGEST = 300_000
CHEAP = "03_tiers_and_their_cliffs"
TRICKS = re.compile(r"sys\.path|Path\.cwd|__file__|os\.chdir|/home/|/tmp/")
CLAIMS = re.compile("^assert ", re.MULTILINE)
PLACE = re.compile(r"0x[0-9a-f]{6,}")


@pytest.fixture(params=notebooks(), ids=lambda path: path.stem)
def path(request: pytest.FixtureRequest) -> Path:
    return request.param


def test_it_shows_outputs_and_pictures(path: Path) -> None:
    book = nbformat.read(path, as_version=4)
    outputs = [output for cell in code_of(book) for output in cell.outputs]
    assert all(cell.execution_count for cell in code_of(book)), "a cell was not played"
    assert not [one for one in outputs if one.output_type == "error"]
    assert [one for one in outputs if "image/png" in one.get("data", {})], "no picture"
    assert path.stat().st_size < LARGEST


def test_it_is_the_same_on_every_machine(path: Path) -> None:
    """No path, time or number of a place in memory is stored."""
    book = nbformat.read(path, as_version=4)
    shown = "\n".join(texts(book))
    assert not PLACE.search(shown) and not TRICKS.search(shown)
    assert not [cell for cell in code_of(book) if "execution" in cell.metadata]


def test_it_starts_without_tricks_and_ends_in_its_claims(path: Path) -> None:
    book = nbformat.read(path, as_version=4)
    first, last = book.cells[0].source, book.cells[-1]
    assert first.startswith("# ") and last.cell_type == "code" and CLAIMS.search(last.source)
    assert not [cell.source for cell in code_of(book) if TRICKS.search(cell.source)]
    assert re.search("decision|решение", "".join(cell.source for cell in book.cells).lower()), "no decision is taught"


@pytest.mark.long
def test_what_is_stored_is_what_it_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MPLBACKEND", raising=False)
    (path,) = (one for one in notebooks() if one.stem == CHEAP)
    fresh = played(path)
    assert list(texts(fresh)) == list(texts(nbformat.read(path, as_version=4)))
    pictures = [
        one.data["image/png"] for cell in code_of(fresh) for one in cell.outputs if "image/png" in one.get("data", {})
    ]
    assert pictures and all(base64.b64decode(one).startswith(b"\x89PNG") for one in pictures)
