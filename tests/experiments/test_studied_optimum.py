"""Optimum, frontier and Pareto set of a logit market in closed form, found by the simulator; and studies in vain."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.special import expit, logit

from sim.base.errors import ScenarioError
from sim.statistics import optimising
from sim.statistics import pareto as front
from sim.theory.equilibrium import best_response_commission
from tests.experiments.written import CERTAIN, answered, scenario
from tests.whole.hypotheses import case
from tests.whole.scenarios import CHOICE, P, S

CASE = case("R039")["parameters"]
BETA, MARGIN = CASE["beta"], CASE["margin"][0]
RIVAL = -CASE["xi"][0] / BETA  # the outside option of the case is a rival that pays this and stays put
BEST = case("R039")["expected"]["closed_form_commission"]
VOLUME = 5 * 40_000 * 100.0  # premium of the market in the one month played
MARKET: dict[str, Any] = {
    **CERTAIN,
    "months": "1mo",
    f"{P}.cost_ratio": 1.0 - MARGIN,
    f"{S}.partners": 5,
    f"{S}.flow": 40_000.0,
    f"{CHOICE}.homing": "multi",
    f"{CHOICE}.review": 1.0,
    f"{CHOICE}.weights.commission": BETA / 100,
    "rivals.other.commission": RIVAL,
    "opening.capital": 1e9,
}
HANDLE = {"path": "policy.rules.base.new", "low": 0.05, "high": 0.34}
LUCK = {f"{S}.sales": {"law": "negative_binomial", "volatility": 0.3}}


def profit(commission: Any) -> Any:
    """Volume times margin times logit share."""
    return VOLUME * (MARGIN - commission) * expit(BETA * (commission - RIVAL))


@pytest.fixture
def few_rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    """A short search: enough for one or two levers."""
    for module, name, small in ((optimising, "ROUNDS", 3), (front, "GENERATIONS", 6), (front, "CHILDREN", 12)):
        monkeypatch.setattr(module, name, small)


@pytest.mark.usefixtures("few_rounds")
@pytest.mark.parametrize(("luck", "replications"), [({}, 1), (LUCK, 8)], ids=["certain", "with luck"])
def test_optimise_finds_the_commission_of_lamberts_w(luck: dict[str, Any], replications: int, tmp_path: Path) -> None:
    assert best_response_commission(BETA, 0.0, MARGIN, [BETA * RIVAL]) == pytest.approx(BEST, abs=1e-12)
    scenario(tmp_path, {**MARKET, **luck})
    asked = {
        "levers": {"new": {**HANDLE, "present": 0.1}},
        "points": 16,
        "replications": max(replications, 2),
        "fresh": 8 * replications,
    }
    answer = answered(tmp_path, "optimise", policy="scenario.yaml", **asked)
    row, figures = answer.table("levers").iloc[0], answer.table("figures").set_index("figure")
    assert row.as_good_from <= BEST <= row.as_good_to and row.as_good_to - row.as_good_from < 0.05
    assert row.best == pytest.approx(BEST, abs=0.005)
    slack = 1e-4 * VOLUME  # whole contracts
    assert figures.low["result"] - slack <= profit(row.best) <= figures.high["result"] + slack
    assert figures.low["gain"] - slack <= profit(row.best) - profit(0.1) <= figures.high["gain"] + slack
    assert [one.key for one in answer.says] == ["head_optimum", "optimum", "optimum_alike", "gain_better"]


def test_frontier_past_the_optimum(tmp_path: Path) -> None:
    """The profit falls past its optimum; the bound is what the closed form gives at 30 %."""
    scenario(tmp_path, {**MARKET, "criteria": {"profit": {"kpi": "result", "at_least": float(profit(0.3))}}})
    lever = {"path": HANDLE["path"], "safe": BEST, "harsh": 0.345}
    row = (
        answered(tmp_path, "frontier", policy="scenario.yaml", lever=lever, replications=2, budget=24, tolerance=1e-4)
        .table("frontier")
        .iloc[0]
    )
    assert row.level == pytest.approx(0.3, abs=2e-4) and row.low - 1e-4 <= 0.3 <= row.high + 1e-4


def test_no_single_frontier_across_the_optimum(tmp_path: Path) -> None:
    """At most 60 % of the best profit: so at both ends of the range, not between them."""
    scenario(tmp_path, {**MARKET, "criteria": {"profit": {"kpi": "result", "at_most": 0.6 * float(profit(BEST))}}})
    answer = answered(
        tmp_path,
        "frontier",
        policy="scenario.yaml",
        lever={"path": HANDLE["path"], "safe": 0.05, "harsh": 0.345},
        replications=2,
    )
    assert [one.key for one in answer.says] == ["head_lever_open", "frontier_not_monotone"]


@pytest.mark.usefixtures("few_rounds")
def test_pareto_set_of_result_and_market_share(tmp_path: Path) -> None:
    """Commissions from the optimum up, nothing wasted: result = volume (margin - r - logit(s) / beta) s of share s."""
    scenario(tmp_path, MARKET)
    levers = {"new": HANDLE, "waste": {"path": f"{P}.cost_ratio", "low": 1.0 - MARGIN, "high": 1.0 - MARGIN + 0.1}}
    goals = {"result": "maximise", "market_share_end": "maximise"}
    found = answered(
        tmp_path, "optimise", policy="scenario.yaml", levers=levers, goals=goals, points=16, replications=1, fresh=8
    ).table("pareto")
    assert (
        len(found) > 8
        and found.new.min() > BEST - 0.01
        and found.new.max() > 0.33
        and found.waste.max() < 1.0 - MARGIN + 0.02
    )
    share = found.market_share_end.to_numpy()
    curve = VOLUME * (MARGIN - RIVAL - logit(share) / BETA) * share
    np.testing.assert_array_less(found.result, curve + 1e-4 * VOLUME)
    assert np.quantile(curve - found.result, 0.8) < 0.002 * VOLUME


@pytest.mark.usefixtures("few_rounds")
def test_limits_that_no_policy_keeps(tmp_path: Path) -> None:
    scenario(tmp_path, MARKET)
    asked: dict[str, Any] = {
        "policy": "scenario.yaml",
        "levers": {"new": HANDLE},
        "points": 8,
        "replications": 2,
        "fresh": 8,
        "limits": {"more": {"kpi": "result", "at_least": 2.0 * float(profit(BEST))}},
    }
    single = answered(tmp_path, "optimise", **asked)
    assert [one.key for one in single.says] == ["head_optimum_none", "optimum_none", "limits_none_keeps", "gain_better"]
    assert single.table("levers").present.tolist() == [0.2]  # as the scenario has it
    both = answered(tmp_path, "optimise", **asked, goals={"result": "maximise", "market_share_end": "maximise"})
    assert [one.key for one in both.says] == ["pareto_none"] and not both.tables and not both.charts


@pytest.mark.parametrize(
    ("at_least", "keys"),
    [(-1e9, ["failing_none"]), (1e9, ["head_failing_now", "failing_all", "failing_now"])],
)
def test_reverse_stress_where_nothing_or_everything_fails(at_least: float, keys: list[str], tmp_path: Path) -> None:
    scenario(tmp_path, {**CERTAIN, "criteria": {"profit": {"kpi": "result", "at_least": at_least}}})
    answer = answered(
        tmp_path, "reverse_stress", policy="scenario.yaml", uncertainties=COST, replications=1, sampled=16, rounds=1
    )
    assert [one.key for one in answer.says] == [*keys, "failing_judged"]


def test_inputs_without_effect(tmp_path: Path) -> None:
    """Nobody looks at offers in this scenario, so what the rival pays is idle."""
    scenario(tmp_path, CERTAIN)
    idle = {"idle": {"path": "rivals.other.commission", "low": 0.0, "high": 0.15}}
    for method, more in (("tornado", {}), ("morris", {"points": 2}), ("sobol", {"points": 16})):
        for inputs, keys in ((idle, ["nothing_matters"]), ({**COST, **idle}, [method, "idle_inputs"])):
            answer = answered(
                tmp_path,
                "sensitivity",
                policy="scenario.yaml",
                method=method,
                uncertainties=inputs,
                replications=1,
                **more,
            )
            assert [one.key for one in answer.says if not one.key.startswith("head_")] == keys, method


COST = {"cost": {"path": f"{P}.cost_ratio", "low": 0.6, "high": 0.8, "present": 0.7}}


@pytest.mark.parametrize(
    ("kind", "fields", "said"),
    [
        ("sensitivity", {"method": "morris", "replications": 3}, "replications: 3 do not divide.*give 4 or more"),
        ("sensitivity", {"method": "sobol", "points": 48}, "48 is no power of two; give 32 or 64"),
        ("reverse_stress", {"sampled": 100}, "100 is no power of two; give 64 or 128"),
        ("optimise", {"points": 12}, "12 is no power of two; give 8 or 16"),
        ("optimise", {"levers": {"new": {**HANDLE, "low": 0.5}}}, "low 0.5 must be below high 0.34"),
        (
            "sensitivity",
            {"uncertainties": {"cost": {**COST["cost"], "present": 0.9}}},
            "present 0.9 lies outside the law, 0.6 to 0.8",
        ),
        ("sensitivity", {"uncertainties": {"cost": {**COST["cost"], "mean": 0.7}}}, "a uniform law takes no mean"),
        ("sensitivity", {"uncertainties": {"cost": {**COST["cost"], "low": 0.8}}}, "low 0.8 must be below high 0.8"),
    ],
)
def test_designs_that_do_not_work_are_refused(kind: str, fields: dict[str, Any], said: str, tmp_path: Path) -> None:
    scenario(tmp_path, CERTAIN)
    asked = {"levers": {"new": HANDLE}} if kind == "optimise" else {"uncertainties": COST}
    with pytest.raises(ValueError, match=said):
        answered(tmp_path, kind, policy="scenario.yaml", **{**asked, **fields})


@pytest.mark.parametrize(
    ("kind", "fields", "said"),
    [
        ("sensitivity", {"figure": "resultt"}, "figure: unknown key figure.*did you mean result"),
        ("sensitivity", {"figure": "ruin_month"}, "ruin_month: the key figure does not exist in some replications"),
        ("optimise", {"goals": {"npvv": "maximise"}}, "goals.npvv: unknown key figure.*did you mean npv"),
        (
            "optimise",
            {"limits": {"late": {"kpi": "ruin_month", "at_least": 3}}},
            "ruin_month: the key figure does not exist",
        ),
        ("optimise", {"levers": {"new": {**HANDLE, "low": -0.2}}}, "must not be negative|between 0 and 1|from 0"),
        ("reverse_stress", {}, "no criteria, so nothing can fail"),
    ],
)
def test_what_only_the_scenario_tells_is_refused(kind: str, fields: dict[str, Any], said: str, tmp_path: Path) -> None:
    scenario(tmp_path, CERTAIN)
    asked = {"levers": {"new": HANDLE}} if kind == "optimise" else {"uncertainties": COST}
    with pytest.raises(ScenarioError, match=said):
        answered(tmp_path, kind, policy="scenario.yaml", replications=2, **{**asked, **fields})


def test_replications_of_a_command_are_checked_as_well(tmp_path: Path) -> None:
    """They are laid over a study that was already checked."""
    from sim.experiments.lab import Lab
    from sim.experiments.study import declared
    from sim.runs.crew import Crew

    scenario(tmp_path, CERTAIN)
    study = declared("sensitivity", {"policy": "scenario.yaml", "method": "morris", "uncertainties": COST})
    with Crew(1) as crew, pytest.raises(ScenarioError, match="replications: 2 do not divide"):
        study.model_copy(update={"replications": 2}).answer(Lab(tmp_path, crew))
