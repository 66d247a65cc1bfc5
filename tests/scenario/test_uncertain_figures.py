"""Uncertain figures and listed ones must be read, and the scenario must take every value; the place is told."""

from __future__ import annotations

from pathlib import Path

import pytest

import sim
from sim.base.errors import Problem, ScenarioError
from sim.experiments.studies.sensitivity import Sensitivity
from sim.scenario.language.turned import Stated, stated, turned
from sim.scenario.schema import Scenario
from tests.scenario.minimal import write

LOSSES = "products.hull.claims.loss_ratio"


def fault(folder: Path, declared: str, changes: dict[str, str] | None = None) -> Problem:
    path = write(folder, {"uncertainties.one": declared, **(changes or {})})
    with pytest.raises(ScenarioError) as told:
        sim.load(path)
    (problem,) = told.value.problems
    assert problem.line and problem.file.endswith("main.yaml")
    return problem


@pytest.mark.parametrize(
    ("declared", "at", "what", "remedy"),
    [
        ("{path: products.hull.claims.los_ratio, low: 0.5, high: 0.8}", ".path",
         'nothing reads products.hull.claims.los_ratio: unknown key "los_ratio"', "did you mean loss_ratio?"),
        ("{path: policy.rules.bonus, low: 0.5, high: 0.8}", ".path", "no single figure stands at policy.rules.bonus",
         "name the path of one number"),
        ("{path: replications, low: 5, high: 8}", ".path", "nothing that is played reads replications", "such as"),
        ("{path: experiment.level, low: 0.01, high: 0.1}", ".path", "nothing that is played reads experiment.level",
         "such as"),
        ("{path: criteria.survives.at_most, low: 0.1, high: 0.8}", ".path", "nothing that is played reads", "such as"),
        ("{path: products.hull.source, low: 0.1, high: 0.8}", ".path", "nothing that is played reads", "such as"),
        ("{path: '', low: 0.1, high: 0.8}", ".path", '"" is no path', "such as"),
        ("{path: products.hull.claims.severity, low: 0.1, high: 0.8}", ".path", "no single figure stands", "one date"),
        (f"{{path: {LOSSES}, law: normal, mean: 65%, deviation: 20%}}", "", "a ratio must be from", "cut the law"),
        (f"{{path: {LOSSES}, low: 0.7, high: 0.8}}", "", "states 0.65, outside of the law, 0.7 to 0.8", "widen"),
        (f"{{path: {LOSSES}, low: 0.6, high: 0.8, present: 0.7}}", ".present", "scenario states 0.65", "leave pres"),
        ("{path: segments.bank.partners, low: 5, high: 15}", ".path", "takes whole numbers only", "add whole: true"),
        (f"{{path: [{LOSSES}, products.hull.renewal], low: 0.6, high: 0.8}}", ".path", "states different", "state one"),
    ],
)  # fmt: skip
def test_refused_with_the_place(tmp_path: Path, declared: str, at: str, what: str, remedy: str) -> None:
    found = fault(tmp_path, declared)
    assert found.path == f"uncertainties.one{at}" and what in found.what and remedy in found.remedy


def test_what_the_scenario_notes_as_unread_is_refused(tmp_path: Path) -> None:
    crisis = "{kind: crisis, start: 2035-01, length: 2mo, claims: 1.4}"
    found = fault(tmp_path, "{path: market.events.late.claims, low: 1.1, high: 2}", {"market.events.late": crisis})
    assert found.path == "uncertainties.one.path" and "nothing reads market.events.late" in found.what


@pytest.mark.parametrize(
    ("text", "what"),
    [("products.hull.prise", 'unknown key "prise"'), ("accounts.interest", "is 0"), ("name", "nothing that is played"),
     ("products.hull.claims", "no single figure"), ("segments.bank.preset", "no single figure")],
)  # fmt: skip
def test_listed_paths_too(tmp_path: Path, text: str, what: str) -> None:
    with pytest.raises(ScenarioError) as told:
        sim.load(write(tmp_path, {"breaks": f"[{text}]"}))
    (found,) = told.value.problems
    assert found.path == "breaks[0]" and found.line and what in found.what


def test_taken_with_units_dates_and_several_paths(tmp_path: Path) -> None:
    loaded = sim.load(write(tmp_path, {
        "products.hull.price": "{since: {2024-01: 60e3, 2025-01: 66e3}}",
        "uncertainties": {
            "later": "{path: products.hull.price.since.2025-01, low: 50e3, high: 80e3}",
            "delay": "{path: policy.payment.delay, low: 0, high: 3, unit: mo, whole: true}",
            "lag": "{path: segments.bank.remittance.lag, low: 10, high: 90, unit: d}",
            "both": "{path: [policy.rules.base.new.rate, rivals.other.commission.rate], low: 12, high: 20, unit: '%'}",
        },
        "rivals.other.commission": "15%",
        "policy.payment.delay": "1mo",
        "segments.bank.remittance": "{lag: 30d}",
        "breaks": f"[{LOSSES}, segments.bank.partners]",
    }))  # fmt: skip
    tree = turned(loaded.tree, ["policy.rules.base.new.rate=16.5%", "products.hull.price.since.2025-01=70000"])
    assert tree["policy"]["rules"]["base"]["new"] == {"rate": "16.5%"}
    assert tree["products"]["hull"]["price"] == {"since": {"2024-01": 60e3, "2025-01": 70000}}
    assert loaded.tree["policy"]["rules"]["base"]["new"] == "15%"  # the original is left alone


def test_a_stated_figure_in_other_units() -> None:
    assert Stated(27.0, "%").of_unit("") == pytest.approx(0.27)
    assert Stated(0.27).of_unit("%") == pytest.approx(27.0)
    assert Stated(2.0, "y").of_unit("mo") == pytest.approx(24.0)
    assert Stated(2.0, default=True).of_unit("y") == pytest.approx(1 / 6)
    assert Stated(12.0).of_unit("mo") is None and Stated(12.0, "mo").of_unit("") is None


def test_defaults_can_be_named(tmp_path: Path) -> None:
    loaded = sim.load(write(tmp_path))
    assert stated(dict(loaded.tree), loaded.scenario, ("accounts", "discount_rate")) == Stated(
        loaded.scenario.accounts.discount_rate, default=True
    )


def test_scenarios_and_studies_declare_them_alike() -> None:
    (kind,) = {Scenario.model_fields["uncertainties"].annotation, Sensitivity.model_fields["uncertainties"].annotation}
    assert kind is not None


def test_a_relative_figure_is_moved_with_its_dates(tmp_path: Path) -> None:
    changes = {
        "rivals.other.commission": "{since: {2024-01: 12%, 2025-01: 14%}}",
        "uncertainties.rivals": "{path: rivals.other.commission, change: shift, law: normal, mean: 0, deviation: 1pp}",
    }
    loaded = sim.load(write(tmp_path, changes))
    (one,) = loaded.scenario.uncertainties.values()
    tree = turned(loaded.tree, one.sets(0.02))
    assert tree["rivals"]["other"]["commission"]["since"] == {"2024-01": "14%", "2025-01": "16%"}
    off = changes | {"uncertainties.rivals": "{path: rivals.other.commission, change: scale, low: 1.1, high: 1.2}"}
    with pytest.raises(ScenarioError, match="outside of the law"):
        sim.load(write(tmp_path, off))


def test_a_turned_price_leaves_costs_where_they_are(tmp_path: Path) -> None:
    tree = turned(sim.load(write(tmp_path)).tree, ["products.hull.price=80e3"])
    assert tree["products"]["hull"]["reference_price"] == 60e3


@pytest.mark.parametrize("shift", [f"{LOSSES}=85%", f"{LOSSES}={{since: {{2024-01: 60%, 2024-06: 70%}}}}"])
def test_a_lever_that_moves_the_figure_away_leaves_the_declaration_out(tmp_path: Path, shift: str) -> None:
    law = f"{{path: {LOSSES}, law: uniform, low: 0.6, high: 0.7}}"
    path = write(tmp_path, {"uncertainties": {"losses": law}, "breaks": f"[{LOSSES}, segments.bank.partners]"})
    assert list(sim.load(path, [f"{LOSSES}=66%"]).scenario.uncertainties) == ["losses"]
    moved = sim.load(path, [shift])
    assert not moved.scenario.uncertainties and "uncertainties" not in moved.tree
    assert "declaration_left_out" in [one.code for one in moved.notes]
    assert moved.scenario.breaks == moved.tree["breaks"]
    over = write(tmp_path, {}, "over.yaml")
    over.write_text("extends: main.yaml\nproducts: {hull: {claims: {loss_ratio: 85%}}}\n", encoding="utf-8")
    assert not sim.load(over).scenario.uncertainties
    over.write_text(
        f"extends: main.yaml\nuncertainties: {{losses: {{path: {LOSSES}, law: uniform, low: 0.8, high: 0.9}}}}\n",
        encoding="utf-8",
    )
    with pytest.raises(ScenarioError, match="outside of the law"):
        sim.load(over)
