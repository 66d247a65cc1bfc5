"""Doubt and breaking points are said on the screen and the page, in both languages, and stand in files."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pytest

import sim
from sim.judgement.result import Result
from sim.report.files import manifest
from sim.report.language.labels import Labels
from sim.report.run import folder
from sim.report.run.html import report
from tests.command.running import partner_sim
from tests.report import tiny
from tests.report.run.test_terminal import shown

CHANGES = {
    "criteria": {"cheap": {"kpi": "combined_ratio", "at_most": "0.95"}, "some": {"kpi": "premium", "at_least": "1"}},
    "uncertainties": {
        "loss_ratio": "{path: products.hull.claims.loss_ratio, law: normal, mean: 65%, deviation: 8%}",
        "buyers": "{path: segments.bank.flow, law: uniform, low: 5, high: 35}",
    },
    "breaks": "[policy.rules.base.new]",
}


@pytest.fixture(scope="module")
def doubtful(tmp_path_factory: pytest.TempPathFactory) -> Result:
    return tiny.played(tmp_path_factory.mktemp("doubt"), CHANGES, replications=24)


def said(text: str) -> str:
    return re.sub(r"[\s\u00a0]+", " ", text)


def test_the_screen_closes_the_verdict_with_both(doubtful: Result) -> None:
    lines = said(shown(doubtful, width=400).replace("\n", "¶")).split("¶")
    closing = next(at for at, line in enumerate(lines) if line.startswith("PASS at the stated figures, "))
    block = [line.strip() for line in lines[:closing]]
    assert block[0].startswith("PASS") and block[1].endswith("[cheap]") and block[2].endswith("[some]")
    assert block[3].startswith("With doubt (uncertain figures: 2; replications: 24, each")
    assert "In nine of ten the result then lies between" in block[3]
    assert block[4].startswith("Result over the horizon: luck is")
    assert re.match(
        r"loss ratio [\d.]+ %( \([\d.]+ % to .*\))?, now 65 %: Combined ratio breaks \(\+[\d.]+ spreads\)", block[5]
    )
    assert any(line.startswith("base: new business") and "of its value" in line for line in block[5:8])


def test_russian(doubtful: Result) -> None:
    text = said(shown(doubtful, lang="ru", width=400))
    for words in ("С неопределённостью (неопределённых чисел: 2; прогонов: 24",
                  "на случай приходится", "сейчас 65 % – нарушается «Комбинированный коэффициент»",
                  "При заявленных числах: ПРОЙДЕНО, с неопределённостью:"):  # fmt: skip
        assert words in text


@pytest.mark.parametrize(
    ("lang", "heads"),
    [("en", ("The verdict with doubt", "Breaking points", "Share of the spread", "First criterion breaks at")),
     ("ru", ("Вердикт с неопределённостью", "Точки излома", "Доля разброса"))],
)  # fmt: skip
def test_the_page_has_all_of_it(doubtful: Result, lang: str, heads: tuple[str, ...]) -> None:
    page = report(doubtful, {"lang": lang})
    for head in heads:
        assert f">{head}<" in page
    assert doubtful.breaking is not None
    table = page[page.index(heads[1]) :]
    loss_ratio = Labels(lang).name("loss_ratio")
    listed = f"{Labels(lang).name('base')}: {Labels(lang)('path.new')} (policy.rules.base.new)"
    assert all(f">{name}<" in table for name in (loss_ratio, "buyers", listed))


def test_files_hold_it(doubtful: Result, tmp_path: Path) -> None:
    place = folder.write(doubtful, tmp_path / "out")
    found = json.loads((place / "summary.json").read_text("utf-8"))
    assert doubtful.doubt is not None and doubtful.breaking is not None
    assert found["doubt"]["verdict"] == doubtful.doubt.verdict and found["doubt"]["replications"] == 24
    spread = found["doubt"]["figures"]["result"]["spread"]
    assert spread["inputs"].keys() == {"loss_ratio", "buyers"} and 0 <= spread["luck"]["share"] <= 1
    points = found["breaking_points"]["points"]
    assert [one["figure"] for one in points] == [one.name for one in doubtful.breaking.points]
    with (place / "breaking_points.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["figure"] for row in rows] == [one["figure"] for one in points]
    assert float(rows[0]["breaks_at"]) == points[0]["breaks_at"]
    again = manifest.read(place)
    assert (again.doubt, again.breaks) == (24, True)


def test_without_it_nothing_is_said(tmp_path: Path) -> None:
    none = sim.run(tiny.scenario(tmp_path, CHANGES), 3, 1, doubt=0, breaks=False)
    page, place = report(none), folder.write(none, tmp_path / "out")
    assert ">Breaking points<" not in page and "with doubt" not in said(shown(none))
    assert not (place / "breaking_points.csv").exists()
    assert {"doubt", "breaking_points"}.isdisjoint(json.loads((place / "summary.json").read_text("utf-8")))
    assert (manifest.read(place).doubt, manifest.read(place).breaks) == (0, False)


def test_the_command_leaves_out_what_it_is_told_to(tmp_path: Path) -> None:
    path, out = tiny.scenario(tmp_path, CHANGES), tmp_path / "out"
    done = partner_sim("run", path, "--replications", 3, "--workers", 1, "--doubt", 2, "--no-breaks", "--out", out)
    found = json.loads((out / "summary.json").read_text("utf-8"))
    assert found["doubt"]["replications"] == 2 and "breaking_points" not in found, done.stderr
    again = partner_sim("run", "--from-manifest", out / "manifest.json", "--workers", 1, "--out", tmp_path / "again")
    assert (tmp_path / "again" / "summary.json").read_bytes() == (out / "summary.json").read_bytes(), again.stderr
    refused = partner_sim("run", "--from-manifest", out / "manifest.json", "--no-breaks")
    assert refused.returncode == 2 and "--no-breaks" in refused.stderr
