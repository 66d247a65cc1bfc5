"""Expected claims asked for: in Python, by commands, in studies; told plainly, kept apart, repeated from a manifest."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import sim
from sim.base.errors import OutputError, ScenarioError
from sim.command.guard import guarded
from sim.figures.key import NOT_MEANS
from sim.judgement import sales_stopped
from sim.judgement.precision import Until
from sim.judgement.result import Result
from sim.judgement.verdict import PASS, UNDECIDED
from sim.report.files import manifest
from sim.report.run import folder, plots
from sim.report.run.html import report
from sim.results.kpis import names
from sim.runs.case import Case
from tests.experiments.laying import laid, study
from tests.report import tiny
from tests.whole.scenarios import P, S

CLAIMS = {"loss_ratio": 0.7, "frequency": 0.5, "severity": {"dist": "gamma", "cv": 1.5}}
SMALL: dict[str, Any] = {
    f"{P}.cost_ratio": None,
    f"{P}.claims": CLAIMS,
    f"{P}.price": 1_000.0,
    "policy.rules.base.new": 0.1,
    "opening.capital": 1e5,
    "criteria": {"earns": {"kpi": "result", "at_least": 0}, "lives": {"kpi": "ruined", "at_most": 0.1}},
}
TOLD = {"en": "Claims are expected values, not drawn", "ru": "Убытки не разыграны, а взяты ожидаемыми"}


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Result:
    return tiny.played(
        tmp_path_factory.mktemp("expected"), {"criteria.big": {"kpi": "premium", "at_least": "1"}}, claims="expected"
    )


def test_only_means_are_said(result: Result) -> None:
    table = result.kpis
    assert set(names(result.plan.scenario)) > NOT_MEANS
    assert (
        table.loc[sorted(NOT_MEANS), "mean"].isna().all()
        and not table.loc["result", ["mean", "low", "high"]].isna().any()
    )
    assert table[["p5", "p50", "p95"]].isna().all(axis=None) and not any(one.known for one in result.risk.values())
    assert [one.code for one in result.notes].count("claims_expected") == 1
    assert result.events.empty or not result.events.text.str.contains("below 0").any()


def test_probabilities_are_not_judged(result: Result) -> None:
    """A bound on ruin and one on a share of replications stay undecided, a bound on a mean is decided."""
    judged = {one.name: one for one in result.criteria}
    assert {name: one.verdict for name, one in judged.items()} == {
        "survives": UNDECIDED,
        "profitable": UNDECIDED,
        "big": PASS,
    }
    assert "not drawn" in judged["profitable"].reason and result.verdict == UNDECIDED


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_the_report_says_so(result: Result, lang: str) -> None:
    page = report(result, {"lang": lang})
    drawn = report(tiny.played(Path(str(result.loaded.files[0].parent)), {}), {"lang": lang})
    assert TOLD[lang] in page and TOLD[lang] not in drawn
    assert 'data-chart="premium"' in page
    for name in ("equity", "cash", "result"):
        assert f'data-chart="{name}"' in drawn and f'data-chart="{name}"' not in page


def test_what_shows_luck_is_refused(result: Result) -> None:
    with pytest.raises(OutputError, match="drawn"):
        plots.fan(result, "equity")
    for asked in (sales_stopped.stop_curve, lambda one: sales_stopped.play_stops(one, [3])):
        with pytest.raises(ValueError, match="drawn"):
            asked(result)


@pytest.mark.parametrize("until", [Until(), Until("ruined", 0.1, relative=False)])
def test_nothing_waits_for_a_probability(until: Until, tmp_path: Path) -> None:
    path = tmp_path / laid(tmp_path, SMALL)
    with pytest.raises(ScenarioError, match="never known from expected claims"):
        sim.run(path, 30, 1, until=until, claims="expected")
    assert sim.run(path, 30, 1, until=Until("claims", 0.5), claims="expected").cube.replications


def test_kept_apart_in_the_store(tmp_path: Path) -> None:
    path, store = tmp_path / laid(tmp_path, SMALL), sim.store(tmp_path / "store")
    drawn, ours = (sim.run(path, 2, 1, store=store, claims=one) for one in ("drawn", "expected"))  # type: ignore[arg-type]
    assert drawn.specification.key != ours.specification.key
    assert (drawn.figures["claims"].values != ours.figures["claims"].values).all()
    kept = {one.claims: one.key for one in store.list()}
    for name, played in (("drawn", drawn), ("expected", ours)):
        again = store.result(kept[name])  # type: ignore[index]
        assert again.drawn == played.drawn and again.notes == played.notes
        assert np.array_equal(again.figures["claims"].values, played.figures["claims"].values)


def test_the_manifest_repeats_it(result: Result, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = folder.write(result, tmp_path / "first", {})
    assert manifest.read(out).claims == "expected"
    again = tmp_path / "again"
    assert (
        guarded(["run", "--from-manifest", str(out), "--out", str(again), "--workers", "1", "--no-store", "--quiet"])
        == 3
    )
    assert TOLD["en"] in capsys.readouterr().out.replace("\n", " ")
    first, second = (json.loads((one / "manifest.json").read_text("utf-8")) for one in (out, again))
    assert first["data_hash"] == second["data_hash"] and second["claims"] == "expected"
    path = out / "manifest.json"
    path.write_text(json.dumps({key: value for key, value in first.items() if key != "claims"}), "utf-8")
    assert manifest.read(out).claims == "drawn"
    path.write_text(json.dumps({**first, "claims": "guessed"}), "utf-8")
    with pytest.raises(ScenarioError, match="guessed"):
        manifest.read(out)


def test_a_command_refuses_with_file_and_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / laid(tmp_path, {**SMALL, "accounts": {"on_ruin": "stop"}})
    assert guarded(["run", str(path), "--claims", "expected", "--out", str(tmp_path / "out")]) == 2
    said = capsys.readouterr().err
    assert "small.yaml:1:" in said and "accounts.on_ruin" in said and "write on_ruin: go_on" in said
    assert not (tmp_path / "out").exists()


def test_a_comparison_of_means(tmp_path: Path) -> None:
    """The difference of two rates is to the kopeck that with drawn claims; no probability, no share of replications."""
    policies = {
        "now": laid(tmp_path, SMALL),
        "more": laid(tmp_path, {**SMALL, "policy.rules.base.new": 0.12}, "more.yaml"),
    }
    drawn, ours = (
        study(tmp_path, "compare", policies=policies, replications=3, claims=one) for one in ("drawn", "expected")
    )
    a, b = (one.table("differences").set_index("kpi") for one in (drawn, ours))
    assert a.difference["result"] == pytest.approx(b.difference["result"], abs=0.02) and a.difference["result"] < 0
    assert set(a.index) - set(b.index) == {"ruined", "loss"} and b.better.isna().all()
    assert ours.says[1].key == "claims_expected" and {one.name for one in drawn.tables} - {
        one.name for one in ours.tables
    } == {"replications"}
    with pytest.raises(ScenarioError, match="ruined is not known"):
        study(tmp_path, "compare", policies=policies, replications=2, claims="expected", figures=["result", "ruined"])


def test_worlds_by_hand(tmp_path: Path) -> None:
    """A loss ratio ten points up costs exactly a tenth of the earned premium in every world, without luck."""
    policy, worlds = {"scenario": laid(tmp_path, SMALL)}, {"dearer": {"set": {f"{P}.claims.loss_ratio": "80%"}}}
    found = study(tmp_path, "cost", policy=policy, worlds=worlds, replications=3, claims="expected")
    table = found.table("worlds").set_index("world")
    earned = found.table("differences").set_index("kpi").a["claims"] / 0.7
    assert table.difference["dearer"] == pytest.approx(-0.1 * earned, abs=0.2)
    assert not [name for name in table if name.startswith("ruined")] and [one.name for one in found.charts] == [
        "cost_result",
        "cost_waterfall.dearer",
    ]
    assert set(found.table("criteria").verdict) == {PASS, UNDECIDED}
    assert [one.key for one in found.says] == ["head_world", "claims_expected", "cost_world_mean"]
    assert not set(found.table("differences").kpi) & NOT_MEANS


def test_a_frontier_of_a_mean(tmp_path: Path) -> None:
    """It breaks at 1 - loss ratio; a criterion of ruin is refused."""
    policy = {"scenario": laid(tmp_path, SMALL)}
    lever = {"path": "policy.rules.base.new", "safe": 0.1, "harsh": 0.5}
    found = study(
        tmp_path, "frontier", policy=policy, lever=lever, criteria=["earns"], replications=3, claims="expected"
    )
    row = found.table("frontier").set_index("criterion").loc["earns"]
    assert row.level == pytest.approx(
        0.3, abs=0.001
    )  # the rest is what steps of earning leave of a commission in kopecks
    assert not [name for name in found.table("scan") if name.startswith(("ruined", "loss"))]
    with pytest.raises(ScenarioError, match="the criterion lives is no bound on a mean"):
        study(tmp_path, "frontier", policy=policy, lever=lever, replications=3, claims="expected")


def test_studies_of_probabilities_do_not_take_it(tmp_path: Path) -> None:
    from pydantic import ValidationError

    with pytest.raises(ValidationError, match="claims"):
        study(
            tmp_path,
            "sweep",
            policy=laid(tmp_path, SMALL),
            across={"path": "policy.rules.base.new", "values": [0.1, 0.2]},
            claims="expected",
        )


def test_a_draw_is_the_default(tmp_path: Path) -> None:
    loaded = sim.load(tmp_path / laid(tmp_path, {**SMALL, f"{S}.partners": 3}))
    assert Case.of(loaded).specification.claims == "drawn" and Case.of(loaded).plan.claims == "drawn"
