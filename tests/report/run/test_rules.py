"""Commission by rule: key figures from the books, the table of the report and of the terminal."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any, ClassVar, Literal

import numpy as np
import pytest
from rich.console import Console

import sim
from sim.judgement.beside.closed_forms import TheoryFigure
from sim.judgement.result import Result
from sim.policy.rule import Phase, Rule
from sim.report.language.labels import Labels
from sim.report.run import html, terminal
from sim.report.run.page import Page
from sim.results import kpis
from tests.report import tiny


class Half(Rule):
    """Pays half a per cent of new premium and rates every month's premium for good."""

    phase: ClassVar[Phase] = Phase.AMOUNT
    rated: ClassVar[bool] = True
    kind: Literal["half"]

    def accrue(self, facts: Any, terms: Any, memory: Any, statement: Any) -> None:
        amount = np.where(np.arange(facts.layout.rows) < facts.layout.rows - 1, facts.premium_new[0] // 200, 0)
        statement.accrue_amount(0, amount, on_new=amount)
        statement.rate_finally(int(facts.premium_new[0, :-1].sum()), int(amount.sum()))


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Result:
    path = tiny.scenario(tmp_path_factory.mktemp("rules"), {"policy.rules.half": "{kind: half}", "criteria": None})
    return sim.run(sim.load(path, extra=[Half]), replications=3, workers=1, extra=[Half])


def test_figures_are_those_of_the_books(result: Result) -> None:
    premium, commission = result.figures["premium_partners"].values, result.figures["commission_of.base"].values
    assert premium.min() > 0 and np.allclose(commission, 0.15 * premium, rtol=1e-12)
    assert np.allclose(result.figures["commission_of.half"].values, 0.005 * premium, rtol=1e-9)
    assert np.allclose(result.figures["rate_of.half"].values, 0.005, rtol=1e-9)
    accrued = result.cube.series("commission_accrued").sum(axis=1)
    assert np.allclose(commission + result.figures["commission_of.half"].values, accrued, rtol=1e-12)
    assert "rate_of.base" not in result.figures  # its rate is known from the start
    assert list(result.figures) == sorted(result.figures, key=kpis.names(result.plan.scenario).index)


def test_balances_and_losses_of_advances(result: Result) -> None:
    cube = result.cube
    for name, series in (("advances_end", "balance.advance"), ("holdback_end", "balance.holdback")):
        assert np.array_equal(result.figures[name].values, cube.series(series)[:, -1])
    cube.values[0, 0, 1, 2, cube.position["advance_written_off"]] += 300
    cube.values[0, 0, 1, 5, cube.position["debit_balance_written_off"]] += 450
    try:
        lost = kpis.key_figures(cube, result.plan.scenario)["advances_lost"].values
    finally:
        cube.values[0, 0, 1, 2, cube.position["advance_written_off"]] -= 300
        cube.values[0, 0, 1, 5, cube.position["debit_balance_written_off"]] -= 450
    assert list(lost) == [0.0, 7.5, 0.0]


def test_table_has_shares_rates_and_theory_of_the_same_name(result: Result) -> None:
    result.theory["rate_of.half"] = TheoryFigure("rate_of.half", 0.005, "ratio", "by hand")
    try:
        rules = Page(result, {}, Labels("en")).rules()
        page = html.report(result)
    finally:
        del result.theory["rate_of.half"]
    assert rules["heads"] == ["Commission over the horizon", "Share of partners' premium", "Rate finally paid"]
    rows = {row["label"]: row["cells"] for row in rules["rows"]}
    assert list(rows) == ["base", "half"]
    assert rows["base"][1]["value"].replace("\u00a0", " ") == "15 %" and rows["base"][2]["value"] == ""
    assert (
        rows["half"][2]["value"].replace("\u00a0", " ") == "0.50 %" == rows["half"][2]["theory"].replace("\u00a0", " ")
    )
    assert "Commission by rule" in page and "theory at opening: 0.50\u00a0%" in page
    assert rows["base"][0]["between"] and rows["base"][0]["theory"] == ""


@pytest.mark.parametrize(("lang", "title"), [("en", "Commission by rule"), ("ru", "Комиссия по правилам")])
def test_terminal_and_page_have_it_in_both_languages(result: Result, lang: str, title: str) -> None:
    assert title in html.report(result, {"lang": lang})
    file = io.StringIO()
    terminal.show(result, Console(file=file, width=140), lang)
    text = file.getvalue()
    line = next(line for line in text.splitlines() if line.startswith(("half", " half")))
    assert title in text and line.count("%") >= 2


def test_no_rules_no_table(tmp_path: Path) -> None:
    played = tiny.played(tmp_path, {"policy.rules": "{}", "criteria": None, "months": "2mo"}, 1)
    assert Page(played, {}, Labels("en")).rules()["rows"] == []
    assert "Commission by rule" not in html.report(played)
