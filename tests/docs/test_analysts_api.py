"""What an analyst does in Python: a mapping in, levers, results that show themselves, a run opened again."""

from __future__ import annotations

import doctest
import json
import shutil
import subprocess
import sys
import warnings
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest

import sim
from sim.experiments.answer import Answer, Lines, Map, Series, Table
from sim.judgement.result import Result
from sim.runs.case import Case
from sim.runs.crew import Crew, unreachable
from sim.runs.play import Order, Runner

ROOT = Path(__file__).parents[2]
SMALL = ROOT / "scenarios/gallery/small_network.yaml"
CAME, WENT = ("switched_to_us", "entered"), ("switched_away", "left", "defaulted")
SHORT = 5_000  # characters: a screen and not the run's tables
EXAMPLES = (
    "sim.scenario.from_python", "sim.scenario.load", "sim.results.loading", "sim.report.files.finished",
    "sim.judgement.result", "sim.judgement.session",
)  # fmt: skip


@pytest.fixture(scope="module")
def result() -> Result:
    scenario = sim.load(SMALL).with_({"months": "8mo", "segments.broker.partners": 20})
    return sim.run(scenario, replications=3, workers=1, doubt=0, breaks=False)


@pytest.fixture(scope="module")
def folder(result: Result, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return result.write(tmp_path_factory.mktemp("run") / "out")


def test_a_mapping_is_the_scenario_of_its_file() -> None:
    as_mapping = sim.load({**sim.load(SMALL).tree, "seed": np.int64(1)})
    assert as_mapping.scenario == sim.load(SMALL).scenario


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"polcy": 1}, 'mapping: polcy: unknown key "polcy"; did you mean policy?'),
        ({"policy": {"rules": {"base": {"kind": "base", "nw": "9%"}}}}, "mapping: policy.rules.base.nw: unknown key"),
        ({"months": object()}, "mapping: months: a scenario cannot hold object"),
        ({1.5: 2}, "mapping: a key is float 1.5"),
    ],
)
def test_a_fault_of_a_mapping_is_told_by_its_path(change: dict[object, object], said: str) -> None:
    with pytest.raises(sim.ScenarioError, match="^|\n" + said.replace("?", "[?]")) as found:
        sim.load({**sim.load(SMALL).tree, **change})  # type: ignore[dict-item]
    assert said in str(found.value)


def test_every_wrong_value_of_a_mapping_is_told_at_once() -> None:
    tree = sim.load(SMALL).tree
    with pytest.raises(sim.ScenarioError) as found:
        sim.load({**tree, "months": "abc", "seed": -1, "replications": "5", "policy": {"rules": {"base": 3}, "7": 1}})
    told = {one.path: one.remedy for one in found.value.problems}
    assert {"months", "seed", "replications", "policy.rules.base", "policy.7"} <= set(told)
    assert "comma" not in told["policy.7"]


def test_numbers_that_yaml_1_1_gives_as_texts_are_numbers() -> None:
    assert sim.load({**sim.load(SMALL).tree, "replications": "1e2"}).scenario.replications == 100


def test_what_is_no_scenario_is_refused() -> None:
    with pytest.raises(sim.ScenarioError, match=r"list .* is no scenario; give a file's path, a mapping"):
        sim.load([1])  # type: ignore[arg-type]


def test_levers_move_what_is_there_and_leave_the_scenario_alone() -> None:
    stated = sim.load(SMALL)
    turned = stated.with_(
        {"policy.rules.base.new": "+2pp", "products.motor.price": "*1.1", "opening": {"capital": 7e7}}
    )
    by_hand = sim.load(SMALL, ["policy.rules.base.new=19%", "products.motor.price=33000", "opening.capital=7e7"])
    assert turned.scenario == by_hand.scenario
    assert turned.with_({"policy.rules.base.new": "-2pp"}).tree["policy"] == stated.tree["policy"]
    assert stated.tree == sim.load(SMALL).tree


def test_a_lever_that_leads_nowhere_is_refused() -> None:
    with pytest.raises(sim.ScenarioError, match=r"policy\.rules\.base\.nw: nothing is stated there"):
        sim.load(SMALL).with_({"policy.rules.base.nw": "+2pp"})
    with pytest.raises(sim.ScenarioError, match=r"seed: a scenario cannot hold object"):
        sim.load(SMALL).with_({"seed": object()})


def test_a_scenario_loaded_keeps_what_it_read(tmp_path: Path) -> None:
    file = tmp_path / "own.yaml"
    shutil.copy(SMALL, file)
    stated = sim.load(file)
    file.write_text("schema: 1\n")
    assert stated.with_({"seed": 5}).scenario.products == stated.scenario.products


def test_a_result_shows_itself_in_a_screen(result: Result) -> None:
    assert repr(result).startswith(f"{result.verdict} A small network of brokers: 3 replications of 8 months")
    for shown in (repr(result), result._repr_html_(), repr(result.loaded), result.loaded._repr_html_()):
        assert len(shown) < SHORT
    assert "<table>" in result._repr_html_()


def test_pictures_are_axes_that_a_notebook_shows(result: Result) -> None:
    for name in ("fan", "waterfall", "contribution", "flows"):
        axes = getattr(result.plot, name)()
        assert axes.get_title(loc="left") and axes._repr_png_().startswith(b"\x89PNG")


def test_flows_of_partners_foot(result: Result) -> None:
    heights = [bar.get_height() for bar in result.plot.flows().patches]
    came, went = (sum(result.cube.series(name).sum() for name in names) / 3 for names in (CAME, WENT))
    assert came + went > 0
    assert np.isclose(sum(one for one in heights if one > 0), came)
    assert np.isclose(sum(one for one in heights if one < 0), -went)


def test_numbers_are_numbers(result: Result) -> None:
    for frame in (result.explain("broker-01"), result.statement("broker-01")):
        assert not [name for name in frame if frame[name].map(lambda one: type(one).__name__ == "Decimal").any()]
    assert result.statement("broker-01").amount.dtype == float


def test_a_finished_run_is_read_as_it_was(result: Result, folder: Path) -> None:
    found = sim.open(folder)
    assert found.verdict == result.verdict and found.manifest["seed"] == result.specification.seed
    np.testing.assert_array_equal(found.kpis["mean"].to_numpy(), result.kpis["mean"].to_numpy(float))
    equity = found.monthly[found.monthly.metric == "equity"].value.to_numpy().reshape(3, 8)
    np.testing.assert_allclose(equity, result.monthly.sel(metric="equity").to_numpy()[0, 0], rtol=1e-15)
    assert found.partners.shape == result.partners.shape and found.statement.amount.dtype == float
    assert found.scenario.scenario == result.loaded.scenario and len(repr(found)) < SHORT
    assert found.verdict in found._repr_html_()
    for name in ("unit", "known", "text"):
        assert found.kpis[name].equals(result.kpis[name])
    assert found.events.equals(result.events) and found.partners.equals(result.partners)


def test_a_folder_that_is_no_run_is_refused(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(sim.ScenarioError, match="no such folder"):
        sim.open(tmp_path / "nowhere")
    with pytest.raises(sim.ScenarioError, match=r"no run: it holds no manifest\.json"):
        sim.open(tmp_path)
    other = Path(shutil.copytree(folder, tmp_path / "other"))
    said = json.loads((other / "manifest.json").read_text())
    (other / "manifest.json").write_text(json.dumps({**said, "schema": 9}))
    with pytest.raises(sim.ScenarioError, match="with a manifest of schema 9; this version reads schema 1"):
        sim.open(other)


def test_a_file_changed_since_is_refused(folder: Path, tmp_path: Path) -> None:
    other = Path(shutil.copytree(folder, tmp_path / "other"))
    (other / "events.csv").write_text("replication\n")
    with pytest.raises(sim.ScenarioError, match=r"events\.csv: changed since the run was made"):
        _ = sim.open(other).events


def test_an_answer_shows_itself_and_draws(tmp_path: Path) -> None:
    pandas = pytest.importorskip("pandas")
    at = np.arange(3.0)
    charts = (
        Lines("line", at, [Series("kpi.result", at)], "month", "number"),
        Map("map", at, at, np.outer(at, at), "x", "y", "number", "number", "number"),
    )
    frame = pandas.DataFrame({"month": at})
    answer = Answer("own", "A title", [], [Table("rates", frame, {"month": "number"})], charts,
                    words={"chart.line": {"en": "a", "ru": "a"}})  # fmt: skip
    assert repr(answer).startswith("A title") and len(repr(answer)) < SHORT
    assert answer.plot.chart("line").lines
    with pytest.raises(sim.OutputError, match="no such picture"):
        answer.plot.map("line")


def test_a_script_without_its_guard_is_told(tmp_path: Path) -> None:
    script = tmp_path / "unguarded.py"
    script.write_text(
        "import sys\nfrom sim.runs.crew import Crew\nfrom concurrent.futures.process import BrokenProcessPool\n"
        "with Crew(2) as crew:\n    try:\n        crew.submit(None).result()\n"
        "    except BrokenProcessPool:\n        print(crew.why_broken())\n"
    )
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, timeout=120, cwd=ROOT)
    assert "no worker process could begin. Workers import the script" in done.stdout
    assert "this is a worker process that imports the script which started it" in done.stderr


def test_a_class_that_workers_cannot_import_is_played_here() -> None:
    class Nothing:
        """Within a function."""

    assert unreachable([Nothing, Crew]) == [Nothing.__qualname__]
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        _warned(Nothing)
    assert "workers cannot import it" in str(told[0].message)


def _warned(own: type) -> None:
    case = Case.of(sim.load(SMALL), extra=[own])
    assert Runner(Crew(2))._tied_here([Order(case, [0])])


@pytest.mark.parametrize("module", EXAMPLES)
def test_examples_of_docstrings(module: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    failed, tried = doctest.testmod(import_module(module), optionflags=doctest.ELLIPSIS)
    assert tried and not failed
