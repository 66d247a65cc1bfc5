"""The reference of figures and of Python is as the declarations and docstrings are."""

from __future__ import annotations

import re

import pytest

import sim
from sim.figures.key import KEY
from sim.figures.monthly import MONTHLY
from tests.docs import api, figures
from tests.docs.reading import text


@pytest.mark.parametrize("language", figures.LANGUAGES)
def test_figures_are_made_from_the_declarations(language: str) -> None:
    assert figures.path_of(language).read_text("utf-8") == figures.document(language)


def test_every_figure_is_there() -> None:
    named = re.findall(r"^\| `(\w+)` \|", text("docs/figures.md"), re.MULTILINE)
    assert named == [one.name for one in (*KEY, *MONTHLY)]


def test_the_russian_of_units_and_parts_is_whole() -> None:
    rows = [line.split(" | ") for line in figures.document("ru").splitlines() if line.startswith("| `")]
    assert not [cells[1] for cells in rows if re.search("[a-z]", cells[1])]


def test_python_is_made_from_its_docstrings() -> None:
    assert text("docs/api.md") == api.document()


def test_every_public_name_is_there() -> None:
    told = text("docs/api.md")
    assert [
        name for name in sim.__all__ if f"sim.{name}" not in told and name not in ("__version__", "Result", "Finished")
    ] == []
