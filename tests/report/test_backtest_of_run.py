"""A scenario that states what happened is compared in every run: said, on the page, in a workbook, and nowhere else."""

from __future__ import annotations

import csv
from pathlib import Path

import openpyxl
import pytest

import sim
from sim.base.errors import ScenarioError
from sim.experiments.against_actuals import against_actuals
from sim.judgement.result import Result
from sim.report.backtest_of_run import backtest_of
from sim.report.files import manifest
from sim.report.language.labels import Labels
from sim.report.run import folder, html
from sim.report.run.beside import NOTHING
from tests.experiments.written import answered, scenario
from tests.whole.scenarios import CHOICE, P, S

DRAWN = {
    "seed": 3, "replications": 25, f"{S}.sales.law": "poisson", f"{S}.flow": 3.0, "opening.capital": 1e6,
    f"{CHOICE}.us_at_start": 0.7, f"{P}.cost_ratio": 0.5, f"{P}.term": "1mo", "policy.rules.base.new": 0.2,
}  # fmt: skip
MONTHS = 6
TWICE = 2.0


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Result:
    return sim.run(scenario(tmp_path_factory.mktemp("plain"), DRAWN), workers=1)


@pytest.fixture(scope="module")
def stated(plain: Result, tmp_path_factory: pytest.TempPathFactory) -> Result:
    """The same scenario, of which half a year is over: premium as expected, claims twice as high."""
    place = tmp_path_factory.mktemp("stated")
    premium, claims = (
        plain.cube.series(f"{name}.line").mean(axis=0)[:MONTHS] for name in ("premium_new", "claims_incurred")
    )
    with (place / "happened.csv").open("w", encoding="utf-8", newline="") as file:
        rows = zip(plain.cube.months, premium, TWICE * claims, strict=False)
        csv.writer(file).writerows(
            [["month", "product", "premium", "claims"], *([m, "line", p, c] for m, p, c in rows)]
        )
    return sim.run(scenario(place, {**DRAWN, "actuals": "happened.csv"}), workers=1)


def files(of: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in of.iterdir()}


def test_figures_and_store_know_nothing_of_what_happened(plain: Result, stated: Result, tmp_path: Path) -> None:
    assert stated.specification.key == plain.specification.key
    without, beside = folder.write(plain, tmp_path / "plain"), backtest_of(stated)
    found = files(folder.write(stated, tmp_path / "stated", beside=beside))
    assert set(found) - set(files(without)) == {"actuals.csv", "backtest.xlsx"}
    said = {"scenario.resolved.yaml", "report.html", "workbook.xlsx", "manifest.json"}
    assert {name: found[name] for name in files(without) if name not in said} == {
        name: data for name, data in files(without).items() if name not in said
    }
    assert backtest_of(plain) is NOTHING and html.report(plain) == html.report(plain, None, backtest_of(plain))


def test_it_is_the_answer_of_the_study_of_the_same_replications(stated: Result) -> None:
    found = against_actuals(stated)
    assert found is not None
    study = answered(
        stated.loaded.files[0].parent, "backtest", policy="scenario.yaml", actuals="happened.csv", replications=25
    )
    for name in ("backtest", "recalibrate", "backtest_months"):
        assert found.table(name).equals(study.table(name))
    assert list(found.says) == list(study.says)
    rows = found.table("backtest").set_index(["kind_of_part", "measure"])
    assert rows.bias["product", "premium"] == pytest.approx(0.0) and rows.inside["product", "premium"] == 1.0
    assert rows.bias["product", "claims"] == pytest.approx(TWICE - 1) and rows.inside["product", "claims"] == 0.0


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_page_and_workbook_tell_it_in_both_languages(stated: Result, tmp_path: Path, lang: str) -> None:
    labels, beside = Labels.of(stated, lang), backtest_of(stated, lang)
    out = folder.write(stated, tmp_path / lang, {"lang": lang}, beside=beside)
    page = (out / "report.html").read_text("utf-8")
    assert beside.says and all(one in page for one in (labels("section.backtest"), *beside.says))
    assert labels("table.recalibrate") in page and labels("driver.claims_over_premium") in " ".join(beside.says)
    assert all(f'data-chart="backtest_{name}"' in page for name in ("premium", "claims"))
    book = openpyxl.load_workbook(out / "backtest.xlsx")
    named = ("backtest", "recalibrate", "backtest_months")
    sheets = named if lang == "en" else [labels(f"table.{name}")[:12] for name in named]
    assert all(any(there.startswith(name) for there in book.sheetnames) for name in sheets)
    front = [str(row[0].value).removeprefix("• ") for row in book.worksheets[0].rows]
    assert set(beside.says) <= set(front)


def test_the_folder_can_be_run_again(stated: Result, tmp_path: Path) -> None:
    out = folder.write(stated, tmp_path / "out", beside=backtest_of(stated))
    again = sim.run(sim.load(manifest.read(out).scenario), workers=1)
    assert again.loaded.tree["actuals"] == "actuals.csv" and backtest_of(again).says == backtest_of(stated).says
    (out / "actuals.csv").write_text("month,premium\n2025-01,1\n", "utf-8")
    with pytest.raises(ScenarioError, match=r"actuals.csv: changed since the run was made"):
        manifest.read(out)


def test_a_run_that_cannot_tell_says_so(stated: Result, tmp_path: Path) -> None:
    few = backtest_of(sim.run(stated.loaded, 18, workers=1))
    assert "18, at least 19 are needed" in few.says[0] and not few.files and not few.pictures
    expected = backtest_of(sim.run(stated.loaded, 19, workers=1, claims="expected"))
    assert "not drawn" in expected.says[0] and not expected.files
    assert expected.title in html.report(stated, None, expected)
