"""docs/keys.md is as the declarations are, and every key says what it means."""

from __future__ import annotations

import pytest

from tests.docs.keys import LANGUAGES, document, parts, path_of


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_document_is_made_from_the_declarations(language: str) -> None:
    assert path_of(language).read_text("utf-8") == document(language)


def test_every_key_says_what_it_means() -> None:
    assert [f"{path}.{key.path}" for path, keys, _ in parts() for key in keys if not key.meaning] == []
