"""Paths of scenarios in words."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from sim.report.language.labels import Labels
from sim.report.language.path_words import PathWords

SCENARIOS = Path(__file__).parents[3] / "scenarios"


@pytest.mark.parametrize(
    ("path", "en", "ru"),
    [
        ("products.motor_hull.claims.loss_ratio", "motor hull: loss ratio", "каско: убыточность"),
        ("products.motor_hull.claims.loss_ratio.since.2025-01", "motor hull: loss ratio: 2025-01",
         "каско: убыточность: январь 2025"),
        ("policy.rules.base.renewal.products.motor_hull.rate", "base: renewal: motor hull",
         "базовая ставка: продление: каско"),
        ("policy.rules.split.scale.brackets[0].rate", "split: step 1", "split: ступень 1"),
        ("policy.rules.split.scale.brackets[1].above", "split: step 2: threshold", "split: ступень 2: порог"),
        ("policy.rules.team.rates[0]", "team: rate 1", "team: ставка 1"),
        ("products.plan.renewal[1]", "plan: renewal 2", "plan: продление 2"),
        ("rivals.price.commission", "price: commission", "price: комиссия"),
        ("demand", "demand", "спрос"),
    ],
)  # fmt: skip
def test_a_path_is_told_by_whose_figure_it_is(path: str, en: str, ru: str) -> None:
    assert [PathWords(Labels(lang))(path) for lang in ("en", "ru")] == [en, ru]


@pytest.mark.parametrize("path", ["products.motor.no_such_key", "policy", "policy.rules", "a[.b", "v1.2"])
def test_what_has_no_words_stays_a_path(path: str) -> None:
    assert PathWords(Labels("ru")).known(path) == path


@cache
def shipped() -> list[str]:
    """Every path that a scenario or study which comes with the package looks at or turns."""
    files = [YAML(typ="safe").load(file.read_text("utf-8")) for file in sorted(SCENARIOS.rglob("*.yaml"))]
    return sorted({path for tree in files for path in turned(tree) if "." in path and "/" not in path})


def turned(tree: Any) -> Iterator[str]:
    if isinstance(tree, list):
        for one in tree:
            yield from turned(one)
    elif isinstance(tree, dict):
        for key, value in tree.items():
            found = [value] if isinstance(value, str) else value
            if key in ("path", "breaks") and isinstance(found, list):
                yield from (one for one in found if isinstance(one, str))
            yield from turned(value)


def test_all_that_is_shipped_has_words() -> None:
    words = PathWords(Labels("ru"))
    assert len(shipped()) > 50
    assert not [path for path in shipped() if words.known(path) == path]
