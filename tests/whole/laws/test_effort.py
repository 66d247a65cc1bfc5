"""Effort: too weak a bonus does nothing, too strong a one turns the partner's owner away, and one optimum lies between.

Figures of case K025 are given from outside.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.engine.model import PartnerNetwork
from sim.judgement.beside.closed_forms import theory
from sim.partners import effort
from sim.partners.terms.working import Effort
from sim.runs.replicate import replicate
from sim.statistics import optimising
from sim.theory.channels.effort import Worker, best_pay
from tests.experiments.written import CERTAIN, answered, scenario
from tests.whole.hypotheses import channel_case
from tests.whole.running import monthly
from tests.whole.scenarios import CHOICE, EVERYTHING, P, S, plan

GIVEN, EXPECTED = channel_case("K025")
FLOW, PARTNERS = 1_000_000.0, 2
TERMS = {name: GIVEN[name] for name in ("reference", "elasticity", "low", "high", "free", "own_value", "pass_through")}
MARKET: dict[str, Any] = {
    "months": "2mo", f"{P}.term": "0mo", f"{P}.cost_ratio": 1.0 - GIVEN["margin"], f"{S}.effort": TERMS,
    f"{S}.partners": PARTNERS, f"{S}.flow": FLOW, f"{CHOICE}.homing": "multi", f"{CHOICE}.review": 1.0,
    f"{CHOICE}.us_at_start": None, f"{CHOICE}.weights": {"commission": GIVEN["weight"], "brand": 1.0},
    "rivals.other.brand": GIVEN["rival_utility"], "opening.capital": 1e9,
}  # fmt: skip


@pytest.mark.parametrize("of", EXPECTED["at"], ids=[str(one["commission"]) for one in EXPECTED["at"]])
def test_k025_at_each_commission(of: dict[str, Any]) -> None:
    """Effort, share, sales and profit from the first month on; sales are expectations, so but for whole contracts."""
    found = monthly(plan(MARKET | {"policy.rules.base.new": of["commission"]}))
    whole = PARTNERS * FLOW
    np.testing.assert_allclose(found["effort.agents"], of["effort"], rtol=1e-12)
    np.testing.assert_allclose(found["agents"] / PARTNERS, of["share"], rtol=1e-9)
    np.testing.assert_allclose(found["new_contracts"], of["sales"] * whole, atol=2 * PARTNERS)
    kept = found["premium_written"] - found["cost_of_goods"] - found["commission_accrued"]
    np.testing.assert_allclose(kept / 100_00 / whole, of["profit"], atol=1e-5)


def test_the_optimum_stands_beside_a_run() -> None:
    """Found at any commission, for it looks at what all of them would do."""
    for commission in (0.03, 0.2):
        beside = theory(plan(MARKET | {"policy.rules.base.new": commission}))
        assert beside["best_pay.agents"].value == pytest.approx(EXPECTED["best_commission"], abs=1e-5)
        assert "best_response.agents" not in beside  # its closed form knows no effort


@pytest.mark.parametrize("own_value", [GIVEN["own_value"], -4.0], ids=["rival product", "complement"])
def test_optimise_finds_what_the_closed_form_says(
    own_value: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(optimising, "ROUNDS", 3)
    worker = Worker(**TERMS | {"own_value": own_value}, weight=GIVEN["weight"], rival_utility=GIVEN["rival_utility"])
    best = best_pay(worker, GIVEN["margin"]).best_commission
    scenario(tmp_path, {**CERTAIN, **MARKET, f"{S}.effort": TERMS | {"own_value": own_value}})
    lever = {"path": "policy.rules.base.new", "low": 0.02, "high": 0.4, "present": 0.05}
    answer = answered(
        tmp_path, "optimise", policy="scenario.yaml", levers={"new": lever}, points=16, replications=2, fresh=8
    )
    row = answer.table("levers").iloc[0]
    assert row.as_good_from <= best <= row.as_good_to and row.best == pytest.approx(best, abs=0.005)


def test_effort_has_bounds_and_needs_something_that_reaches_people() -> None:
    terms = Effort(reference=0.1, elasticity=2.0, low=0.2, high=1.5)
    assert effort.efforts(terms, np.array([-3.0, 0.0, 1.0, 10.0, 30.0])) == pytest.approx([0.2, 0.2, 0.2, 1.0, 1.5])
    half = Effort(reference=0.1, elasticity=1.0, pass_through=0.5)
    assert effort.efforts(half, np.array([[10.0], [20.0]])) == pytest.approx(np.array([[0.5], [1.0]]))
    alike = Effort(reference=0.1, elasticity=0.0)
    assert (effort.efforts(alike, np.array([-1.0, 0.0, 7.0])) == 1.0).all()
    assert (effort.efforts(Effort(reference=0.1, elasticity=1.0, pass_through=0.0), np.array([50.0])) == 0.0).all()


def test_single_homing_partners_see_their_own_loss() -> None:
    """Who reviews has the utility of the offer less what its own product loses."""
    model = PartnerNetwork(plan(MARKET | {f"{CHOICE}.homing": "single", "policy.rules.base.new": 0.2}))
    model.step()
    lost = next(one["own_loss_points"] for one in EXPECTED["at"] if one["commission"] == 0.2)
    expected = GIVEN["weight"] * (20.0 - lost)
    assert model.table.utility[:PARTNERS] == pytest.approx(np.full(PARTNERS, expected), rel=1e-12)


WORKING = {
    "segments.banks.effort": {"reference": 0.1, "elasticity": 0.8, "own_value": 6.0},
    "segments.dealers.effort": {"reference": 0.2, "elasticity": 0.4, "own_value": -4.0, "pass_through": 0.7},
}


def test_a_batch_gives_what_its_replications_give_alone() -> None:
    laid = plan(WORKING, EVERYTHING)
    alone, together = (replicate(laid, range(3), most=most) for most in (1, 3))
    assert [one.monthly.tobytes() for one in alone] == [one.monthly.tobytes() for one in together]


def test_effort_that_never_moves_changes_nothing() -> None:
    """Elasticity 0, and nothing beyond what is free: no figure that there is without it moves."""
    stated = {"segments.banks.effort": {"reference": 0.1, "elasticity": 0.0, "own_value": 9.0}}
    plain, other = (monthly(plan(one, EVERYTHING), 3) for one in ({}, stated))
    for name, series in plain.items():
        assert series.tobytes() == other[name].tobytes(), name


def test_blanks_are_issued_for_what_partners_will_sell() -> None:
    """Who tries twice as hard asks for twice as many blanks, so that none of its sales is cut."""
    scheme = {"segments": ["agents"], "value_of_blank": 10.0, "cover": 0.5, "interest": 0.0}
    twice = {f"{S}.effort": {"reference": 0.05, "elasticity": 1.0}, f"{S}.flow": 100.0, "policy.deposits": scheme}
    found = monthly(plan({f"{P}.term": "0mo", f"{P}.cost_ratio": 0.4, "policy.rules.base.new": 0.1} | twice))
    assert (found["new_contracts"] == 2000).all() and not found["refused_contracts"].any()


def test_the_opening_choice_knows_what_their_own_product_loses() -> None:
    """Shares at the opening, which nobody reviews, are those of the case."""
    of = next(one for one in EXPECTED["at"] if one["commission"] == 0.2)
    found = monthly(plan(MARKET | {f"{CHOICE}.review": 0.0, "policy.rules.base.new": 0.2}))
    np.testing.assert_allclose(found["agents"] / PARTNERS, of["share"], rtol=1e-9)
