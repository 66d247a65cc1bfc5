"""What people are shown: ratios of the printed sums, no figures of features that are off, a loss by its word."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sim.figures.key import KEY
from sim.judgement.result import Result
from sim.report.files.summary import summary
from sim.report.language.labels import Labels
from sim.report.language.numbers import MINUS
from sim.report.run import series
from sim.report.run.page import Page
from tests.report import tiny

OFF = {
    "fraud_found", "advances_end", "advances_lost", "holdback_end", "deposits_end", "deposits_taken", "deposit_cover",
    "refused_contracts", "refused_premium", "defaults", "bad_debt", "recovered", "insolvent", "direct_share",
    "growth_must_last", "stop_loss_most",
}  # fmt: skip


def page(result: Result, lang: str = "en") -> Page:
    return Page(result, {}, Labels.of(result, lang))


def labels(result: Result, lang: str = "en") -> set[str]:
    return {row["label"] for row in page(result, lang).kpis()}


def test_a_printed_ratio_is_that_of_the_printed_sums(result: Result) -> None:
    kpis = result.kpis["mean"]
    for name, top, bottom in (
        ("loss_ratio", "claims", "premium_earned"), ("commission_ratio", "commission", "premium_earned"),
        ("loss_ratio_on_written", "claims", "premium"),
    ):  # fmt: skip
        assert kpis[name] == pytest.approx(kpis[top] / kpis[bottom], rel=1e-12)
    share = page(result).rules()["rows"][0]["cells"][1]["value"]
    said = kpis["commission_of.base"] / kpis["premium_partners"]
    assert share == page(result).numbers.figure(said, "share")
    hull = result.cube.series("claims_incurred.hull").sum() / result.cube.series("premium_earned.hull").sum()
    assert kpis["loss_ratio.hull"] == pytest.approx(hull, rel=1e-12)
    last = series.loss_ratios(result.cube)["hull"][-1]  # eight months, so all of them
    assert last == pytest.approx(hull)


def test_market_share_is_that_of_twelve_months(tmp_path: Path) -> None:
    found = tiny.played(tmp_path, {"months": "20mo"}, replications=2)
    cube = found.cube
    ours = cube.series("premium_new.hull")[:, -12:].sum(axis=1)  # without sales of our own
    market = cube.series("market_premium")[:, -12:].sum(axis=1)
    assert found.figures["market_share_end"].values == pytest.approx(ours / market)
    assert found.kpis["mean"]["market_share_end"] == pytest.approx(ours.sum() / market.sum())
    assert series.market_shares(cube)["us"][-1] == pytest.approx(ours.sum() / market.sum())
    shares = np.array([cube.series(f"market_share.{name}") for name in cube.named("market_share")])
    assert shares.sum(axis=0) == pytest.approx(np.ones(cube.values.shape[2:4]))


def test_concentration_is_in_points(tmp_path: Path) -> None:
    alone = tiny.played(tmp_path, {"months": "12mo", "segments.bank.partners": "1"}, replications=1)
    assert alone.figures["hhi"].values.tolist() == [10_000.0] and alone.figures["top_10_share"].values.tolist() == [1.0]


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_figures_of_features_that_are_off_are_not_shown(tmp_path: Path, lang: str) -> None:
    plain = tiny.played(tmp_path, {"criteria": None})
    words = {one.name: Labels(lang).kpi(one.name) for one in KEY if one.is_one}
    assert not {words[name] for name in OFF} & labels(plain, lang)
    assert set(OFF) <= set(summary(plain, {})["kpis"]) and set(OFF) <= set(plain.kpis.index)
    on = tiny.played(tmp_path, {
        "policy.rules.held": {"kind": "holdback", "share": "10%", "months": "3mo"}, "accounts.solvency_margin": "16%",
        "segments.bank.fraud": "5%", "segments.bank.remittance.default": "0.1%", "credit.recovery": "10%",
    })  # fmt: skip
    there = {"holdback_end", "insolvent", "fraud_found", "defaults", "bad_debt", "recovered"}
    assert {words[name] for name in there} <= labels(on, lang)


def test_nothing_to_pay_back_is_not_shown(tmp_path: Path) -> None:
    words = Labels("en").kpi("payback_month")
    rich = tiny.played(tmp_path, {"segments.bank.remittance.lag": "0mo"})
    assert (rich.figures["payback_month"].values == 0).all() and words not in labels(rich)
    poor = tiny.played(tmp_path)
    values = poor.figures["payback_month"].values
    assert poor.kpis["mean"]["payback_month"] == values[values > 0].mean() and words in labels(poor)


@pytest.mark.parametrize(("lang", "loss"), [("en", "loss"), ("ru", "убыток")])
def test_a_loss_is_told_by_its_sign_or_its_word_and_not_by_both(tmp_path: Path, lang: str, loss: str) -> None:
    losing = tiny.played(tmp_path, {"policy.rules.base.new": "90%"}, replications=80)
    tile = page(losing, lang).tile("result")
    assert tile["label"] == Labels(lang)("kpi.result") and tile["value"].startswith(MINUS)
    assert series.steps(losing.cube)[-1][0] == "result"
    told = dict(page(losing, lang).risk())
    var, tvar = (told[Labels(lang)(f"risk.{name}")] for name in ("var_95%", "tvar_99%"))
    assert (
        var.startswith(f"{loss} ")
        and MINUS not in var + tvar
        and "1,000" in tvar.replace("\u00a0", ",").replace(" ", ",")
    )
