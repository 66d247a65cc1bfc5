"""Charts of every sort as page and still, with what is not known left out."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from sim.experiments.answer import OWN, Answer, Chart, Lines, Map, Mark, Series
from sim.report.pages.picture import Box, Cells, Line
from sim.report.pages.shown_picture import figure
from sim.report.study import answer_plots
from sim.report.study.answer_pictures import picture_of
from sim.report.study.words import Words

X, Y = np.array([0.1, 0.2, 0.3]), np.array([0.5, 0.6])
Z = np.array([[2e6, 1e6, -1e6], [1e6, np.nan, -2e6]])
MAP = Map(
    "a_map",
    X,
    Y,
    Z,
    "commission",
    "loss_ratio",
    "share",
    "share",
    "money",
    (0.0,),
    {"plane_$x": (X, 0.9 - X)},
    (Mark("present", 0.2, 0.6),),
)
POINTS = Lines(
    "points",
    [1.0, 2.0],
    [Series("<i>", np.array([1.0, np.nan]), np.array([0.5, -np.inf]), np.array([2.0, np.inf]))],
    "x",
    "number",
    "points",
)
BARS = Lines(
    "bars",
    ["$a", "b"],
    [Series("down", np.array([-2e6, 1e6])), Series("up", np.array([3e6, -1e6]))],
    "input",
    "money",
    "bars",
)
MONTHS = Lines(
    "months",
    ["2025-01", "2025-02"],
    [Series("_us", np.array([0.5, 1.0]), np.array([0.4, 0.9]), np.array([0.6, 1.0]))],
    "month",
    "share",
)


@pytest.mark.parametrize("chart", [MAP, POINTS, BARS, MONTHS], ids=lambda one: one.name)
@pytest.mark.parametrize("lang", ["en", "ru"])
def test_a_chart_is_drawn(chart: Chart, lang: str) -> None:
    words = Words(Answer("x", "t", [], []), lang)
    made = picture_of(chart, words)
    assert made is not None
    shown = figure(made, words.numbers)
    assert all("<i>" not in one and "NaN" not in one and "<svg" in one for one in shown["drawings"]) and made.told
    answer_plots.draw(chart, lang).canvas.draw()  # type: ignore[attr-defined]


def test_a_map_has_its_border_theory_and_mark() -> None:
    """The border runs between cells on both sides of 0; the marked cell is framed; what is not known has no colour."""
    made = picture_of(MAP, Words(Answer("x", "t", [], [])))
    assert made is not None
    cells, border, theory, here = made.marks
    assert isinstance(cells, Cells) and cells.texts[1] == ["1.00", "", "−2.00"] and cells.colours[1][1] == ""
    assert isinstance(border, Line) and border.at is not None and border.at[:2].tolist() == pytest.approx([25.0, 25.0])
    assert (
        isinstance(theory, Line) and theory.at is not None and theory.at.tolist() == pytest.approx([10.0, 20.0, 30.0])
    )
    assert isinstance(here, Box) and here.x == pytest.approx((15.0, 25.0)) and here.y == pytest.approx((55.0, 65.0))


def test_names_are_put_into_words_and_own_names_are_not() -> None:
    """Series and columns by the labels, the contour with its unit, an axis of the study's own as it stands."""
    pair = Lines(
        "bars",
        ["a"],
        [Series("column.at_low", Y[:1]), Series("first", Y[:1])],
        "input",
        "money",
        "bars",
        y_label="market_share_end",
    )
    own = dataclasses.replace(MAP, x_label=OWN + "commission")
    words = Words(Answer("x", "t", [], [], own=frozenset({"result"})), "ru")
    bars, plane = (picture_of(one, words) for one in (pair, own))
    assert bars is not None and plane is not None
    assert [name for name, *_ in bars.legend] == ["Изменение при низком значении", "first"]
    assert bars.unit == "Доля рынка, последние двенадцать месяцев, ₽"
    assert plane.along.title == "commission, %" and plane.legend[0][0] == "граница: 0\u00a0₽"
    assert words.column("result") == "result" and words.column("line.claims") == "Убытки"
