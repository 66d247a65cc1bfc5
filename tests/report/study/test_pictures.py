"""Charts of every sort as page and still, with what is not known left out."""

from __future__ import annotations

import dataclasses
import json

import numpy as np
import pytest

from sim.experiments.answer import OWN, Answer, Chart, Lines, Map, Mark, Series
from sim.report.study import answer_plots
from sim.report.study.answer_charts import StudyCharts
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
    made = StudyCharts(Answer("x", "t", [], [], [chart]), Words(Answer("x", "t", [], []), lang)).all()
    text = json.dumps(made, allow_nan=False)
    assert "<i>" not in text and made[chart.name]["data"]
    answer_plots.draw(chart, lang).canvas.draw()  # type: ignore[attr-defined]


def test_a_map_has_its_contour_theory_and_mark() -> None:
    made = StudyCharts(Answer("x", "t", [], [], [MAP]), Words(Answer("x", "t", [], []))).all()["a_map"]
    kinds = [trace.get("type", trace.get("mode")) for trace in made["data"]]
    assert kinds == ["heatmap", "contour", "lines", "markers"]
    assert made["data"][0]["z"][1] == [1.0, None, -2.0] and made["data"][1]["contours"]["start"] == 0.0
    assert made["data"][2]["x"] == [10.0, 20.0, 30.0] and made["layout"]["xaxis"]["range"] == pytest.approx([5.0, 35.0])


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
    made = StudyCharts(Answer("x", "t", [], [], [pair, own]), words).all()
    assert [trace["name"] for trace in made["bars"]["data"]] == ["Изменение при низком значении", "first"]
    assert made["bars"]["layout"]["annotations"][0]["text"] == "Доля рынка, последние двенадцать месяцев, ₽"
    assert made["a_map"]["layout"]["xaxis"]["title"]["text"] == "commission, %"
    assert made["a_map"]["data"][1]["name"] == "граница: 0\u00a0RUB"
    assert words.column("result") == "result" and words.column("line.claims") == "Убытки"
