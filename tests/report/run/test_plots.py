"""Still pictures are drawn from any scenario, names never read as formulas."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest

import sim
from sim.judgement.result import Result
from sim.report.run import plots, series
from tests.report import tiny
from tests.scenario.minimal import changed, text_of


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_pictures_are_drawn(result: Result, lang: str) -> None:
    for figure in (plots.fan(result, "equity", lang), plots.fan(result, "hhi", lang), plots.waterfall(result, lang)):
        picture = io.BytesIO()
        figure.savefig(picture, format="png")
        assert picture.getvalue().startswith(b"\x89PNG")


@pytest.mark.filterwarnings("ignore:Glyph")
def test_names_are_no_formulas(tmp_path: Path) -> None:
    text = text_of(changed({**tiny.TINY, "months": "2mo"}))
    path = tmp_path / "main.yaml"
    path.write_text(re.sub("^( +)bank:", r'\1"_bad $x_{$ 😀":', text, flags=re.MULTILINE), "utf-8")
    figure = plots.premium_by_segment(sim.run(sim.load(path), replications=1, workers=1))
    figure.savefig(io.BytesIO(), format="svg")
    labels = [entry.get_text() for entry in figure.axes[0].get_legend().get_texts()]
    assert any("$x" in label for label in labels)


def test_steps_lead_to_the_result(result: Result) -> None:
    steps = dict(series.steps(result.cube))
    assert sum(amount for name, amount in steps.items() if name != "result") == pytest.approx(steps["result"])
    assert steps["result"] == pytest.approx(result.figures["result"].values.mean(), abs=0.05)


def test_trailing_sums_and_years(result: Result) -> None:
    import numpy as np

    assert series.trailing(np.ones((1, 15))).tolist() == [[*range(1, 13), 12, 12, 12]]
    assert series.years(result.cube) == ["2024-01 – 2024-08"]
    assert series.yearly(np.ones((2, 15))).tolist() == [12, 3]
