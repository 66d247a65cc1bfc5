"""Pictures of studies: a waterfall foots to its totals, the present policy is a played cell, influence is ordered."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas
import pytest

from sim.experiments.answer import Answer, Box, Cloud, Lines, Mark
from sim.experiments.tables.waterfall import waterfall
from sim.report.pages.picture import Bars
from sim.report.pages.picture import Box as Area
from sim.report.study.answer_pictures import picture_of
from sim.report.study.words import Words
from sim.statistics.influence import influence
from tests.experiments.laying import LINEAR, laid, study
from tests.whole.scenarios import P


def statement(*steps: tuple[str, float, float]) -> pandas.DataFrame:
    frame = pandas.DataFrame(steps, columns=["line", "a", "b"]).assign(low=np.nan, high=np.nan)
    return frame.assign(difference=frame.b - frame.a)


def steps_of(chart: Lines) -> Bars:
    made = picture_of(chart, Words(Answer("x", "t", [], [])))
    assert made is not None
    (bars,) = made.marks
    assert isinstance(bars, Bars) and bars.bases is not None
    return bars


def test_a_waterfall_foots_to_its_totals() -> None:
    """190 - 120 - 30 - 2 = 38 to 240 - 160 - 45 - 2.6 = 32.4; small lines together; each bar begins where one ended."""
    lines = statement(("premium_earned", 190e6, 240e6), ("claims", -120e6, -160e6), ("commission", -30e6, -45e6),
                      ("bad_debt", -2e6, -2.6e6), ("tax", 0.0, 0.0))  # fmt: skip
    one = waterfall("compare_waterfall", "now", "then", lines)
    assert list(one.x) == ["own.now", "premium_earned", "claims", "commission", "others", "own.then"]
    y = one.series[0].y
    assert y[0] == 38e6 and y[-1] == pytest.approx(32.4e6) and y[:-1].sum() == pytest.approx(y[-1])
    bars = steps_of(one)
    np.testing.assert_allclose(bars.tops, [38.0, 88.0, 48.0, 33.0, 32.4, 32.4])
    np.testing.assert_allclose(bars.bases, [0.0, 38.0, 88.0, 48.0, 33.0, 0.0])  # type: ignore[arg-type]


def test_steps_that_totals_would_hide_stand_alone() -> None:
    lines = statement(("premium_earned", 1000e6, 1003e6), ("claims", -1e6, -2e6))
    one = waterfall("compare_waterfall", "now", "then", lines)
    assert list(one.x) == ["premium_earned", "claims", "difference"] and one.totals == (2,)
    np.testing.assert_allclose(one.series[0].y, [3e6, -1e6, 2e6])
    np.testing.assert_allclose(steps_of(one).tops, [3.0, 2.0, 2.0])


ACROSS: dict[str, Any] = {"name": "commission", "path": "policy.rules.base.new", "values": [0.05, 0.25]}
UP: dict[str, Any] = {"name": "cost", "path": f"{P}.cost_ratio", "from": 0.5, "to": 0.9, "steps": 2}


def test_the_present_point_is_a_played_cell(tmp_path: Path) -> None:
    """Commission 10 % and cost 70 % are no points of the grid, and are played as the scenario by itself is."""
    policy = laid(tmp_path, LINEAR | {"policy.rules.base.new": 0.1})
    found = study(tmp_path, "sweep", policy=policy, across=ACROSS, up=UP, replications=1)
    cells = found.table("cells")
    assert cells["commission"].tolist() == [0.05, 0.1, 0.25] * 3 and sorted(set(cells["cost"])) == [0.5, 0.7, 0.9]
    (mark,) = found.charts[0].marks  # type: ignore[union-attr]
    assert (mark.x, mark.y) == (0.1, 0.7)
    here = cells[(cells["commission"] == mark.x) & (cells["cost"] == mark.y)]
    alone = study(tmp_path, "compare", policies={"a": policy, "b": policy}, replications=2).table("differences")
    result = float(alone.set_index("kpi").loc["result", "a"])
    assert here["result"].item() == pytest.approx(result, abs=1.0)
    head = found.says[0]
    assert head.key == "head_map" and head.values["parts"][0].values["result"].value == pytest.approx(result, abs=1.0)  # type: ignore[index,union-attr]


def test_influence_of_inputs() -> None:
    """An input that decides alone explains all but the steps between groups; one without effect nothing."""
    generator = np.random.default_rng(1)
    x = generator.random((512, 3))
    found = influence(x, (x[:, 1] > 0.5).astype(float))
    assert 0.95 < found[1] < 1.0 and found[0] < 0.03 and found[2] < 0.03
    bent = influence(x, (x[:, 0] - 0.5) ** 2)
    assert bent[0] > 0.9 and (influence(x, np.ones(512)) == 0.0).all()


def test_a_cloud_has_its_box_and_its_points() -> None:
    x = np.array([0.6, 0.7, 0.8])
    one = Cloud("failing_worlds", x, x, np.array([0.0, 0.2, 1.0]), "own.a", "own.b", "share", "share", "failing",
                [Box("rule_1", (0.75, np.inf))], [Mark("present", 0.65, 0.7)])  # fmt: skip
    made = picture_of(one, Words(Answer("x", "t", [], [])))
    assert made is not None
    (area,) = [mark for mark in made.marks if isinstance(mark, Area)]
    assert area.x == pytest.approx((75.0, 80.0)) and area.y == made.reach
    assert [name for name, *_ in made.legend][-1] == "today"
