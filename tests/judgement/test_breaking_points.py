"""Breaking points: exact where the result is a line, together where none breaks alone, the same whoever plays."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import sim
from sim.judgement.breaking import allowance
from sim.judgement.breaking.found_points import Break, Breaking
from sim.judgement.breaking.turned_axes import axes
from sim.runs.store import Store
from tests.judgement.linear import COMMISSION, COST, COST_RATIO, EARNED, FLOW, LEAST, PRICE, RATE, played, written
from tests.report import tiny

LISTED = "[segments.shop.flow, products.line.price, opening.capital]"
NARROW = "{path: products.line.cost_ratio, law: normal, mean: 0.5, deviation: 0.04}"
NARROW_RATE = "{path: policy.rules.base.new, law: normal, mean: 0.3, deviation: 0.04}"
LUCKY: dict[str, Any] = {
    "criteria": {"earns": {"kpi": "result", "at_least": "-1e6"}},
    "uncertainties": {
        "losses": "{path: products.hull.claims.loss_ratio, law: normal, mean: 65%, deviation: 4%}",
        "buyers": "{path: segments.bank.flow, law: uniform, low: 5, high: 35}",
    },
    "breaks": "[policy.rules.base.new, segments.bank.partners]",
}


@pytest.fixture(autouse=True)
def time_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(allowance, "BESIDE_SECONDS", 60.0)


def breaking(folder: Path, **more: Any) -> Breaking:
    found = played(folder, **more).breaking
    assert found is not None
    return found


def named(found: Breaking) -> dict[str, Break]:
    return {one.name: one for one in found.points}


def test_a_line_is_exact(tmp_path: Path) -> None:
    found = breaking(tmp_path, uncertainties={"cost": COST_RATIO, "commission": COMMISSION}, breaks=LISTED)
    spare = 1.0 - COST - RATE - LEAST / EARNED  # of earned premium
    points = named(found)
    assert points["cost"].value == pytest.approx(COST + spare, rel=1e-5)
    assert points["commission"].value == pytest.approx(RATE + spare, rel=1e-5)
    sold = LEAST / (EARNED / FLOW) / (1.0 - COST - RATE)
    assert points["segments.shop.flow"].value == pytest.approx(sold, rel=0.01)  # contracts are whole
    price = (LEAST / (EARNED / PRICE) + COST * PRICE) / (1.0 - RATE)  # what a contract costs stays
    assert points["products.line.price"].value == pytest.approx(price, rel=1e-3)  # far below, a deficiency bends it
    assert points["opening.capital"].value is None and not points["opening.capital"].idle
    assert points["cost"].distance == pytest.approx(spare / 0.08, rel=1e-4)
    assert points["commission"].distance == pytest.approx(spare / (0.4 / 12**0.5), rel=1e-4)
    assert points["products.line.price"].distance == pytest.approx(price / PRICE - 1.0, rel=0.01)
    assert points["cost"].interval == pytest.approx((COST + spare,) * 2, rel=1e-5)  # without luck it is certain
    assert {one.criterion for one in found.points if one.value is not None} == {"earns"}
    ranks = [one.rank for one in found.points]
    assert ranks == sorted(ranks) and found.broken == found.left_out == ()


def test_two_break_it_only_together(tmp_path: Path) -> None:
    least = EARNED * (1.0 - COST - RATE) - EARNED * 0.16  # to spare: 4 spreads of either, 2 of both
    criteria = {"earns": {"kpi": "result", "at_least": least}}
    found = breaking(tmp_path, uncertainties={"cost": NARROW, "commission": NARROW_RATE}, criteria=criteria)
    assert all(one.value is None for one in found.points) and found.only_together
    assert found.together is not None and found.together.value == pytest.approx(2.0, rel=1e-4)
    assert found.together.interval == pytest.approx((2.0, 2.0), rel=1e-4)


def test_the_first_of_several_criteria_breaks(tmp_path: Path) -> None:
    criteria = {
        "earns": {"kpi": "result", "at_least": LEAST},
        "cheap": {"kpi": "combined_ratio", "at_most": 0.85},
        "always": {"kpi": "result", "at_least": LEAST, "in_share": "90%"},
        "huge": {"kpi": "premium", "at_least": "1e15"},
    }
    found = breaking(tmp_path, uncertainties={"cost": COST_RATIO}, criteria=criteria)
    (point,) = found.points
    assert (point.criterion, point.value) == ("cheap", pytest.approx(0.55, rel=1e-5))
    assert (found.broken, found.judged) == (("huge",), ("earns", "cheap", "always"))


def test_what_moves_nothing_is_called_idle(tmp_path: Path) -> None:
    idle = "{path: policy.rules.base.renewal, law: uniform, low: 0.0, high: 0.2}"
    points = named(breaking(tmp_path, uncertainties={"cost": COST_RATIO, "renewals": idle}))
    assert (points["renewals"].idle, points["cost"].idle) == (True, False)


def test_there_is_nothing_to_break(tmp_path: Path) -> None:
    assert played(tmp_path).breaking is None
    assert played(tmp_path, uncertainties={"cost": COST_RATIO}, criteria="{}").breaking is None
    lost = breaking(
        tmp_path, uncertainties={"cost": COST_RATIO}, criteria={"rich": {"kpi": "result", "at_least": "1e12"}}
    )
    assert (lost.points, lost.broken) == ((), ("rich",))


def test_whoever_plays_finds_the_same_and_a_store_keeps_it(tmp_path: Path) -> None:
    path = tiny.scenario(tmp_path, LUCKY)
    alone = sim.run(path, 12, 1, doubt=0, store=tmp_path / "store")
    again = sim.run(path, 12, 1, doubt=0, store=Store(tmp_path / "store"))
    others = sim.run(path, 12, 2, doubt=0)
    assert alone.breaking == again.breaking == others.breaking
    assert sim.run(path, 12, 1, doubt=0, breaks=False).breaking is None


def test_expected_claims_are_played_for_means_alone(tmp_path: Path) -> None:
    means = tiny.played(tmp_path / "means", LUCKY, doubt=0).breaking
    shares = {"earns": {"kpi": "result", "at_least": "-1e6", "in_share": "50%"}}
    drawn = tiny.played(tmp_path / "shares", LUCKY | {"criteria": shares}, doubt=0).breaking
    assert means is not None and drawn is not None
    assert (means.claims, drawn.claims) == ("expected", "drawn")


def test_with_luck_the_edge_is_where_a_long_run_has_it(tmp_path: Path) -> None:
    """The run is played again at the breaking point: the criterion's figure is at its bound there."""
    changes = LUCKY | {"criteria": {"earns": {"kpi": "loss_ratio", "at_most": "75%"}}}
    found = tiny.played(tmp_path, changes, replications=60, doubt=0).breaking
    assert found is not None
    point = named(found)["losses"]
    assert point.value is not None and point.interval is not None
    there = sim.load(tiny.scenario(tmp_path, changes), [f"products.hull.claims.loss_ratio={point.value:.12g}"])
    values = sim.run(there, 60, 1, doubt=0, breaks=False, claims="expected").figures["loss_ratio"].values
    assert point.interval[0] < point.value < point.interval[1]
    assert values.mean() == pytest.approx(0.75, abs=0.03)


def test_listed_figures_are_turned_as_far_as_the_scenario_takes(tmp_path: Path) -> None:
    loaded = sim.load(written(tmp_path, breaks="[products.line.cost_ratio, policy.rules.base.new, segments.shop.flow]"))
    found = {one.name: (one.low, one.high) for one in axes(loaded)}
    assert found["policy.rules.base.new"] == pytest.approx((0.03, 0.6))
    assert found["segments.shop.flow"] == pytest.approx((10.0, 200.0))
    near = sim.load(written(tmp_path, breaks="[segments.shop.mix.line]"))
    assert axes(near)[0].high == 1.0  # all buyers buy it: no more is taken


def test_there_is_a_time_for_it_that_no_clock_tells(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(allowance, "BESIDE_SECONDS", 0.0)
    path = tiny.scenario(tmp_path, LUCKY)
    found = sim.run(path, 4, 1, doubt=0).breaking
    assert found is not None and found.left_out and len(found.points) + len(found.left_out) == 4
    assert found.left_out == ("policy.rules.base.new", "segments.bank.partners")[-len(found.left_out) :] or found.points
    assert replace(found) == sim.run(path, 4, 1, doubt=0).breaking
