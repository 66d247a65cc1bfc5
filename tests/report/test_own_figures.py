"""Figures from outside the package come after ours wherever figures are told, in the words of both languages."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from rich.console import Console

import sim
from sim.base.errors import ScenarioError
from sim.figures.figure import Words
from sim.figures.own import KeyFigure
from sim.judgement.result import Result
from sim.report.run import folder, plots, terminal
from tests.report import own_figures, tiny

TOTAL = 0.125 * (1 + 8) * 8 / 2  # of eight months


@pytest.fixture(scope="module")
def wet(tmp_path_factory: pytest.TempPathFactory) -> Result:
    return own_figures.played(tmp_path_factory.mktemp("wet"))


@pytest.fixture(scope="module", params=["en", "ru"])
def told(
    request: pytest.FixtureRequest, wet: Result, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, Path]]:
    place = tmp_path_factory.mktemp(request.param) / "run"
    yield request.param, folder.write(wet, place, {"lang": request.param})


def test_the_result_has_them(wet: Result) -> None:
    assert wet.kpis.loc["wetness", ["mean", "unit", "text"]].tolist() == [TOTAL, "number", "Rain over the horizon"]
    assert list(wet.kpis.index)[-1] == "wetness"
    assert [one.name for one in wet.cube.metrics][-3:] == ["rain", "visits.bank", "visits.direct"]
    assert float(wet.monthly.sel(metric="rain").sum()) == 2 * TOTAL
    assert wet.monthly.sel(metric="rain").unit == "number"
    assert wet.partners.groupby("segment")["visits"].sum().to_dict() == {"bank": 16.0, "direct": 32.0}
    assert {one.name: one.verdict for one in wet.criteria}["wet"] == "PASS"


def test_the_folder_tells_them(told: tuple[str, Path]) -> None:
    lang, place = told
    assert json.loads((place / "summary.json").read_text("utf-8"))["kpis"]["wetness"]["mean"] == TOTAL
    page = (place / "report.html").read_text("utf-8")
    assert own_figures.Wetness.words[lang] in page
    with (place / "dictionary.csv").open(encoding="utf-8", newline="") as file:
        stated = {row["metric"]: (row["table"], row["unit"], row["text"]) for row in csv.DictReader(file)}
    assert stated["rain"] == ("monthly", "number", "rain of the month")
    assert stated["visits.bank"] == ("monthly", "count", "visits: banks")
    assert stated["visits"] == ("partners", "count", "visits")
    assert stated["wetness"] == ("kpis", "number", "Rain over the horizon")
    months = pq.read_table(place / "monthly.parquet").to_pandas()
    assert months[months.metric == "rain"].value.tolist() == 2 * [0.125 * (1 + month) for month in range(8)]


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_terminal_and_pictures_tell_them(wet: Result, lang: str) -> None:
    console = Console(file=io.StringIO(), width=160)
    terminal.show(wet, console, lang)
    assert own_figures.Wetness.words[lang] in console.file.getvalue()  # type: ignore[attr-defined]
    assert plots.fan(wet, "rain", lang).axes[0].get_title(loc="left") == own_figures.RAIN.words[lang]


class SecondWetness(own_figures.Wetness):
    """Another of that name."""


class Taken(own_figures.Wetness):
    """Has a name of ours."""

    name = "loss_ratio"


class Dryness(KeyFigure):
    """A ratio, by the names of its sums."""

    name = "dryness"
    unit = "ratio"
    words = Words("Claims over commission", "Убытки к комиссии")
    ratio_of = "claims / commission"


def test_a_ratio_from_outside_is_that_of_the_sums(tmp_path: Path) -> None:
    kpis = tiny.played(tmp_path, extra=[Dryness]).kpis["mean"]
    assert kpis["dryness"] == pytest.approx(kpis["claims"] / kpis["commission"], rel=1e-12)
    Lost.ratio_of = "claims / comission"
    with pytest.raises(sim.SimError, match=r'lost is stated as a ratio of "comission".*did you mean commission'):
        _ = tiny.played(tmp_path, extra=[Lost]).figures


class Lost(Dryness):
    """Over a sum that there is not."""

    name = "lost"


class Silent(own_figures.Wetness):
    """Has no Russian."""

    words = Words("Rain", "")


class Nameless(KeyFigure):
    """States nothing."""

    def of(self, books: object, scenario: object) -> object:  # type: ignore[override]
        return None


class Bare(KeyFigure):
    """Has no formula."""

    name = "bare"
    unit = "count"
    words = Words("Bare", "Голый")


@pytest.mark.parametrize(
    ("extra", "message"),
    [
        (
            [own_figures.Wetness, SecondWetness],
            r"SecondWetness: the key figure wetness .* that of \S+own_figures.Wetness",
        ),
        ([Taken], r'Taken: the key figure loss_ratio \("Rain over the horizon"\) has the name of ours \("Loss ratio'),
        ([Silent], "Silent: figure wetness has no text in ru"),
        ([Nameless], "Nameless: a key figure states its name and unit and words"),
        ([Bare], "Bare: a key figure states how it is computed"),
    ],
)
def test_what_is_wrong_is_refused_by_name(tmp_path: Path, extra: list[type], message: str) -> None:
    with pytest.raises(ScenarioError, match=message):
        sim.load(tiny.scenario(tmp_path), extra=extra)


class Short(own_figures.Wetness):
    """Gives one value for all replications."""

    def of(self, books: object, scenario: object) -> object:  # type: ignore[override]
        return [1.0]


class Bends(own_figures.Wetness):
    """Bends where claims fall."""

    of_expected_claims = False

    def of(self, books, scenario):  # type: ignore[no-untyped-def]
        return books.earned.sum(axis=1)


def test_values_of_another_shape_are_refused(tmp_path: Path) -> None:
    with pytest.raises(sim.SimError, match=r"Short.of gives values of shape \(1,\)"):
        _ = tiny.played(tmp_path, extra=[Short]).figures


def test_what_bends_is_not_known_from_expected_claims(tmp_path: Path) -> None:
    path = tiny.scenario(tmp_path, {"criteria": {"wet": {"kpi": "wetness", "at_least": "1"}}})
    result = sim.run(path, replications=2, workers=1, extra=[Bends], claims="expected")
    assert result.kpis.loc["wetness", "known"] == 0
    assert not result.criteria[0].drawn
