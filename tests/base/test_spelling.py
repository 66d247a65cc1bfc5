"""Names that read alike."""

from __future__ import annotations

from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.base.spelling import Known, commonest, difference, read_alike, reading_alike, tidied, tidy

ACCENT = normalize("NFD", "Café")


@pytest.mark.parametrize(
    ("one", "other", "said"),
    [
        ("us", "us ", "blanks at the ends"), ("us", "u\u200bs", "hidden characters"), ("Us", "us", "upper and lower"),
        ("Café", ACCENT, "how letters are composed"), ("ЁЖ", "ёж", "upper and lower case"),
        ("a b", "a\u00a0b", "blanks"),
    ],
)  # fmt: skip
def test_names_that_read_alike(one: str, other: str, said: str) -> None:
    assert read_alike(one) == read_alike(other)
    assert said in difference(one, other)
    assert Known([one]).find(other) == one


@pytest.mark.parametrize(
    ("one", "other"), [("us", "uss"), ("007", "7"), ("1e5", "100000"), ("Cafe", "Café"), ("а", "a")]
)
def test_names_that_do_not(one: str, other: str) -> None:
    assert read_alike(one) != read_alike(other)
    assert Known([one]).find(other) is None


def test_the_commonest_spelling_stands_for_all() -> None:
    assert commonest(["Us", "us", "us", "them"]) == {"Us": "us"}
    assert commonest(["A", "a"]) == {"a": "A"}


@given(st.text(max_size=12))
def test_a_tidy_name_is_tidy_and_reads_as_before(text: str) -> None:
    assert tidy(tidy(text)) == tidy(text)
    assert read_alike(tidy(text)) == read_alike(text)
    assert read_alike(read_alike(text)) == read_alike(text)


@given(
    st.lists(st.text(max_size=6) | st.sampled_from(["b 1", "Ёлка", ACCENT, "a\u200d", "\u0301", "ß", "İ"]), max_size=4)
)
def test_many_at_once_read_as_each_by_itself(texts: list[str]) -> None:
    assert tidied(texts) == [tidy(text) for text in texts]
    assert reading_alike(tidied(texts)) == [read_alike(tidy(text)) for text in texts]
