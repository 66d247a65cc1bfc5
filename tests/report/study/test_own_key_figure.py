"""A key figure from outside in a study: compared like ours, in the words of both languages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import sim
from sim.base.arrays import Reals
from sim.experiments.answer import Answer
from sim.figures.figure import Words
from sim.figures.own import KeyFigure
from sim.report.language.labels import LANGUAGES
from sim.report.study import answer_page
from sim.results.account_series import Books
from tests.experiments import tiny


class NewPremium(KeyFigure):
    """Premium of new contracts."""

    name = "new_premium"
    unit = "money"
    words = Words("Premium of new contracts", "Премия новых договоров")

    def of(self, books: Books, scenario: Any) -> Reals:
        return sum(books.cube.series(f"premium_new.{name}").sum(axis=1) for name in scenario.products)  # type: ignore[return-value]


@pytest.fixture(scope="module")
def answer(tmp_path_factory: pytest.TempPathFactory) -> Answer:
    path = tiny.study(tmp_path_factory.mktemp("study"), {"figures": "[result, new_premium]"})
    return sim.study(path, workers=1, extra=[NewPremium])


def test_it_is_compared_like_ours(answer: Answer) -> None:
    row = answer.table("differences").set_index("kpi").loc["new_premium"]
    assert row.unit == "money" and row.a > 0 and row.b != row.a


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_says_it(answer: Answer, lang: str) -> None:
    assert NewPremium.words[lang] in answer_page.report(answer, lang)


def test_without_it_the_study_is_refused(tmp_path: Path) -> None:
    with pytest.raises(sim.ScenarioError, match="new_premium"):
        sim.study(tiny.study(tmp_path, {"figures": "[result, new_premium]"}), workers=1)
