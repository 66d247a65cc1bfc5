"""Russian documents say all of the English ones, in Russian, with the same code and figures."""

from __future__ import annotations

import re

import pytest
import yaml

from sim.figures.key import KEY
from tests.docs import russian
from tests.docs.russian import CODE, documents, english_of, missing, rows, russian_of, tables, texts, translated

YAML = re.compile(r"^```yaml\n(.*?)^```$", re.DOTALL | re.MULTILINE)
LATIN = re.compile("[A-Za-z]+")
SYMBOLS = re.compile(r"(?<![A-Za-z])(?:[A-Za-z]|min|max)(?![A-Za-z])")
FIGURE = re.compile(r"\d+(?: \d{3})*(?:[.,]\d+)?")
NAMES = {"CSV", "Dask", "Excel", "JSON", "PDF", "LR", "NetSuite", "Pricefx", "Python", "README", "SHA", "UTF", "YAML"}
"""what Russian writes in Latin letters, beside code and the symbols of formulas"""


@pytest.fixture(params=documents())
def name(request: pytest.FixtureRequest) -> str:
    """A document with a Russian."""
    return str(request.param)


@pytest.fixture(params=tables())
def table(request: pytest.FixtureRequest) -> str:
    """A table of texts."""
    return str(request.param)


def test_every_text_has_its_russian() -> None:
    """A text of a document that is new or changed wants a row in the document's table below docs/russian."""
    assert missing() == []
    assert [one.name for one in KEY if one.text not in russian.russian()] == []


def test_no_russian_is_left_of_a_text_that_is_gone() -> None:
    stand = {text for name in documents() for text in texts(english_of(name))}
    assert sorted(set(russian.russian()) - stand - {one.text for one in KEY}) == []


def test_a_text_stands_in_one_table() -> None:
    assert len(russian.russian()) == sum(len(rows(name)) for name in tables())


def test_the_document_is_made_from_the_english(name: str) -> None:
    assert russian_of(name).read_text("utf-8") == translated(english_of(name))


def test_no_english_is_left(table: str) -> None:
    """Words of code stand in backticks."""
    left = {text: set(LATIN.findall(SYMBOLS.sub("", plain(text)))) - NAMES for _, text in rows(table)}
    assert {text: words for text, words in left.items() if words} == {}


def plain(text: str) -> str:
    """Without code, places of links and the places of names."""
    return re.sub(r"\{\w+\}", "", russian.WORDLESS.sub("", text))


def test_words_of_code_are_those_of_the_english(table: str) -> None:
    """In the English they may stand without backticks, and begin with a capital."""
    strange = {
        code
        for english, said in rows(table)
        for code in CODE.findall(said)
        if code.strip("`").replace(".ru.md", ".md").lower() not in english.replace(".ru.md", ".md").lower()
    }
    assert strange == set()


def test_figures_are_those_of_the_english(table: str) -> None:
    differ = {said: found for english, said in rows(table) if (found := figures(english) ^ figures(said))}
    assert differ == {}


def figures(text: str) -> set[str]:
    """Figures without the habits of a language."""
    return {figure.replace(" ", "").replace(",", ".") for figure in FIGURE.findall(text)}


def test_worked_cases_are_those_of_the_english(name: str) -> None:
    """But for what they say of themselves."""
    english, said = (
        [yaml.safe_load(block) for block in YAML.findall(document)]
        for document in (english_of(name), russian_of(name).read_text("utf-8"))
    )
    for file in (*english, *said):
        for case in file.get("cases", {}).values():
            del case["source"], case["text"]
    assert english == said
