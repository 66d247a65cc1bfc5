"""Partners' quality on the page, in both languages: its figures are those of the run; nothing where nothing is said."""

from __future__ import annotations

import re
from typing import Any

import pytest

from sim.judgement.result import Result
from sim.report.language.labels import Labels
from sim.report.language.numbers import Numbers
from sim.report.pages.picture import Bars, Line, Picture
from sim.report.run import html
from sim.report.run.channels.quality_words import QualityWords
from sim.report.run.pictures.quality_pictures import QualityPictures
from tests.report import tiny

STATED: dict[str, Any] = {
    "segments.bank.quality": "{unsound: 40%, promoters: {sound: 50%, unsound: 30%}, "
    "detractors: {sound: 10%, unsound: 40%}}",
    "quality.incidents.price_break": "{sound: 20%, unsound: 90%, discount: 10%, brand: 0.1}",
    "quality.incidents.fine": "{unsound: 30%, cost: 1e5}",
    "quality.brand": "{half_life: 9mo, elasticity: 0.6}",
    "policy.survey": "{answers: 30%}",
    "own.site": "{kind: organic, default: true, demand: {hull: 40}}",
}  # fmt: skip
SOUND: dict[str, Any] = {"quality.incidents.fine": "{sound: 30%, cost: 1e5}"}


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Result:
    """Banks of which some are unsound."""
    return tiny.played(tmp_path_factory.mktemp("told"), STATED)


def words(result: Result, lang: str = "en") -> QualityWords:
    labels = Labels.of(result, lang)
    return QualityWords(result, labels, Numbers(labels, result.cube.currency))


def pictures(result: Result) -> dict[str, Picture]:
    labels = Labels.of(result, "en")
    return QualityPictures(result, labels, Numbers(labels, result.cube.currency)).all()


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_the_page_has_a_section(told: Result, lang: str) -> None:
    labels, section = Labels.of(told, lang), words(told, lang).page()
    assert section is not None and len(section["says"]) == 4
    assert not re.search(r"\{\w+\}", " ".join(section["says"]))
    text = html.report(told, {"lang": lang})
    assert f"<h2>{labels('section.quality')}</h2>" in text
    for name in ("incidents", "brand_damage", "quality"):
        assert f'data-chart="{name}"' in text and labels(f"chart.{name}") in text


def test_its_figures_are_those_of_the_run(told: Result) -> None:
    cube, page = told.cube, words(told)
    cost = sum(cube.series(f"incident_cost.{one}").sum() for one in ("price_break", "fine"))
    assert cost == pytest.approx(cube.series("other_paid").sum())
    numbers = Numbers(Labels("en"), "RUB")
    said = page.page()
    assert said is not None and numbers.figure(cost / 3, "money") in said["says"][0]
    bars, brand, quality = (one.marks for one in pictures(told).values())
    assert isinstance(bars[-1], Bars) and isinstance(brand[-1], Line)
    drawn = float(bars[-1].tops.sum())  # kinds stand upon one another
    assert drawn == pytest.approx(told.figures["incidents"].values.mean(), rel=1e-4)
    assert brand[-1].y[-1] == pytest.approx(told.figures["brand_damage_end"].values.mean(), rel=1e-4)
    lines = [one.y for one in quality if isinstance(one, Line)]
    assert [one.size for one in lines] == [8, 8]
    assert lines[0][-1] == pytest.approx(100.0 * told.kpi_rows["unsound_end"]["mean"], rel=1e-4)


def test_only_what_is_stated_is_shown(tmp_path: Any) -> None:
    sound = tiny.played(tmp_path, SOUND)
    page = words(sound).page()
    assert page is not None and len(page["says"]) == 1
    assert list(pictures(sound)) == ["incidents"]
    nothing = tiny.played(tmp_path, {})
    assert words(nothing).page() is None and not pictures(nothing)
    assert "Quality of partners" not in html.report(nothing)
