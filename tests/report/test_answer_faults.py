"""What nobody could read in an answer is refused by every way out, with the class of the study and what to state."""

from __future__ import annotations

import dataclasses
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rich.console import Console

import sim
from sim.experiments.answer import Amount, Answer, Foot, Lines, Sentence, Series
from sim.report.study import answer_folder, answer_page, answer_terminal, workbook
from tests.report.outside import Downturn

NAME = f"{Downturn.__module__}.Downturn"
CHART = Lines("downturn", np.ones(1), [Series("a", np.ones(1))], "demand_level", "money")
Change = Callable[[Answer], Answer]


def answer_with(**changes: Any) -> Change:
    return lambda answer: dataclasses.replace(answer, **changes)


def says(*said: Any) -> Change:
    return answer_with(says=said)


def tried(levels: Any) -> Change:
    return says(Sentence("downturn_tried", {"levels": levels}))


def table_with(**changes: Any) -> Change:
    return lambda answer: dataclasses.replace(answer, tables=[dataclasses.replace(answer.tables[0], **changes)])


def chart_with(**changes: Any) -> Change:
    return answer_with(charts=[dataclasses.replace(CHART, **changes)])


def wider(answer: Answer) -> Answer:
    return table_with(frame=answer.tables[0].frame.assign(width=1.0))(answer)


def twice(answer: Answer) -> Answer:
    return answer_with(tables=[*answer.tables, *answer.tables])(answer)


UNHEARD = 'the sentence "unheard" has no text; state in its words "says.unheard": {"en": ..., "ru": ...}'
FOOT = 'the foot in the table "downturn" reads width, no column of it'
CASES: dict[str, tuple[Change, str]] = {
    "a sentence without a text": (says(Sentence("unheard")), UNHEARD),
    "a sentence without a value": (says(Sentence("downturn_tried")), "is not given levels; give it among its values"),
    "a bare number": (tried(1.0), 'levels of the sentence "downturn_tried" is a float; give an Amount'),
    "an unknown unit": (tried(Amount(1.0, "euro")), 'the unknown unit "euro"; give one of money'),
    "no sentence": (says("text"), "says[0] is a str; give a Sentence"),
    "a title": (table_with(name="other"), 'the table "other" has no text; state in its words "table.other"'),
    "a column": (wider, 'the column "width" has no text; state in its words "column.width"'),
    "the unit of a column": (table_with(units={"result": "cash"}), 'the unknown unit "cash"'),
    "no unit by row": (table_with(units={"result": "by row"}), 'add the column "unit"'),
    "a formula": (table_with(formulas={"result": "{width}"}), 'result in the table "downturn" reads width, no column'),
    "a foot": (table_with(foot=Foot("width", {})), FOOT),
    "no frame": (table_with(frame=[1.0]), "holds a list; give a pandas.DataFrame"),
    "no table": (answer_with(tables=[{"a": 1}]), "tables[0] is a dict; give a Table"),
    "two tables": (twice, '2 tables would be called "downturn.csv"'),
    "two charts": (answer_with(charts=[CHART, CHART]), '2 charts would be called "downturn"'),
    "a chart": (chart_with(name="other"), 'the chart "other" has no text'),
    "an axis": (chart_with(x_label="width"), 'the axis "width" has no text'),
    "a kind of chart": (chart_with(kind="pie"), 'the unknown kind "pie"; give lines, bars, points'),
    "no chart": (answer_with(charts=["picture"]), "charts[0] is a str; give a Lines or Map"),
    "an input": (answer_with(inputs={"rest": Amount(0.0, "euro")}), 'the input "rest" has the unknown unit'),
    "a verdict": (answer_with(verdict="MAYBE"), 'the verdict "MAYBE" is unknown; give PASS, FAIL, UNDECIDED'),
}


@pytest.mark.parametrize("case", CASES)
def test_an_answer_that_cannot_be_shown_is_refused_everywhere(case: str, downturn: Answer, tmp_path: Path) -> None:
    spoil, told = CASES[case]
    bad, screen = spoil(downturn), io.StringIO()
    ways: list[Callable[[], object]] = [
        lambda: answer_page.report(bad, "ru"),
        lambda: answer_folder.write(bad, tmp_path / "out"),
        lambda: workbook.write(bad, tmp_path / "w.xlsx"),
        lambda: answer_terminal.show(bad, Console(file=screen)),
    ]
    for way in ways:
        with pytest.raises(sim.ScenarioError) as caught:
            way()
        assert told in str(caught.value) and NAME in str(caught.value)
    assert not list(tmp_path.iterdir()) and not screen.getvalue()


def test_every_fault_is_told_at_once(downturn: Answer) -> None:
    with pytest.raises(sim.ScenarioError) as caught:
        answer_page.report(dataclasses.replace(twice(downturn), says=[Sentence("a"), Sentence("b")]))
    assert len(caught.value.problems) == 3


def test_what_the_user_names_needs_no_text(downturn: Answer) -> None:
    named = dataclasses.replace(wider(downturn), own=frozenset({"width"}))
    assert "width" in answer_page.report(named, "ru")
