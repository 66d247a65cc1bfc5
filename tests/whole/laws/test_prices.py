"""What a contract costs does not move with its price; sales answer it where that is stated."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import sim
from sim.base.errors import ScenarioError
from sim.engine.layout.plan import Plan, make
from sim.engine.model import PartnerNetwork
from sim.judgement.beside.closed_forms import theory
from sim.scenario.load import load
from sim.scenario.schema import scenario_model
from tests.experiments.written import scenario as written
from tests.whole.running import followed, monthly
from tests.whole.scenarios import CHOICE, P, S, plan, tree

FIELD = Path(__file__).parents[1] / "figures"
CLAIMS = {"loss_ratio": 0.6, "frequency": 0.5, "severity": {"dist": "constant"}}
COSTS = {"claims": {f"{P}.cost_ratio": None, f"{P}.claims": CLAIMS}, "goods": {f"{P}.cost_ratio": 0.6}}
MOVED = {f"{S}.partners": 1, f"{S}.flow": 1000.0, f"{P}.price": 120.0, f"{P}.reference_price": 100.0}


def expected(changes: dict[str, Any]) -> Plan:
    """A plan whose claims are expected values."""
    return make(scenario_model().model_validate(tree(changes)), claims="expected")


def loss_ratios(found: dict[str, Any], *years: slice) -> list[float]:
    return [float(found["claims"][one].sum() / found["earned"][one].sum()) for one in years]


def field(name: str) -> dict[str, Any]:
    result = sim.run(FIELD / f"{name}.yaml", replications=1, workers=1, claims="expected")
    return {"claims": result.cube.series("claims_incurred")[0], "earned": result.cube.series("premium_earned")[0]}


def test_a_price_rise_in_the_field() -> None:
    """Severity in money: 6 000 a contract-year. A stated ratio: 60 a contract, at 100 and at 120."""
    years = sum(min(12.0, 23.5 - s) / 12 for s in range(24))
    earned = sum((10_000 if s == 0 else 12_000) * min(12.0, 23.5 - s) / 12 for s in range(24))
    assert loss_ratios(field("g01_price_up"), slice(None)) == pytest.approx([6000 * years / earned], rel=1e-6)
    assert 6000 * years / earned == pytest.approx(0.505, abs=5e-4)
    first, second = loss_ratios(field("d05_price"), slice(0, 12), slice(12, 24))
    assert (first, second) == (pytest.approx(0.6, rel=1e-9), pytest.approx(0.5, rel=1e-9))


@pytest.mark.parametrize("term", [0, 1, 12])
@pytest.mark.parametrize("cost", COSTS)
@pytest.mark.parametrize(("follows", "ratio"), [(False, 0.5), (True, 0.6)])
def test_a_lever_on_the_price(term: int, cost: str, follows: bool, ratio: float) -> None:
    changes = {**MOVED, **COSTS[cost], f"{P}.term": f"{term}mo", f"{P}.follows_price": follows}
    found = expected(changes)
    played = monthly(found)
    assert played["claims_incurred.line"].sum() / played["premium_earned"].sum() == pytest.approx(ratio, rel=1e-6)
    beside = theory(found)
    assert beside["loss_ratio.line"].value == pytest.approx(ratio)
    assert beside["break_even_commission"].value == pytest.approx(1 - ratio)


@pytest.mark.parametrize("cost", COSTS)
def test_renewals_at_later_prices(cost: str) -> None:
    """1 000 contracts sold at 100 renew, all of them, at 120: 60 a contract-year, whatever they paid."""
    sold = {"market.demand": {"since": {"2025-01": 1.0, "2025-02": 0.0}}, f"{P}.renewal": [1.0], "months": "24mo"}
    price = {f"{P}.price": {"since": {"2025-01": 100.0, "2025-07": 120.0}}, f"{P}.reference_price": None}
    found = monthly(expected({**MOVED, **COSTS[cost], **sold, **price}))
    claims, earned = found["claims_incurred.line"], found["premium_earned"]
    assert claims.sum() == pytest.approx((2 - 1 / 24) * 6_000_000, abs=24)
    assert earned.sum() == 10_000_000 + 12_000_000 * 23 / 24
    assert claims[13:24].sum() / earned[13:24].sum() == pytest.approx(0.5, rel=1e-6)


@pytest.mark.parametrize("severity", [{"dist": "constant", "mean": 120.0}, {"dist": "gamma", "mean": 120.0, "cv": 1.0}])
def test_severity_in_money_does_not_follow_a_contracts_own_price(severity: dict[str, Any]) -> None:
    claims = {"frequency": 0.5, "severity": severity}
    found = expected({f"{P}.cost_ratio": None, f"{P}.claims": claims, f"{P}.price_cv": 0.8, f"{S}.flow": 100.0})
    for exposure, earned, incurred in followed(
        found, 0, lambda m: (m.table.exposure[0].copy(), m.table.earned[0].copy(), m.table.incurred[0].copy())
    ):
        np.testing.assert_allclose(np.cumsum(incurred), np.cumsum(0.5 * 12_000 * exposure), atol=0.51)
        assert np.ptp(earned[:-1]) > 0


@pytest.mark.parametrize("cancellation", [0.0, 0.15])
@pytest.mark.parametrize("term", [1, 5, 12])
def test_cost_to_come(term: int, cancellation: float) -> None:
    """By hand from the rings: contracts x the half months that they have left; without cancellations it is paid out."""
    demand = {"since": {"2025-01": 1.0, "2025-09": 0.0}}
    changes = {**MOVED, **COSTS["goods"], f"{P}.term": f"{term}mo", "months": "24mo", "market.demand": demand}
    model = PartnerNetwork(plan({**changes, f"{P}.cancellation": cancellation}))
    claims, to_come = [], []
    while model.month < 24:
        month = model.month
        model.step()
        books, line = model.nouns.books, model.plan.lines[0]
        counts = model.table.ring_count[line.counts].sum(axis=1)
        left = sum(int(counts[(month - age) % term]) * (2 * (term - age) - 1) for age in range(term))
        assert books.contract_steps[0].unearned(month).sum() == left
        to_come.append(left * 6000 * (12 / term) / 24)
        claims.append(int(model.table.incurred[0].sum()))
    if not cancellation:
        assert sum(claims[9:]) == pytest.approx(to_come[8], abs=24)


def test_run_off_value_after_a_price_rise() -> None:
    """Capital + earned part + unearned premium - cost of what is left: here all sold in the first month."""
    demand = {"since": {"2025-01": 1.0, "2025-02": 0.0}}
    found = monthly(plan({**MOVED, **COSTS["goods"], "market.demand": demand, "months": "13mo"}))
    assert found["run_off_value"] == pytest.approx(np.full(13, (120 - 60) * 1000 * 100.0), abs=13)


def test_levers_and_files_leave_the_reference(tmp_path: Path) -> None:
    base = written(tmp_path, {
        "opening": {"kind": "warm_up", "months": "12mo", "capital": 1.0},
        f"{P}.price": {"since": {"2024-01": 100.0, "2025-01": 110.0}},
    }, "base.yaml")  # fmt: skip
    over = tmp_path / "over.yaml"
    over.write_text("schema: 1\nextends: base.yaml\nproducts: {line: {price: 120}}\n", encoding="utf-8")
    top = tmp_path / "top.yaml"
    top.write_text("schema: 1\nextends: over.yaml\nproducts: {line: {price: 150}}\n", encoding="utf-8")
    for path, sets in ((base, ["products.line.price=120"]), (over, []), (top, []), (top, ["opening.months=1mo"])):
        assert load(path, sets).scenario.products["line"].reference_price == 100.0
    assert load(base).scenario.products["line"].reference_price is None
    assert load(top, ["products.line.reference_price=90"]).scenario.products["line"].reference_price == 90.0
    for path, noted in ((base, 0), (top, 1)):
        assert sum(note.code == "price_without_response" for note in load(path).notes) == noted


def test_follows_price_beside_severity_in_money_is_refused(tmp_path: Path) -> None:
    severity = {"frequency": 1.0, "severity": {"dist": "constant", "mean": 5.0}}
    changes = {f"{P}.cost_ratio": None, f"{P}.claims": severity, f"{P}.follows_price": True}
    path = written(tmp_path, changes, "a.yaml")
    with pytest.raises(ScenarioError, match=r"(?s)a\.yaml.*follows_price.*severity in money"):
        load(path)


def test_a_price_index_without_a_trend_of_claims_is_noted(tmp_path: Path) -> None:
    rising = {f"{P}.price": {"since": {"2025-01": 100.0, "2025-06": 105.0}}}
    path = written(tmp_path, {**rising, f"{P}.cost_ratio": None, f"{P}.claims": CLAIMS})
    for sets, noted in (
        ([], 1), (["products.line.follows_price=true"], 0), (["products.line.claims.inflation=5%"], 0),
        (["market.claims_severity={since: {2025-01: 1, 2025-06: 1.05}}"], 0), (["products.line.price=100"], 0),
    ):  # fmt: skip
        assert sum(note.code == "price_without_trend" for note in load(path, sets).notes) == noted, sets


@pytest.mark.parametrize(
    ("changes", "left"),
    [
        ({f"{P}.price_response": 2.0}, 1.2**-2),
        ({f"{P}.price_response": 2.0, "rivals.other.price": {"line": 120.0}}, 1.0),
        ({f"{P}.price_response": 1.5, "rivals.other.price": {"line": 96.0}}, (120 / 96) ** -1.5),
        ({"rivals.other.price": {"line": 60.0}}, 1.0),
    ],
)
def test_sales_respond_to_the_price(changes: dict[str, Any], left: float) -> None:
    found = monthly(plan({**MOVED, f"{S}.flow": 1e6, **changes}))
    assert found["new_contracts"] == pytest.approx(np.full(12, 1e6 * left), abs=1.0)


def test_rivals_sell_at_their_own_price() -> None:
    """We sell half of the flow, less whom our price turns away, at 120; the rival the other half, at 80."""
    changes = {**MOVED, f"{CHOICE}.homing": "multi", f"{CHOICE}.us_at_start": 0.5, f"{S}.flow": 1e6,
               f"{P}.price_response": 2.0, "rivals.other.price": {"line": 80.0}}  # fmt: skip
    ours, theirs = 0.5 * (80 / 120) ** 2 * 120, 0.5 * 80
    assert monthly(plan(changes))["market_share.us"] == pytest.approx(np.full(12, ours / (ours + theirs)), rel=1e-5)
