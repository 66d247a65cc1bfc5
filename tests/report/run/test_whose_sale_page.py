"""Whose sale it is, on page and screen: both profits, costs that add up, and nothing where nothing is told."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

import sim
from sim.base.errors import OutputError
from sim.judgement.result import Result
from sim.report.language.labels import Labels
from sim.report.language.numbers import Numbers
from sim.report.pages.picture import Bars
from sim.report.run import html, plots, terminal
from sim.report.run.channels import credit_by_rule
from sim.report.run.channels.channel_costs import ChannelCosts
from sim.report.run.channels.whose_sale_words import CHART, WhoseSale
from tests.report import tiny

OWN: dict[str, Any] = {
    "own.staff": {"kind": "staff", "default": "true", "demand": {"hull": "90"}, "bonus": "5%"},
    "own.site": {"kind": "organic", "demand": {"hull": "40"}},
}
TOLD: dict[str, Any] = OWN | {
    "journeys.joint": "{of: [bank], share: 40%, anyway: 60%, "
    "path: [{who: staff, days: 9}, {who: partner, days: 2}]}",
}  # fmt: skip


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Result:
    """Banks and our staff touch the same customers; nothing decides, so that both are paid."""
    return tiny.played(tmp_path_factory.mktemp("told"), TOLD, twin=True)


def whose(result: Result, lang: str = "en") -> WhoseSale:
    labels = Labels.of(result, lang)
    return WhoseSale(result, labels, Numbers(labels, result.cube.currency))


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_the_page_says_both_profits(told: Result, lang: str) -> None:
    labels, page = Labels.of(told, lang), whose(told, lang).page()
    assert page is not None and page["says"][0].startswith(labels("whose.assumed"))
    text = html.report(told, {"lang": lang})
    assert f"<h2>{labels('section.whose_sale')}</h2>" in text and f'data-chart="{CHART}"' in text
    assert not re.search(r"\{\w+\}", " ".join(page["says"]))
    picture = whose(told, lang).picture()
    (bars,) = picture.marks
    assert isinstance(bars, Bars) and bars.tops.size == len(picture.along.names) == len(bars.colours) == 3
    plots.two_profits(told, lang).savefig(io.BytesIO(), format="png")


def test_the_part_that_is_added(told: Result) -> None:
    """The share is that of the means; the twin is the paired difference of the result."""
    profits, figures = whose(told).profits(), told.figures
    shown, added = (float(figures[name].values.mean()) for name in ("attributed_profit", "incremental_profit"))
    assert (profits["attributed_profit"].figure, profits["incremental_profit"].figure) == (shown, added)
    assert told.twin is not None
    assert profits["twin"].figure == told.twin.incremental_profit.difference
    npv = told.figures["npv"].values - told.twin.sheet.figure("npv").values
    assert told.twin.incremental_value.difference == pytest.approx(npv.mean())
    share = Numbers(Labels("en"), "RUB").figure(added / shown, "share")
    assert 0 < added < shown and f"That is {share} of what the dashboard shows" in whose(told).screen()[0]


def test_costs_add_up(told: Result) -> None:
    labels = Labels.of(told, "en")
    costs = ChannelCosts(told, labels, Numbers(labels, "RUB"))
    assert list(costs.parts) == ["bank", "staff", "site"]
    for name in ("contracts", "credited", "cost", "margin"):
        parts = sum(float(getattr(one, name).sum()) for one in costs.parts.values())
        assert parts == pytest.approx(float(getattr(costs.whole, name).sum()), abs=0.01)
    for name, one in costs.parts.items():
        assert one.each == pytest.approx(told.kpi_rows[f"cost_per_customer.{name}"]["mean"])
    table = costs.table()
    assert all(len(row["cells"]) == len(table["heads"]) for row in table["rows"]) and table["rows"][-1]["total"]


def test_the_screen_says_both_profits_and_the_twin(told: Result) -> None:
    console = Console(file=io.StringIO(), width=200)
    terminal.show(told, console)
    shown = console.file.getvalue().replace("\u00a0", " ")  # type: ignore[attr-defined]
    assert len(whose(told).screen()) == 3 and "of net present value" in whose(told).screen()[1]
    assert "The dashboard shows a profit from partners of" in shown and "Paid twice for the same sales" in shown


def test_nothing_is_said_where_nothing_is_told(result: Result, tmp_path: Path) -> None:
    """Own channels alone have their costs, and no profits; without both the page is as it was."""
    assert whose(result).page() is None and not whose(result).screen() and not whose(result).pictures()
    assert Labels("en")("section.whose_sale") not in html.report(result)
    with pytest.raises(OutputError, match="journeys, tracking or anyway"):
        plots.two_profits(result)
    only = sim.run(sim.load(tiny.scenario(tmp_path, OWN)), replications=1, workers=1)
    page = whose(only).page()
    assert page is not None and not page["says"] and page["profits"] is None and page["costs"]["rows"]


def test_every_rule_on_the_same_journeys(told: Result) -> None:
    """Of 40 % of sales staff touched first and the partner last; whoever is credited, the sale is one, but for none."""
    sold = credit_by_rule.seen(told)
    premium = {name: amount for name, _, amount in sold}
    total, joint = sum(premium.values()), premium["joint"]
    assert joint / total == pytest.approx(0.4, abs=0.06)
    assert total == pytest.approx(told.cube.series("premium_touched").sum(axis=1).mean())
    rules = credit_by_rule.rules(told)
    partners = {"last_touch": total, "first_touch": total - joint, "linear": total - joint / 2, "none": total}
    for kind, expected in partners.items():
        parts = credit_by_rule.credited(rules[f"({kind})"], sold)
        assert parts["partners"] == pytest.approx(expected)
        assert sum(parts.values()) == pytest.approx(total + joint if kind == "none" else total)
