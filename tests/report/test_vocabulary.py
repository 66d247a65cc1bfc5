"""Everybody reads the words of its own trade: on the screen, the page, in the workbook, in `explain`, in all labels."""

from __future__ import annotations

import csv
import html
import io
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

import sim
from sim.command.guard import guarded
from sim.figures.key import KEY
from sim.figures.vocabulary import Vocabulary
from sim.judgement.result import Result
from sim.report.files import tables
from sim.report.language.labels import Labels, table
from sim.report.run import html as page
from sim.report.run import terminal
from sim.report.run.page import Page
from sim.report.study import workbook
from sim.results import kpis
from tests.experiments import tiny as tiny_study
from tests.report import tiny
from tests.report.insurance_words import insurance_words
from tests.scenario.minimal import text_of, write

GALLERY = Path(__file__).parents[2] / "scenarios" / "gallery"
OF_TRADE = {"sales": "telecom_dealers", "subscription": "saas_tiers"}
SHORT = ["months=3mo", "replications=2"]
COSTS = {"products.hull.claims": None, "products.hull.cost_ratio": "40%"}
OF_PRODUCT: dict[str, dict[str, Any]] = {
    "sales": COSTS | {"products.hull.term": "0mo", "products.hull.renewal": None},
    "subscription": COSTS | {"products.hull.term": "1mo", "products.hull.renewal": "90%"},
}
ASKED = ("init.", "first.", "name.")
"""Labels that are asked before a trade is known, or name what a scenario has"""
WORDS = {"partner": {"en": "dealer", "ru": "дилер"}, "claims": {"en": "Cost of cement", "ru": "Себестоимость цемента"}}


@pytest.fixture(scope="module", params=sorted(OF_TRADE))
def played(request: pytest.FixtureRequest) -> Result:
    """Three months of one scenario of each trade."""
    found = sim.run(sim.load(GALLERY / f"{OF_TRADE[request.param]}.yaml", SHORT), workers=1, panels=[0])
    assert found.plan.scenario.spoken.trade == request.param
    return found


def seen(text: str) -> str:
    """What a page shows: no script, no style, no scenario as it was written."""
    plain = re.sub(r"<(script|style|pre|code).*?</\1>", " ", text, flags=re.DOTALL)
    return html.unescape(re.sub("<[^>]+>", "\n", plain))


@pytest.mark.parametrize("trade", sorted(OF_TRADE))
def test_no_label_speaks_of_insurance(trade: str) -> None:
    """A new text with such a word needs one of the trade: columns `sales.en` and on, beside it."""
    texts = {key: row for key, row in table(trade).items() if not key.startswith(ASKED)}  # type: ignore[arg-type]
    assert [(key, words) for key, row in texts.items() if (words := insurance_words("\n".join(row.values())))] == []
    assert [one.name for one in KEY if insurance_words(one.text_of[trade])] == []  # type: ignore[index]


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_screen_and_page(played: Result, lang: str) -> None:
    screen = io.StringIO()
    terminal.show(played, Console(file=screen, width=200), lang, whole=True)
    shown = seen(page.report(played, {"lang": lang}))
    assert insurance_words(screen.getvalue()) == [] and insurance_words(shown) == []
    cost = Labels.of(played, lang).kpi("claims")
    assert cost in screen.getvalue() and cost in shown and cost.startswith(("Cost of", "Себестоимость"))


def test_dictionary(played: Result, tmp_path: Path) -> None:
    """The names of figures stay, what they mean is said in the trade's words."""
    tables.write_dictionary(played, tmp_path / "dictionary.csv")
    rows = list(csv.DictReader((tmp_path / "dictionary.csv").read_text("utf-8").splitlines()))
    assert {"claims_incurred", "premium"} < {row["metric"] for row in rows}
    assert insurance_words("\n".join(row["text"] for row in rows)) == []


@pytest.mark.parametrize("lang", ["en", "ru"])
@pytest.mark.parametrize("trade", sorted(OF_TRADE))
def test_workbook_and_explain(trade: str, lang: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    present, _ = (write(tmp_path, OF_PRODUCT[trade] | {"months": "3mo"}, f"{name}.yaml") for name in ("one", "two"))
    tree = {"schema": "1", "kind": "compare", "replications": "2", "policies": {"a": "one.yaml", "b": "two.yaml"}}
    (tmp_path / "study.yaml").write_text(text_of(tree), "utf-8")
    workbook.write(tiny_study.answered(tmp_path / "study.yaml"), tmp_path / "workbook.xlsx", lang)
    strings = zipfile.ZipFile(tmp_path / "workbook.xlsx").read("xl/sharedStrings.xml").decode("utf-8")
    cell = re.compile("[a-z_.]+")  # names of figures and of cells
    told = [text for text in seen(strings).splitlines() if not cell.fullmatch(text)]
    assert insurance_words("\n".join(told)) == [] and len(told) > 50
    for more in ([], ["--lines"]):
        assert guarded(["explain", str(present), "bank-01", "--lang", lang, *more]) == 0
        assert insurance_words(shown := capsys.readouterr().out) == []
        assert ("revenue" if lang == "en" else "выручка") in shown


@pytest.mark.parametrize("trade", [None, "sales", "subscription"])
def test_a_run_is_the_same_in_any_words(trade: str | None, tmp_path: Path) -> None:
    """Words change no figure and no name; insurance is what nothing else is stated of."""
    changes = OF_PRODUCT["subscription"] | ({"vocabulary": trade} if trade else {})
    found = tiny.played(tmp_path, changes, 2)
    assert found.plan.scenario.spoken.trade == (trade or "subscription")
    assert list(found.figures) == list(kpis.units(found.plan.scenario))
    plain = tiny.played(tmp_path, changes | {"words": "{claims: {en: Cost of cement}}"}, 2)
    assert plain.figures["result"].values.tolist() == found.figures["result"].values.tolist()


def test_words_of_ones_own() -> None:
    own = {lang: Labels(lang, spoken=Vocabulary("sales", WORDS)) for lang in ("en", "ru")}
    assert own["en"]("kpi.active_partners_end") == "Active dealers at the end"
    assert own["ru"]("kpi.active_partners_end") == "Активные дилеры в конце"
    assert own["ru"]("step.programme") == "Дилерская программа"
    assert {own["en"](f"{group}.claims") for group in ("kpi", "step", "line")} == {"Cost of cement"}
    assert own["en"]("metric.claims") == "number of cost events"


def test_a_word_of_ones_own_stands_within_other_texts() -> None:
    """With the article that it takes, and where a figure is named by more than one word."""
    own = Labels("en", spoken=Vocabulary("sales", WORDS | {"partner": {"en": "agent"}}))
    assert (
        own("section.lifetime_segment") == "What an agent is worth"
        and own("kpi_of.partner_cost") == "Cost to win an agent"
    )
    assert own("kpi.loss_ratio") == "Cost of cement over recognised revenue"
    assert not [key for key, row in own.texts.items() if re.search("cost of goods|a agent", row["en"], re.IGNORECASE)]
    user = Labels("en", spoken=Vocabulary("sales", {"partner": {"en": "user"}}))
    assert user("section.lifetime_segment") == "What a user is worth"


def test_one_expense_has_one_name() -> None:
    """Of the partner programme the statements tell the whole, the contributions what each part bears of it."""
    for lang in ("en", "ru"):
        assert Labels(lang)("step.service") == Labels(lang)("line.programme")


def test_figures_of_insurance_are_not_shown_to_others(played: Result) -> None:
    """They stay in the files by their names."""
    hidden = [one.name for one in KEY if one.is_one and played.plan.scenario.spoken.trade not in one.trades]
    assert "combined_ratio_written" in hidden and set(hidden) < set(played.figures)
    shown = {row["label"] for row in Page(played, {}, Labels.of(played)).kpis()}
    assert not shown & {Labels.of(played).kpi(name) for name in hidden}


def test_criteria_are_named_by_what_they_bound() -> None:
    said = Labels("ru").criterion
    assert said("survives", {"survives": "ruined", "profit": "result"}) == "Вероятность разорения"
    assert said("survives", {"survives": "ruined", "too": "ruined"}) == "Вероятность разорения (survives)"
