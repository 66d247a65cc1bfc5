"""docs/keys.md is as the declarations are, and every key says what it means."""

from __future__ import annotations

from tests.docs.keys import document, parts
from tests.docs.reading import text


def test_the_document_is_made_from_the_declarations() -> None:
    assert text("docs/keys.md") == document()


def test_every_key_says_what_it_means() -> None:
    assert [f"{path}.{key.path}" for path, keys, _ in parts() for key in keys if not key.meaning] == []
