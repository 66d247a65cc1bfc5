"""Levers, points reckoned and interpolated, against runs of their own."""

from __future__ import annotations

from pathlib import Path

import pytest
from ruamel.yaml import YAML

import sim
from sim.explore import played_grid, point_files, runs_compared
from sim.explore.explored_levers import Lever, levers, sets_of
from sim.explore.explorer import Asked, Explorer
from sim.explore.explorer_words import ExplorerWords
from sim.explore.played_grid import GridPlan, PlayedGrid, Shape, shape
from sim.explore.point_estimate import PointEstimate, Told
from sim.scenario.unknown import Knob
from tests.explore.small import small

LOSSES, NEW, CAPITAL = "losses", "policy.rules.base.new", "opening.capital"


@pytest.fixture(scope="module")
def explorer(tmp_path_factory: pytest.TempPathFactory) -> Explorer:
    """A small scenario, played as stated."""
    home = tmp_path_factory.mktemp("explorer")
    found = Explorer(Asked(str(small(home)), str(home / "store"), workers=1))
    found.played(())
    return found


def test_levers_stand_on_steps_that_hold_the_present_value(explorer: Explorer) -> None:
    assert list(explorer.levers) == [LOSSES, NEW, CAPITAL]
    for one in explorer.levers.values():
        assert one.stated in one.values and list(one.values) == sorted(one.values)
        assert one.low <= one.values[0] < one.values[-1] <= one.high
        assert all(explorer.loaded.takes(one.knob.sets(end)) for end in (one.values[0], one.values[-1]))
    assert [one.of_policy for one in explorer.levers.values()] == [False, True, False]


def test_a_table_of_rates_moves_by_points(tmp_path: Path) -> None:
    table = "{rate: 15%, products: {hull: 18%}}"
    scenario = sim.load(small(tmp_path, {"breaks": None, "policy.rules.base.new": table}))
    (one,) = [lever for lever in levers(scenario) if lever.of_policy]
    assert (one.stated, one.knob.sets(2.0)) == (0.0, (f"{NEW}+=2pp",))
    moved = scenario.with_({NEW: "+2pp"}).tree["policy"]["rules"]["base"]["new"]
    assert moved["rate"] == "17%" and moved["products"]["hull"] == "20%"


def test_a_point_is_the_stated_run_moved_by_two_runs_with_expected_claims(explorer: Explorer) -> None:
    """Played apart: a run at the point and one as stated, both with expected claims, on the stated run's luck."""
    point = {LOSSES: 1.0, NEW: 20.0}
    assert explorer.claims == "expected"
    loaded = [explorer.loaded, explorer.loaded.with_({"products.hull.claims.loss_ratio": 1.0, NEW: "20%"})]
    here, there = (
        sim.run(one, explorer.few, 1, claims="expected", breaks=False, doubt=0).figures["result"].values.mean()
        for one in loaded
    )
    stated = explorer.played(()).figures["result"].values.mean()
    found = explorer.reckoned(point)
    assert found.figures["result"].figure == pytest.approx(stated + there - here, rel=1e-9)
    assert found.verdicts["profitable"] == "FAIL" and explorer.reckoned({}).verdict == explorer.played(()).verdict


def test_a_grid_holds_what_its_points_play(explorer: Explorer, monkeypatch: pytest.MonkeyPatch) -> None:
    """At a point of the grid nothing is interpolated: the mean of a run of its own; other levers come on top."""
    monkeypatch.setattr(played_grid, "SIZES", (3,))
    grid = explorer.grid(LOSSES, NEW)
    x, y = grid.plan.xs[-1], grid.plan.ys[0]
    own = sim.run(explorer.loaded_at(explorer.sets({LOSSES: x, NEW: y})), None, 1, breaks=False, doubt=0)
    found = explorer.estimated({LOSSES: x, NEW: y}, grid)
    assert found.how == "interpolated"
    assert found.figures["result"].figure == pytest.approx(own.figures["result"].values.mean(), rel=1e-9)
    more = explorer.estimated({LOSSES: x, NEW: y, CAPITAL: explorer.levers[CAPITAL].values[-1]}, grid)
    assert more.figures["result"].figure == pytest.approx(found.figures["result"].figure)
    assert more.criteria["survives"].figure > found.criteria["survives"].figure


def fake(function: object) -> PlayedGrid:
    """A grid over two levers from 0 to 4 whose result is a function of the place."""
    x, y = (Lever(name, Knob(path=name), 2.0, 0.0, 4.0) for name in "xy")
    plan = GridPlan.of(x, y, Shape(3, 8))
    places = [*plan.nodes, *plan.between]
    return PlayedGrid(plan, [PointEstimate("interpolated", {"f": Told(function(*at), 0.5)}, 8) for at in places])  # type: ignore[operator]  # a function


def test_between_the_points_it_is_bilinear_and_the_error_is_what_was_seen() -> None:
    flat = fake(lambda x, y: 3 + 2 * x - y + 0.5 * x * y)
    assert flat.error("f") == 0.0 and flat.at("f", 1.5, 3.0) == Told(3 + 3 - 3 + 2.25, 0.5)
    bent = fake(lambda x, y: x * x)
    assert bent.error("f") == 1.0 and bent.at("f", 1.0, 0.0) == Told(2.0, 1.5)  # half way from 0 to 4, and 1 is true


def test_a_grid_takes_the_time_that_there_is() -> None:
    assert shape(lambda k: 0.01 * k, workers=2, most=100) == Shape(7, 64)
    small_one = shape(lambda k: 0.5 * k, workers=2, most=100)
    assert small_one.points == 5 and small_one.plays * 0.5 * small_one.replications <= 180
    assert shape(lambda k: 100.0 * k, workers=1, most=5) == Shape(3, 5)


def test_a_stored_run_is_named_by_what_it_has_moved(explorer: Explorer) -> None:
    explorer.played(explorer.sets({NEW: 20.0}))
    words = ExplorerWords(explorer, "en")
    names = runs_compared.named(runs_compared.comparable(explorer.archive.list()), words)
    assert sorted(names.values()) == ["Base: new business 20\u00a0%", "The scenario as stated"]
    results = {name: explorer.stored(key) for key, name in names.items()}
    (row,) = runs_compared.differences(results, words)
    assert sorted(row.values()) == ["15\u00a0%", "20\u00a0%", "Base: new business"]
    money = runs_compared.side_by_side(results, words)[2]
    assert money["Key figure"].startswith("Result over the horizon, ") and all(
        "RUB" not in money[name] for name in results
    )


def test_the_scenario_of_a_point_loads_to_the_same(explorer: Explorer) -> None:
    sets = explorer.sets({NEW: 20.0})
    tree = YAML(typ="safe").load(point_files.scenario_yaml(explorer, sets))
    assert sim.load({**tree, "schema": 1}).tree["policy"] == explorer.loaded_at(sets).tree["policy"]
    assert sets == sets_of(explorer.levers, {NEW: 20.0}) == (f"{NEW}=20%",)
