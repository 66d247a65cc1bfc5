"""Which words a scenario speaks, and words that cannot be spoken: every fault with its place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sim.base.errors import ScenarioError
from sim.results.loading import load
from tests.scenario.minimal import write

COST: dict[str, Any] = {"price": "100", "cost_ratio": "40%"}
ONCE, MONTHLY = COST | {"term": "0mo"}, COST | {"term": "1mo", "renewal": "90%"}


@pytest.mark.parametrize(
    ("products", "trade"),
    [
        ({}, "insurance"),
        ({"hull": ONCE}, "sales"),
        ({"hull": MONTHLY}, "subscription"),
        ({"hull": COST}, "sales"),  # a year without renewal
        ({"hull": ONCE, "a": MONTHLY, "b": MONTHLY}, "subscription"),
        ({"hull": ONCE, "a": MONTHLY}, "sales"),
        ({"a": ONCE, "b": MONTHLY}, "insurance"),  # hull has claims
    ],
)
def test_chosen_by_what_the_products_have(products: dict[str, Any], trade: str, tmp_path: Path) -> None:
    changes = {f"products.{name}": one for name, one in products.items()}
    assert load(write(tmp_path, changes)).scenario.spoken.trade == trade


def test_stated_words(tmp_path: Path) -> None:
    stated = {"products.a": ONCE, "vocabulary": "sales", "words": "{partner: {ru: дилер}, claims: {en: Repairs}}"}
    spoken = load(write(tmp_path, stated)).scenario.spoken
    assert spoken.trade == "sales" and spoken.words == {"partner": {"ru": "дилер"}, "claims": {"en": "Repairs"}}


@pytest.mark.parametrize(
    ("changes", "path", "what", "remedy"),
    [
        ({"vocabulary": "sales"}, "vocabulary", "every product has claims", "speak of insurance"),
        ({"vocabulary": "insurance", "products.hull": ONCE}, "vocabulary", "no product has claims", "speak of sales"),
        ({"vocabulary": "subscription", "products.hull": ONCE}, "vocabulary", "no product has a term", "write sales"),
        ({"vocabulary": "goods"}, "vocabulary", "one of insurance, sales, subscription expected", ""),
        ({"words": "{premum: {en: turnover}}"}, "words.premum", 'called "premum"', "did you mean premium?"),
        ({"words": "{premium: {}}"}, "words.premium", "give the word in en", ""),
        ({"words": "{partner: {ru: магазинчик}}"}, "words.partner.ru", "the endings of", "such as дилер"),
        ({"words": "{partner: {en: agency}}"}, "words.partner.en", "plural", "such as dealer"),
    ],
)
def test_what_cannot_be_spoken(changes: dict[str, Any], path: str, what: str, remedy: str, tmp_path: Path) -> None:
    with pytest.raises(ScenarioError) as caught:
        load(write(tmp_path, changes))
    (problem,) = caught.value.problems
    assert problem.path == path and problem.line and problem.file.endswith("main.yaml")
    assert what in problem.what and remedy in problem.remedy
