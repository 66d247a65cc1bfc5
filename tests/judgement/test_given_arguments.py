"""What `sim.run` and its neighbours are given: wrong arguments are refused by name, nothing is silently passed over."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import sim
from sim.engine.model import PartnerNetwork
from sim.judgement.precision import Until
from sim.judgement.result import Result
from sim.scenario.load import Loaded
from sim.scenario.own_stage import OwnStage

SMALL = Path(__file__).parents[2] / "scenarios/gallery/small_network.yaml"
KW: dict[str, Any] = {"replications": 4, "workers": 1, "doubt": 0, "breaks": False}
BROKEN_MONTH = 3


class Broken(OwnStage):
    """Fails in a month."""

    name = "broken"
    after = "sales_are_made"
    reads = ("now",)

    def play(self, now: Any) -> None:
        """Fail."""
        if now.month == BROKEN_MONTH:
            raise ZeroDivisionError("by the stage")


@pytest.fixture(scope="module")
def loaded() -> Loaded:
    return sim.load(SMALL, ["months=6mo"])


@pytest.fixture(scope="module")
def result(loaded: Loaded) -> Result:
    return sim.run(loaded, **KW)


@pytest.mark.parametrize(
    "wrong",
    [{"claims": "drwan"}, {"replications": 0}, {"replications": 2.5}, {"replications": "5"}, {"seed": -5},
     {"seed": True}, {"within": "2"}, {"within": 0}, {"until": "dcided"}, {"workers": 0}, {"doubt": -1},
     {"breaks": "no"}, {"twin": 1}, {"progress": 3}, {"cluster": 4}, {"store": 5}, {"extra": OwnStage},
     {"panels": 3}, {"panels": [4]}, {"panels": ["a"]}],
    ids=str,
)  # fmt: skip
def test_a_wrong_argument_is_refused_by_its_name(loaded: Loaded, wrong: dict[str, Any]) -> None:
    with pytest.raises(sim.ScenarioError) as caught:
        sim.run(loaded, **KW | wrong)
    assert [one.path for one in caught.value.problems] == list(wrong)


def test_all_wrong_arguments_are_told_at_once(loaded: Loaded) -> None:
    with pytest.raises(sim.ScenarioError, match="drawn, expected expected, got 'drwan'; did you mean drawn") as caught:
        sim.run(loaded, 0, 0, claims="drwan")  # type: ignore[arg-type]
    assert {one.path for one in caught.value.problems} == {"replications", "workers", "claims"}


def test_texts_of_the_command_are_taken(loaded: Loaded, result: Result) -> None:
    assert sim.run(loaded, **KW, within="10min").kpis.equals(result.kpis)
    decided = sim.run(loaded, **KW | {"replications": 30}, until="decided")
    assert decided.until == Until() and decided.look is not None and result.look is None


@pytest.mark.parametrize(
    "asked",
    [lambda one: one.explain("broker-001", 4), lambda one: one.explain("broker-001", -1), lambda one: one.explain(5),
     lambda one: one.statement("broker-001", 1.5), lambda one: one.solved_rates(9),
     lambda one: one.plot.fan("comission"),
     lambda one: one.plot.contribution("bogus"), lambda one: one.to_excel("x.csv"), lambda one: one.write(None),
     lambda one: one.write("x", lang="xx"), lambda one: one.loaded.with_(["a=1"]), lambda one: one.loaded.with_(None),
     lambda one: PartnerNetwork(one.plan, []), lambda _: sim.open(None), lambda _: sim.study(None),
     lambda _: sim.store(None), lambda _: sim.load(SMALL, "months=6mo")],
)  # fmt: skip
def test_errors_are_ours(result: Result, asked: Callable[[Result], object]) -> None:
    with pytest.raises(sim.SimError):
        asked(result)


def test_a_workbook_makes_its_folders(result: Result, tmp_path: Path) -> None:
    assert result.to_excel(tmp_path / "new" / "x.xlsx").is_file()


def test_errors_name_arguments_and_not_options(result: Result, tmp_path: Path) -> None:
    with pytest.raises(sim.OutputError, match="give another out, or overwrite=True"):
        result.write(result.write(tmp_path / "out"))


def test_an_error_of_a_stage_of_ones_own_says_when(loaded: Loaded) -> None:
    with pytest.raises(sim.RunError, match=r"by the stage .*Broken.play") as caught:
        sim.run(loaded, **KW, extra=[Broken])
    assert (caught.value.replication, caught.value.month) == (0, BROKEN_MONTH)
    assert isinstance(caught.value.__cause__, ZeroDivisionError)


def test_our_own_errors_stay_as_they_are(loaded: Loaded, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(self: PartnerNetwork) -> None:
        raise KeyError("ours")

    monkeypatch.setattr(PartnerNetwork, "step", broken)
    with pytest.raises(KeyError, match="ours"):
        sim.run(loaded, **KW)


def test_a_store_that_cannot_be_written_is_told(loaded: Loaded, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.warns(UserWarning, match="cannot be written") as told:
        result = sim.run(loaded, **KW, store=tmp_path / "file")
    assert told[0].filename == __file__ and result.notes[-1].code == "store_not_written"


def test_classes_of_ones_own_are_asked_for(loaded: Loaded, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Broken, "play", lambda self, now: None)
    folder = sim.run(loaded, **KW, extra=[Broken]).write(tmp_path / "out")
    with pytest.raises(sim.ScenarioError, match=r"Broken; give them to sim.open\(folder, extra"):
        _ = sim.open(folder).scenario
    assert sim.open(folder, extra=[Broken]).scenario.extra == (Broken,)


def test_pickled_and_back(result: Result) -> None:
    again = pickle.loads(pickle.dumps(result))
    assert again.kpis.equals(result.kpis) and again.loaded == result.loaded
    assert again.explain("broker-001").equals(result.explain("broker-001"))
