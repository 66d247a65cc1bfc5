"""Policies on common luck: paired differences by hand, drivers that sum to the result, words in both languages."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import sim
from sim.base.errors import OutputError
from sim.experiments.answer import Answer
from sim.experiments.study import check_scenarios, declared, read_study
from sim.report.language import labels
from sim.report.language.labels import Labels
from sim.report.study import answer_folder, answer_page
from sim.report.study.answer_pictures import pictures_of
from sim.report.study.words import Words
from sim.statistics.paired_difference import difference
from tests.docs.reading import ROOT
from tests.experiments import tiny
from tests.experiments.written import answered, scenario
from tests.whole.scenarios import S


@pytest.fixture(scope="module")
def answer(tmp_path_factory: pytest.TempPathFactory) -> Answer:
    return tiny.answered(tiny.study(tmp_path_factory.mktemp("compare")))


def test_policies_that_read_alike_are_refused() -> None:
    two = {"Now": {"scenario": "a.yaml"}, "now": {"scenario": "b.yaml"}}
    with pytest.raises(ValueError, match='"now" and "Now" are one name but for upper and lower case; rename one'):
        declared("compare", {"policies": two})


def test_a_paired_difference_by_hand() -> None:
    a, b = np.array([1.0, 2.0, 3.0, np.nan]), np.array([2.0, 4.0, 3.0, 9.0])
    found = difference("x", "money", a, b)
    # gaps 1, 2, 0: mean 1, standard deviation 1; Student's 97.5 % quantile with 2 degrees of freedom is 4.302653
    assert (found.known, found.a, found.b, found.difference) == (3, 2.0, 3.0, 1.0)
    assert found.high - found.difference == pytest.approx(4.302652729911275 / np.sqrt(3), rel=1e-9)
    assert (found.better, found.equal) == pytest.approx((2 / 3, 1 / 3)) and not found.clear
    assert found.variance_ratio == pytest.approx((1.0 + 1.0) / 1.0)


def test_the_differences_are_those_of_two_runs(answer: Answer, tmp_path: Path) -> None:
    results = [sim.run(path, replications=4, workers=1).figures["result"].values for path in tiny.policies(tmp_path)]
    row = answer.table("differences").set_index("kpi").loc["result"]
    assert (row.a, row.b, row.difference) == pytest.approx(
        (results[0].mean(), results[1].mean(), (results[1] - results[0]).mean())
    )
    assert row.clear and row.difference < 0
    gaps = answer.table("replications").set_index("replication").difference
    assert [gaps[n] for n in range(4)] == pytest.approx(list(results[1] - results[0]))


def test_drivers_sum_to_the_difference_of_the_results(answer: Answer) -> None:
    drivers, total = answer.table("drivers"), answer.table("differences").set_index("kpi").loc["result"]
    for column in ("a", "b", "difference"):
        assert round(drivers[column].sum(), 2) == round(total[column], 2)
    assert drivers.set_index("line").loc["commission", "difference"] < 0


@pytest.mark.parametrize(
    ("lang", "says"), [("en", "Richer against Present: worse by"), ("ru", "Richer против Present: хуже на")]
)
def test_the_page_says_it(answer: Answer, lang: str, says: str) -> None:
    page = answer_page.report(answer, lang).replace("\u00a0", " ")
    assert f'<p class="head">{says}' in page and f'<html lang="{lang}">' in page
    assert Labels(lang)("chart.compare_waterfall") in page and "study.resolved.yaml" in page
    assert page.count("<figure") == len(pictures_of(answer, Words(answer, lang))) and page.count("data-head") > 50


def test_everything_has_a_label(answer: Answer) -> None:
    known = set(labels.table())
    assert {f"says.{one.key}" for one in answer.says} <= known
    assert {f"table.{one.name}" for one in answer.tables} <= known
    assert {f"chart.{one.name.partition('.')[0]}" for one in answer.charts} <= known
    assert {f"column.{name}" for one in answer.tables for name in one.frame.columns if name != "text"} <= known


def test_amounts_are_written_with_sign_and_interval(answer: Answer) -> None:
    from sim.experiments.answer import Amount

    words = Words(answer, "en")
    said = [
        words.amount(Amount(3.2e6, "money", 2.9e6, 3.5e6, signed=True)),
        words.amount(Amount(0.013, "points", signed=True)),
        words.amount(Amount(-2.0, "month", signed=True)),
        words.amount(Amount(0.25, "number")),
        words.amount(Amount(np.inf, "money")),
    ]
    assert [one.replace("\u00a0", " ") for one in said] == [
        "+3.20 mn RUB (95 % interval 2.90 … 3.50)", "+1.3 pp", "−2.00 months", "0.250", "unlimited",
    ]  # fmt: skip


def test_the_folder_can_be_asked_again(answer: Answer, tmp_path: Path) -> None:
    out = answer_folder.write(answer, tmp_path / "out")
    said = json.loads((out / "answer.json").read_text("utf-8"))
    assert said["kind"] == "compare" and said["played"] == {"cases": 2, "replications": 8, "seeds": [7]}
    assert all((out / one["file"]).is_file() for one in said["tables"].values())
    again = tiny.answered(out / "study.resolved.yaml")
    assert again.table("differences").equals(answer.table("differences"))
    manifest = json.loads((out / "manifest.json").read_text("utf-8"))
    there = {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()}
    assert set(manifest["files"]) == there - {"manifest.json"}
    (out / "tables" / "mine.txt").write_text("mine")
    with pytest.raises(OutputError, match=r"tables/mine\.txt, which is not ours"):
        answer_folder.write(answer, out, overwrite=True)


def test_stored_runs_are_loaded_and_compared_without_playing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from sim.experiments.tables.comparison import Comparison

    store = sim.store(tmp_path / "store")
    first = tiny.answered(tiny.study(tmp_path), store)
    monkeypatch.setattr("sim.runs.work.replicate", None)
    keys = {one.name: one.key for one in sim.store(store.home).list()}
    results = [store.result(keys[name]) for name in ("present", "richer")]
    found = Comparison(("present", "richer"), results, ("result",)).table()
    assert found.difference.tolist() == first.table("differences").difference.tolist()[:1]
    with pytest.raises(OutputError, match="holds no nothing"):
        store.result("nothing")


def test_a_study_and_its_scenarios_are_checked_together(tmp_path: Path) -> None:
    path = tiny.study(tmp_path)
    assert not check_scenarios(read_study(path), path.parent)
    for file in ("present.yaml", "richer.yaml"):
        (tmp_path / file).write_text((tmp_path / file).read_text("utf-8").replace("seed:", "sead:"), "utf-8")
    with pytest.raises(sim.ScenarioError) as caught:
        check_scenarios(read_study(path), path.parent)
    assert {Path(one.file).name for one in caught.value.problems} == {"present.yaml", "richer.yaml"}


def test_an_unknown_figure_is_refused_before_playing(tmp_path: Path) -> None:
    with pytest.raises(
        sim.ScenarioError, match=r'study.yaml:\d+:\d+: figures\[1\]: unknown key figure "resul"; did you mean result'
    ):
        tiny.answered(tiny.study(tmp_path, {"figures": "[premium, resul]"}))


def test_policies_of_other_months_are_refused_before_playing(tmp_path: Path) -> None:
    longer = {"policies": "{present: present.yaml, longer: {scenario: richer.yaml, set: {months: 99mo}}}"}
    with pytest.raises(
        sim.ScenarioError, match=r"policies.longer: months is 99mo, that of present is \d+mo; give both"
    ):
        tiny.answered(tiny.study(tmp_path, longer))


@pytest.mark.parametrize(
    "path", sorted((ROOT / "scenarios" / "experiments").glob("*.yaml")), ids=lambda path: path.stem
)
def test_shipped_studies_are_right(path: Path) -> None:
    assert read_study(path).name
    check_scenarios(read_study(path), path.parent)


def test_our_own_channels_neither_win_nor_lose_commission(tmp_path: Path) -> None:
    own = {"site": {"kind": "organic", "default": True, "demand": {"line": 90.0}}}
    scenario(tmp_path, {"own": own, "policy.rules.base.new": 0.1, f"{S}.cost": {"onboarding": 7.0}})
    other = {"scenario": "scenario.yaml", "set": {"policy.rules.base.new": "20%"}}
    answer = answered(tmp_path, "compare", policies={"a": "scenario.yaml", "b": other}, replications=3, followed=3)
    assert set(answer.table("segments").segment) == {"agents"} == set(answer.table("partners").segment)
