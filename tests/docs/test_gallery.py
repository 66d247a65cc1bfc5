"""The gallery shows every real system as its scenario is."""

from __future__ import annotations

import re

import pytest

from tests.docs.gallery import WORDS, System, document, systems
from tests.docs.reading import text

REAL = 18


def test_all_real_systems_are_there() -> None:
    assert len(systems()) == REAL


@pytest.mark.parametrize("language", sorted(WORDS))
def test_the_page_is_made_from_the_scenarios(language: str) -> None:
    assert document(language) == text(f"docs/gallery{'' if language == 'en' else '.' + language}.md")


@pytest.mark.parametrize("one", systems(), ids=lambda one: one.name)
def test_what_is_said_in_russian_is_said_in_the_scenario(one: System) -> None:
    """Every figure of the Russian text stands in the head of the scenario."""
    said = {_plain(figure) for figure in re.findall(FIGURE, " ".join(one.head))}
    for part in ("published", "shows"):
        figures = {_plain(figure) for figure in re.findall(FIGURE, one.stated["ru"][part])}
        assert not figures - said, part


@pytest.mark.parametrize("one", systems(), ids=lambda one: one.name)
def test_its_pictures_are_there(one: System) -> None:
    assert all(one.picture(language).stat().st_size > 0 for language in WORDS)


FIGURE = r"\d+(?:[ \u00a0\u202f]\d{3})*(?:[.,]\d+)?"


def _plain(figure: str) -> str:
    """A figure without the habits of a language."""
    return re.sub(r"[ \u00a0\u202f]", "", figure).replace(",", ".")
