"""docs/keys.md and its Russian are as the declarations are, and every key says what it means, in both languages."""

from __future__ import annotations

import re

import pytest

from tests.docs.keys import LANGUAGES, document, parts, path_of, russian, texts

CODE = re.compile("`[^`]*`")
LATIN = re.compile("[A-Za-z]+")
ABBREVIATIONS = {"CSV"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_document_is_made_from_the_declarations(language: str) -> None:
    assert path_of(language).read_text("utf-8") == document(language)


def test_every_key_says_what_it_means() -> None:
    assert [f"{path}.{key.path}" for path, keys, _ in parts() for key in keys if not key.meaning] == []


def test_every_text_has_its_russian() -> None:
    """A sentence of the declarations that is new or changed wants a row in docs/keys/ru.csv."""
    assert sorted(text for text in texts() if not russian().get(text)) == []


def test_no_russian_is_left_of_a_text_that_is_gone() -> None:
    assert sorted(set(russian()) - texts()) == []


def test_the_russian_has_no_english_words() -> None:
    """Words of code stand in backticks."""
    left = {text: set(LATIN.findall(CODE.sub("", text))) - ABBREVIATIONS for text in russian().values()}
    assert {text: words for text, words in left.items() if words} == {}


def test_words_of_code_are_those_of_the_english() -> None:
    """In the English they may stand without backticks."""
    strange = {code for text, said in russian().items() for code in CODE.findall(said) if code.strip("`") not in text}
    assert strange == set()
