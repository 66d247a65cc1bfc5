"""Studies on cases whose answer is known in closed form."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy.special import lambertw

from sim.base.errors import ScenarioError
from sim.experiments.study import read_study
from sim.judgement.breaking.kept_criteria import levels
from sim.judgement.verdict import kept
from sim.results.kpis import Kpi
from sim.scenario.schema import Criterion
from tests.experiments.written import CERTAIN, answered, scenario
from tests.whole.scenarios import CHOICE, S

PROFIT = {"criteria": {"profit": {"kpi": "result", "at_least": 0.0}}}


def test_frontier_is_the_break_even_commission(tmp_path: Path) -> None:
    """1 - 70 % = 30 %, exactly: there is no luck in it."""
    scenario(tmp_path, {**CERTAIN, **PROFIT})
    lever = {"path": "policy.rules.base.new", "safe": 0.05, "harsh": 0.45}
    answer = answered(tmp_path, "frontier", policy="scenario.yaml", lever=lever, replications=2, budget=24)
    row = answer.table("frontier").iloc[0]
    assert row.status == "found"
    assert (row.level, row.low, row.high) == pytest.approx((0.3, 0.3, 0.3), abs=1e-6)
    scan = answer.table("scan")
    assert scan.result.to_numpy() == pytest.approx(120_000 * (0.3 - scan.level.to_numpy()), abs=0.5)


def test_a_frontier_that_lies_elsewhere(tmp_path: Path) -> None:
    scenario(tmp_path, {**CERTAIN, **PROFIT})
    for safe, harsh, status in ((0.05, 0.2, "holds everywhere"), (0.35, 0.45, "fails everywhere")):
        lever = {"path": "policy.rules.base.new", "safe": safe, "harsh": harsh}
        found = answered(tmp_path, "frontier", policy="scenario.yaml", lever=lever, replications=2).table("frontier")
        assert found.status[0] == status


MARKET = {
    **CERTAIN,
    f"{CHOICE}.homing": "multi",
    f"{CHOICE}.review": 1.0,
    f"{CHOICE}.weights.commission": 0.15,
    "rivals.other.commission": 0.1,
    f"{S}.partners": 50,
}


def best_commission(margin: float, rival: float, beta: float) -> float:
    """argmax (m - c) / (1 + exp(-b (c - r))): c = m - (1 + W(exp(b (m - r) - 1))) / b."""
    return margin - (1.0 + float(lambertw(np.exp(beta * (margin - rival) - 1.0)).real)) / beta


def test_frontier_of_a_profit_that_falls_past_its_optimum(tmp_path: Path) -> None:
    """The commission at which our profit in a logit market is back at that of the rival's rate."""
    wanted = 60_000 * 5 * 3 * 0.0
    scenario(tmp_path, {**MARKET, "criteria": {"profit": {"kpi": "result", "at_least": wanted}}})
    lever = {"path": "policy.rules.base.new", "safe": best_commission(0.3, 0.1, 15.0), "harsh": 0.5}
    answer = answered(tmp_path, "frontier", policy="scenario.yaml", lever=lever, replications=2, budget=24)
    assert answer.table("frontier").level[0] == pytest.approx(0.3, abs=1e-4)


def test_tornado_of_a_linear_result(tmp_path: Path) -> None:
    """Result = 120 000 demand (1 - cost - commission): each bar by hand."""
    scenario(tmp_path, CERTAIN)
    unknown = {"cost": {"path": "products.line.cost_ratio", "low": 0.6, "high": 0.8, "present": 0.7},
               "demand": {"path": "market.demand", "low": 0.5, "high": 1.5, "present": 1.0}}  # fmt: skip
    table = answered(tmp_path, "sensitivity", policy="scenario.yaml", uncertainties=unknown, replications=2).table(
        "tornado"
    )
    assert list(table.input) == ["cost", "demand"]
    assert table.swing.to_numpy() == pytest.approx([-120_000 * 0.18, 120_000 * 0.1 * 0.9], abs=5.0)


def test_today_is_where_the_scenario_stands(tmp_path: Path) -> None:
    """Cost 70 %, not the 80 % in the middle of its range, at which demand would move nothing: 0.1 is earned.

    A value outside of the range is no today: the middle is, and it is said.
    """
    scenario(tmp_path, CERTAIN)

    def bar_of_demand(low: float) -> tuple[float, list[str]]:
        unknown = {"cost": {"path": "products.line.cost_ratio", "low": low, "high": 1.0},
                   "demand": {"path": "market.demand", "low": 0.5, "high": 1.5}}  # fmt: skip
        answer = answered(tmp_path, "sensitivity", policy="scenario.yaml", uncertainties=unknown, replications=2)
        return answer.table("tornado").set_index("input").swing["demand"], [one.key for one in answer.says]

    swing, said = bar_of_demand(0.6)
    assert swing == pytest.approx(120_000 * 0.1 * 0.9, abs=5.0) and "today_outside" not in said
    swing, said = bar_of_demand(0.8)
    assert swing == pytest.approx(-120_000 * 0.1 * 0.9, abs=5.0) and "today_outside" in said


def test_reverse_stress_finds_the_edge(tmp_path: Path) -> None:
    """It fails where the cost ratio is above 80 %, whatever the demand: one deviation of 5 points away is 75 %."""
    scenario(tmp_path, {**CERTAIN, **PROFIT})
    unknown = {
        "cost": {
            "path": "products.line.cost_ratio",
            "law": "normal",
            "mean": 0.7,
            "deviation": 0.1,
            "low": 0.4,
            "high": 1.0,
        },
        "demand": {"path": "market.demand", "low": 0.5, "high": 1.5, "present": 1.0},
    }
    answer = answered(
        tmp_path, "reverse_stress", policy="scenario.yaml", uncertainties=unknown, replications=1, sampled=128
    )
    nearest = answer.table("failing_worlds").set_index(["world", "input"]).loc["nearest"]
    assert nearest.value["cost"] == pytest.approx(0.8, abs=0.002)
    assert abs(nearest.spreads["demand"]) < 0.1
    rule = answer.table("rules")
    assert list(rule.input) == ["cost"] and rule.side[0] == ">" and rule.bound[0] == pytest.approx(0.8, abs=0.02)
    assert rule.coverage[0] > 0.9 and rule.density[0] == 1.0


def test_a_world_is_judged_by_what_its_criterion_asks_for() -> None:
    """Four of five replications keep 80 %, three do not, whatever the mean; a mean, whatever the share."""
    often, mean = Criterion(kpi="x", at_least=0.0, in_share=0.8), Criterion(kpi="x", at_least=0.0)
    for values, share_held, mean_held in (
        ([1.0, 1.0, 1.0, 1.0, -9.0], True, False),
        ([9.0, 9.0, 9.0, -1.0, -1.0], False, True),
        ([1.0, 1.0, 1.0, 1.0, np.nan], True, True),
        ([np.nan] * 5, False, False),
    ):
        figures = {"x": Kpi("x", "money", "", np.array(values))}
        assert (levels([often, mean], figures) >= 0.0).tolist() == [share_held, mean_held]
        assert share_held == (kept(often, figures["x"]).mean() >= 0.8)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("kind: frontierr\n", r"study.yaml:1:7.*unknown kind.*did you mean frontier"),
        ("name: x\n", "required key kind is missing"),
        ("kind: frontier\npolicy: a.yaml\nlever: {path: x, safe: 1, harsh: 1}\n", r"study.yaml:3:.*the two ends"),
        (
            "kind: frontier\npolicy: a.yaml\nlevel: 3\nlever: {path: x, safe: 1, harsh: 2}\n",
            r"study.yaml:3:1.*unknown key.*did you mean lever",
        ),
        (
            "kind: sensitivity\npolicy: a.yaml\nuncertainties: {x: {path: y, law: normal, mean: 1}}\n",
            "normal law needs deviation",
        ),
    ],
)
def test_a_faulty_study_file(text: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("study.yaml").write_text(text, "utf-8")
    with pytest.raises(ScenarioError, match=said):
        read_study(Path("study.yaml"))


def test_an_unknown_path_or_criterion(tmp_path: Path) -> None:
    scenario(tmp_path, {**CERTAIN, **PROFIT})
    lever = {"path": "policy.rulez.base.new", "safe": 0.05, "harsh": 0.45}
    with pytest.raises(ScenarioError, match="did you mean rules"):
        answered(tmp_path, "frontier", policy="scenario.yaml", lever=lever)
    with pytest.raises(ScenarioError, match="did you mean profit"):
        answered(
            tmp_path,
            "frontier",
            policy="scenario.yaml",
            lever={**lever, "path": "policy.rules.base.new"},
            criteria=["profits"],
        )


def test_compare_without_partners_followed(tmp_path: Path) -> None:
    """Five points more on 40 000 a month for three months; nothing is said of partners one by one."""
    scenario(tmp_path, CERTAIN)
    dearer = {"scenario": "scenario.yaml", "set": {"policy.rules.base.new": 0.25}}
    answer = answered(tmp_path, "compare", policies={"a": "scenario.yaml", "b": dearer}, replications=2, followed=0)
    assert answer.table("differences").set_index("kpi").difference["result"] == pytest.approx(-6000.0)
    assert {one.name for one in answer.tables}.isdisjoint({"segments", "partners"})
