"""Sections of moves, credit, network brokers and our own pyramid: figures of the cube, and nothing where none are."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.judgement.result import Result
from sim.judgement.sales_stopped import stop_curve
from sim.report.language.labels import Labels
from sim.report.language.numbers import Numbers
from sim.report.pages.colours import BAD
from sim.report.pages.picture import Band, Bars, Cells, Line, Picture, Shade
from sim.report.run import html
from sim.report.run.channels import channel, channel_page
from sim.report.run.channels import channel_plots as plots
from sim.report.run.pictures.channel_pictures import ChannelPictures
from tests.report import tiny
from tests.report.run.test_html import Parsed

BROKERS: dict[str, Any] = {
    "months": "14mo",
    "start": "2024-02",
    "opening.capital": "1e6",
    "segments.bank.partners": "12",
    "segments.bank.remittance": {"lag": "1mo", "net": "true"},
    "segments.bank.flow": None,
    "segments.bank.choice.us_at_start": "60%",
    "segments.bank.choice.review": "20%",
    "segments.bank.network": {
        "promised": "30%",
        "market_rate": "15%",
        "agents": "{dist: lognormal, mean: 20, cv: 1}",
        "contracts_per_agent": "1",
        "growth": "100%",
        "leave": "2%",
        "overhead": "50e3",
        "joining_cost": "1e3",
        "opening_cash": "1e5",
    },
    "segments.shop": {
        "partners": "20",
        "flow": "5",
        "mix": "{hull: 30%}",
        "choice": "{review: 10%, weights: {commission: 0.1}}",
        "remittance": "{lag: 1mo, discipline: 60%, default: 2%}",
        "turnover": "{entry: 0.5, leave: 2%}",
    },
    "policy.rules.base.new": "{since: {2024-01: 38%, 2024-10: 5%}}",
    "policy.credit_control": {"allowance": "{over_90: 50%}"},
    "policy.deposits": {"segments": "[shop, bank]", "value_of_blank": "100e3", "multiple": "8"},
}
EVERY = {"flows", "ageing", "pledged", "hole", "survival", "joining", "before_default", "stop"}


@pytest.fixture(scope="module")
def brokers(tmp_path_factory: pytest.TempPathFactory) -> Result:
    return tiny.played(tmp_path_factory.mktemp("brokers"), BROKERS, replications=4)


@pytest.fixture(scope="module")
def charts(brokers: Result) -> dict[str, Picture]:
    return ChannelPictures(brokers, Labels(), Numbers(Labels(), "RUB", "2024-02")).all()


def lines(picture: Picture) -> dict[str, np.ndarray]:
    """Lines by name, and areas by how thick they are."""
    found = {one.name: one.y for one in picture.marks if isinstance(one, Line)}
    return found | {one.name: one.high - one.low for one in picture.marks if isinstance(one, Band)}


def money(picture: Picture, name: str) -> np.ndarray:
    """A line of money as the reader sees it, in roubles."""
    unit = picture.unit.split("\u00a0")[0]
    return lines(picture)[Labels()(name)] * {"mn": 1e6, "bn": 1e9, "RUB": 1.0}[unit]


def test_every_section_is_there(brokers: Result) -> None:
    page = html.report(brokers)
    assert set(channel.present(brokers)) == EVERY
    parsed = Parsed(page)
    assert {value for name, value in parsed.attributes if name == "data-chart"} >= EVERY
    assert parsed.open == []
    assert {"Partner flows", "Credit and deposits", "Network brokers", "Our own pyramid"} <= set(parsed.texts["h2"])


def test_nothing_to_show_is_not_shown(tmp_path: Path) -> None:
    still = {"segments.bank.choice.review": "0%", "months": "2mo", "criteria": None}
    quiet = tiny.played(tmp_path, still, replications=1)
    assert channel.present(quiet) == [] and quiet.joining.empty
    page = Parsed(html.report(quiet))
    assert not EVERY & {value for name, value in page.attributes if name == "data-chart"}
    assert not {"Partner flows", "Credit and deposits", "Network brokers", "Our own pyramid"} & set(page.texts["h2"])


def test_a_tiny_scenario_has_flows_only(result: Result) -> None:
    assert channel.present(result) == ["flows"]


def test_flows_are_those_of_the_result(brokers: Result, charts: dict[str, Picture]) -> None:
    frame = brokers.flows
    moved = frame[frame["from"] != frame["to"]]
    sums = moved.groupby(["from", "to", "quarter"])["partners"].sum() / 4
    words = {"us": "us", "other": "other", "(left)": "out of the market", "(defaulted)": "default", "(new)": "new"}
    (picture,) = (one for one in charts["flows"].marks if isinstance(one, Cells))
    quarters = ["2024-Q1", "2024-Q2", "2024-Q3", "2024-Q4", "2025-Q1"]
    assert charts["flows"].along.names == [f"{one[:4]} {one[5:]}" for one in quarters]
    assert charts["flows"].up is not None
    shown = {
        (name, quarter): float(text)
        for name, row in zip(charts["flows"].up.names, picture.texts, strict=True)
        for quarter, text in zip(quarters, row, strict=True)
        if text
    }
    expected = {(f"{words[a]} → {words[b]}", quarter): value for (a, b, quarter), value in sums.items() if value}
    assert shown == {pair: pytest.approx(value, abs=0.051) for pair, value in expected.items()}
    table = channel_page.flows_table(brokers, Labels(), Numbers(Labels(), "RUB"))
    cells = {
        (row["label"], head.removeprefix("→ ")): float(cell)
        for row in table["rows"]
        for head, cell in zip(table["heads"], row["cells"], strict=True)
        if cell
    }
    whole = moved.groupby(["from", "to"])["partners"].sum() / 4
    assert cells == {(words[a], words[b]): pytest.approx(value, abs=0.051) for (a, b), value in whole.items()}


def test_money_is_the_cubes(brokers: Result, charts: dict[str, Picture]) -> None:
    monthly = brokers.monthly.isel(policy=0, world=0).mean("replication")

    def mean(name: str) -> np.ndarray:
        return monthly.sel(metric=name).to_numpy()

    equity = mean("broker_cash") + mean("broker_deposits") - mean("broker_unremitted")
    stated = {
        ("ageing", "age.over_30"): mean("overdue_30") - mean("overdue_60"),
        ("ageing", "age.over_90"): mean("overdue_90"),
        ("pledged", "pledged.deposits"): mean("balance.deposits"),
        ("pledged", "pledged.exposure"): mean("exposure"),
        ("hole", "hole.cash"): mean("broker_cash"),
        ("hole", "hole.owed"): mean("broker_unremitted"),
        ("hole", "hole.equity"): equity,
        ("stop", "stop.lost"): 1e6 - mean("run_off_value"),
    }
    for (chart, name), expected in stated.items():
        assert money(charts[chart], name) == pytest.approx(expected, rel=1e-5, abs=1e-3), name
        assert np.abs(expected).max() > 0


def test_survival_is_the_product_limit(brokers: Result, charts: dict[str, Picture]) -> None:
    """Month by month over all replications: at risk are the brokers at the close and those that failed in the month."""
    failed, left = brokers.cube.series("broker_defaults"), brokers.cube.series("brokers")
    share, expected = 1.0, []
    for t in range(14):
        share *= 1.0 - failed[:, t].sum() / (failed[:, t].sum() + left[:, t].sum())
        expected.append(share * 100)
    shown = lines(charts["survival"])
    assert shown["without default"] == pytest.approx(expected, rel=1e-5) and expected[-1] < 100
    hollow = brokers.cube.series("brokers_hollow").sum(axis=0) / left.sum(axis=0)
    assert shown["equity below 0, cash not"] == pytest.approx((hollow * 100).tolist(), rel=1e-5)
    (shade,) = (one for one in charts["hole"].marks if isinstance(one, Shade))
    assert shade.shares.tolist() == np.nan_to_num(hollow).tolist()


def test_survival_without_leavers_is_the_share_that_is_left() -> None:
    failed, going_on = np.array([[1.0, 0.0, 2.0]]), np.array([[9.0, 9.0, 7.0]])
    assert channel._product_limit(failed, going_on).tolist() == [pytest.approx([0.9, 0.9, 0.7])]


def test_gain_of_an_agent(brokers: Result, charts: dict[str, Picture]) -> None:
    frame = brokers.joining
    for by in ("joining", "before_default"):
        rows = frame[frame["by"] == by].groupby("month")
        each = (rows["gain"].sum() / rows["agents"].sum()).to_numpy()
        (bars,) = (one for one in charts[by].marks if isinstance(one, Bars))
        shown = bars.tops * (1e6 if charts[by].unit.startswith("mn") else 1.0)
        assert shown == pytest.approx(each, rel=1e-5, nan_ok=True) and np.isfinite(shown).any()
        red = [colour == BAD for colour in bars.colours]
        assert red == (each < 0).tolist()


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_our_own_pyramid_in_words(brokers: Result, lang: str) -> None:
    labels = Labels(lang)
    numbers = Numbers(labels, "RUB", "2024-02")
    said, curve = " ".join(channel_page.pyramid_says(brokers, labels, numbers)), stop_curve(brokers)
    first, months = brokers.figures["pyramid_from_month"].values, brokers.figures["pyramid_months"].values
    worst = curve["lost"].idxmax()
    assert numbers.month(float(np.nanmean(first))) in said
    assert numbers.figure(float((months > 0).mean()), "share") in said
    for amount in (curve["lost"].max(), curve["low"][worst], curve["high"][worst]):
        assert numbers.figure(float(amount), "money") in said
    assert numbers.figure(-float(curve["played_on"].iloc[-1]), "money") in said
    safe = brokers.figures["growth_must_last"].values
    assert numbers.month(float(safe.mean())) in said
    assert numbers.month(float(worst)) in said and "{" not in said


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_still_pictures(brokers: Result, lang: str) -> None:
    drawn = [
        one(brokers, lang=lang) for one in (plots.hole, plots.survival, plots.gains, plots.stop_curve, plots.flows)
    ]
    for figure in (*drawn, plots.gains(brokers, "before_default", lang)):
        picture = io.BytesIO()
        figure.savefig(picture, format="png")
        assert picture.getvalue().startswith(b"\x89PNG")
    assert drawn[0].axes[0].lines[2].get_ydata()[-1] == pytest.approx(channel.hole(brokers.cube)["equity"][-1] / 1e6)


def test_russian_sections(brokers: Result) -> None:
    page = Parsed(html.report(brokers, {"lang": "ru"}))
    assert {"Переходы партнёров", "Долги и депозиты", "Сетевые брокеры", "Наша собственная пирамида"} <= set(
        page.texts["h2"]
    )
    assert "→ вне рынка" in page.texts["th"] and "новые" in page.texts["th"]
