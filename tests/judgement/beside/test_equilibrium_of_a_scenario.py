"""The equilibrium of a scenario, by function and by command, against theory with the numbers put in by hand."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from sim.command.guard import guarded
from sim.judgement.beside.settled_rates import equilibrium
from sim.theory import equilibrium as theory
from sim.theory import habit
from tests.command.running import tiny
from tests.whole.hypotheses import case
from tests.whole.market.playing import BETA, MARGIN, OURS, OUTSIDE, XI, market, rival
from tests.whole.scenarios import CHOICE, P, plan

STILL = {"kind": "static"}
RIVALS = {"r1": rival(1, STILL, owner="house"), "r2": rival(2, STILL, owner="house"), "r3": rival(3, STILL)}
COSTS = {
    f"{P}.cost_ratio": 0.5,
    f"{P}.expenses": {"acquisition": 0.05, "administration": 0.1, "handling": 0.02, "onload": 0.1},
}
OUR_MARGIN = (1.0 - 0.5 * 1.02 - 0.05 - 0.1) / 1.1


def test_it_is_the_equilibrium_of_theory() -> None:
    found = equilibrium(market(RIVALS, COSTS))
    margin = [OUR_MARGIN, *MARGIN[1:]]
    wanted = theory.equilibrium(BETA, np.array(XI) - OUTSIDE, margin, [0, 1, 1, 3], outside_option=True)
    np.testing.assert_allclose(found["margin"], margin, atol=1e-12)
    np.testing.assert_allclose(found["utility"], XI, atol=1e-12)
    np.testing.assert_allclose(found["per_point"], BETA / 100, atol=1e-12)
    np.testing.assert_allclose(found["commission_equilibrium"], wanted.commission, atol=1e-10)
    np.testing.assert_allclose(found["share_equilibrium"], wanted.shares, atol=1e-10)
    np.testing.assert_allclose(found["commission_present"], [OURS, 0.1, 0.1, 0.1], atol=1e-12)
    assert list(found["owner"]) == ["us", "house", "house", "r3"]


def test_it_is_of_the_opening_whatever_held_in_the_warm_up() -> None:
    dated = rival(1, {"kind": "calendar"}) | {"commission": {"since": {"2024-01": 0.1, "2025-01": 0.12}}}
    ours = {"policy.rules.base.new": {"since": {"2024-01": OURS, "2025-01": 0.25}}}
    warm = {"opening": {"kind": "warm_up", "months": "3mo", "capital": 0.0}}
    found = equilibrium(market({"r1": dated}, {**ours, **warm}))
    np.testing.assert_allclose(found["commission_present"], [0.25, 0.12], atol=1e-12)


def test_ours_may_stay() -> None:
    found = equilibrium(market(RIVALS), ours_fixed=True)["commission_equilibrium"].to_numpy()
    wanted = theory.conditional_equilibrium(BETA, XI[1:], MARGIN[1:], [1, 1, 3], [BETA * OURS + XI[0], OUTSIDE])
    assert found[0] == OURS
    np.testing.assert_allclose(found[1:], wanted.commission, atol=1e-10)


@pytest.mark.parametrize("name", ["R039", "R041", "R043", "R045"])
def test_steady_commissions_without_habit_are_the_reference_cases(name: str) -> None:
    p, expected = case(name)["parameters"], case(name)["expected"]
    outside = 0.0 if p["outside_option"] else None
    found = habit.steady_commission(p["beta"], p["xi"], p["margin"], p["owner"], outside=outside)
    np.testing.assert_allclose(found.commission, expected["commission"], atol=1e-10)
    np.testing.assert_allclose(found.shares, expected["shares"], atol=1e-10)
    np.testing.assert_allclose(found.profit, expected["profit_per_unit_market"], atol=1e-10)


@pytest.mark.parametrize("split", [False, True])
def test_nobody_gains_a_month_by_moving_alone(split: bool) -> None:
    """The steady state with habit: the month's sum of each brand's owner, on a fine grid of that brand's rate."""
    xi, margin, owner, inertia = np.array([0.0, 0.2, -0.1]), np.array([0.3, 0.32, 0.28]), np.array([0, 1, 1]), 1.2
    found = habit.steady_commission(20.0, xi, margin, owner, inertia=inertia, split=split)
    x = found.shares

    def month(k: int, rate: float) -> float:
        c = np.where(np.arange(3) == k, rate, found.commission)
        bonus = (inertia * x)[None, :] if split else inertia * np.eye(3)
        odds = np.exp(20.0 * c + xi + bonus)
        odds /= odds.sum(axis=1, keepdims=True)
        weight = np.ones(1) if split else x
        return float(weight @ odds @ np.where(owner == owner[k], margin - c, 0.0))

    for k in range(3):
        near = found.commission[k] + np.linspace(-0.2, 0.2, 2001)
        assert max(month(k, rate) for rate in near) <= month(k, found.commission[k]) * (1 + 1e-9)


def test_caps_bind_the_equilibrium() -> None:
    capped = equilibrium(market(RIVALS, {f"{P}.commission_cap": 0.15}))["commission_equilibrium"]
    assert capped.max() == pytest.approx(0.15) and (equilibrium(market(RIVALS))["commission_equilibrium"] > 0.15).any()


def test_it_says_why_there_is_none() -> None:
    weightless = equilibrium(plan({"rivals": {"other": {"commission": 0.1}}}))
    assert weightless["note"].unique().tolist() == ["commission weighs nothing"]
    alone = equilibrium(plan({"rivals": {}, f"{CHOICE}.weights": {"commission": 0.2}}))
    assert alone["note"].tolist() == ["one owner of all brands and no outside option"]
    with pytest.raises(ValueError, match="no steady state"):
        habit.steady_commission(20.0, [0, 0.2, -0.1], [0.3] * 3, [0, 1, 2], inertia=4.0, split=True)


def test_the_command_shows_and_writes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tiny(tmp_path)
    assert guarded(["equilibrium", str(file)]) == 0
    shown = capsys.readouterr().out
    assert "bank" in shown and "in equilibrium" in shown and "other" in shown
    assert guarded(["equilibrium", str(file), "--ours-fixed", "--csv", str(tmp_path / "e.csv")]) == 0
    rows = list(csv.DictReader((tmp_path / "e.csv").read_text("utf-8-sig").splitlines()))
    ours = [row for row in rows if row["principal"] == "us"]
    assert ours and all(row["commission_present"] == row["commission_equilibrium"] for row in ours)
    assert guarded(["equilibrium", str(tmp_path / "none.yaml")]) == 2
