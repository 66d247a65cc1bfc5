"""Runs that go on until they know enough; the rule that stops them is tested on known truths in test_sequential."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

import sim
from sim.base.errors import ScenarioError
from sim.judgement.precision import FIRST, Until
from tests.scenario.minimal import write


def scenario(folder: Path, **criteria: str) -> Path:
    named = {f"criteria.{name}": text for name, text in criteria.items()}
    return write(folder, {"months": "6mo", "segments.bank.partners": "20", "criteria": "{}", **named})


def test_a_clear_verdict_stops_at_the_first_look(tmp_path: Path) -> None:
    path = scenario(tmp_path, profit="{kpi: premium_year_1, at_least: 1e15}")
    result = sim.run(path, replications=200, workers=1, until=Until())
    assert (len(result.replications), result.verdict) == (FIRST, "FAIL")
    assert sim.run(path, replications=200, workers=1).kpis.loc["premium", "known"] == 200


def test_a_bound_at_the_mean_takes_the_whole_budget_and_stays_undecided(tmp_path: Path) -> None:
    mean = sim.run(scenario(tmp_path), replications=45, workers=1).figures["premium"].values.mean()
    path = scenario(tmp_path, profit=f"{{kpi: premium, at_least: {mean}}}")
    result = sim.run(path, replications=45, workers=1, until=Until())
    assert (len(result.replications), result.verdict) == (45, "UNDECIDED")
    shown = result.criteria[0]
    usual = result.kpis.loc["premium"]
    assert shown.low < usual["low"] and shown.high > usual["high"]  # a look may spend a part of the error only


def test_precision_of_a_figure(tmp_path: Path) -> None:
    path = scenario(tmp_path)
    result = sim.run(path, replications=400, workers=1, until=Until("premium", 0.03))
    row = result.kpis.loc["premium"]
    assert FIRST < len(result.replications) < 400
    assert (row["high"] - row["low"]) / 2 <= 0.03 * row["mean"]
    same = sim.run(path, replications=len(result.replications), workers=1)
    assert same.cube.values.tobytes() == result.cube.values.tobytes()


def test_what_cannot_be_waited_for(tmp_path: Path) -> None:
    path = scenario(tmp_path)
    with pytest.raises(ScenarioError, match="no criteria"):
        sim.run(path, replications=40, until=Until())
    with pytest.raises(ScenarioError, match="did you mean premium"):
        sim.run(path, replications=40, until=Until("premum", 0.01))
    with pytest.raises(ScenarioError, match="give replications 2 or more"):
        sim.run(path, replications=1, until=Until("premium", 0.01))
    for half in (0.0, -0.1, float("nan"), float("inf")):
        with pytest.raises(ScenarioError, match="above 0"):
            sim.run(path, replications=40, until=Until("premium", half))


def test_a_share_of_nothing_is_refused_at_the_first_look_only(tmp_path: Path) -> None:
    until = Until("premium", 0.01)
    result = sim.run(scenario(tmp_path), replications=20, workers=1, until=until)
    sway = np.tile([-1.0, 1.0], 10) + 1e-6
    result.__dict__["figures"] = {"premium": replace(result.figures["premium"], values=sway)}
    with pytest.raises(ScenarioError, match=r"cannot be told from 0.*absolute"):
        until.enough(result.look)
    half = float(stats.t.isf(0.025, 19) * sway.std(ddof=1) / 20**0.5)
    assert Until("premium", half * 1.001, relative=False).enough(result.look)
    assert not Until("premium", half * 0.999, relative=False).enough(result.look)
