"""Ruin turned down to the discrete-time risk process: R007 and R011; capital paths and ratios: R086, R087."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.base.units import month_name, month_ordinal
from sim.results.kpis import key_figures
from sim.runs.case import Case
from sim.runs.play import play
from sim.runs.replicate import Specification
from tests.whole.hypotheses import case, likely, z_share
from tests.whole.running import followed
from tests.whole.scenarios import P, S, plan, tree

PROCESSES: dict[str, dict[str, Any]] = {
    "R007": {
        f"{P}.price": 7.0,
        f"{P}.claims": {
            "frequency": 2.0,
            "severity": {"dist": "discrete", "values": [1.0, 2.0, 5.0, 10.0], "weights": [4.0, 3.0, 2.0, 1.0]},
        },
    },
    "R011": {
        f"{P}.price": 264.0,
        f"{P}.claims": {"frequency": 8.0, "severity": {"dist": "gamma", "mean": 30.0, "cv": 2**0.5}},
    },
}


def process(name: str, months: int, partners: int) -> dict[str, Any]:
    """One contract a partner and month, over at once, without commission: U_n = U_{n-1} + premium - claims."""
    capital = float(case(name)["parameters"]["u"])
    return tree({"months": f"{months}mo", f"{S}.partners": partners, f"{P}.term": "0mo", f"{P}.cost_ratio": None,
                 "opening.capital": capital, **PROCESSES[name]})  # fmt: skip


@pytest.mark.parametrize("name", ["R007", "R011"])
@pytest.mark.parametrize("partners", [10_000, pytest.param(100_000, marks=pytest.mark.long)])
def test_ruin_of_each_line(name: str, partners: int) -> None:
    """Each partner's line is a path of the process: capital, premium earned less claims incurred, month by month."""
    one = case(name)
    months, psi = one["parameters"]["months"], one["expected"]["psi"]
    run = plan({}, process(name, months[-1], partners))
    surplus = np.full(partners, round(one["parameters"]["u"] * 100))
    ruined = touched = np.zeros(partners, dtype=bool)
    shares, at_most = {}, {}
    for t, moved in enumerate(
        followed(run, 0, lambda model: model.table.earned[0, :-1] - model.table.incurred[0, :-1])
    ):
        surplus = surplus + moved
        ruined, touched = ruined | (surplus < 0), touched | (surplus <= 0)
        shares[t + 1], at_most[t + 1] = ruined.sum(), touched.sum()
    likely([z_share(shares[month], partners, p) for month, p in zip(months, psi, strict=True)], f"{name} lines")
    if "psi_if_rule_is_U_le_0" in one["expected"]:
        other = one["expected"]["psi_if_rule_is_U_le_0"]
        likely([z_share(at_most[m], partners, p) for m, p in zip(months, other, strict=True)], f"{name} lines, <= 0")


@pytest.mark.parametrize(
    ("name", "replications", "horizon"),
    [
        ("R007", 500, 12),
        ("R011", 400, 12),
        pytest.param("R007", 3000, 60, marks=pytest.mark.long),
        pytest.param("R011", 3000, 36, marks=pytest.mark.long),
    ],
)
def test_ruin_of_the_business(name: str, replications: int, horizon: int) -> None:
    """The same through the ledger, the runner and the key figures: equity below 0 at a close."""
    one = case(name)
    cube, _, scenario = played(process(name, horizon, 1), replications)
    figures = key_figures(cube, scenario)
    month = figures["ruin_month"].values
    for m, psi in zip(one["parameters"]["months"], one["expected"]["psi"], strict=True):
        if m <= horizon:
            likely(z_share((month <= m).sum(), replications, psi), f"{name} business, month {m}")
    assert (figures["ruined"].values == ~np.isnan(month)).all()


def played(scenario: dict[str, Any], replications: int, workers: int = 1) -> tuple[Any, Any, Any]:
    """Cube, replications and scenario of a run through the runner."""
    run = Case("case", Specification(scenario, scenario["seed"]))
    cube, done = play(run, range(replications), workers)
    return cube, done, run.plan.scenario


def figures_of(changes: dict[str, Any]) -> dict[str, float]:
    cube, _, scenario = played(tree(changes), 1)
    return {name: float(one.values[0]) for name, one in key_figures(cube, scenario).items()}


def prices(first: float, growth: float, months: int) -> dict[str, Any]:
    start = month_ordinal("2025-01")
    return {"since": {month_name(start + t): round(first * (1 + growth) ** t, 2) for t in range(months)}}


def test_deterministic_capital_path() -> None:
    """R087 in millions: each month within the rounding of prices and of four amounts a month."""
    one = case("R087")
    given, months, scale = one["parameters"], 60, 1e6
    changes = {
        "months": f"{months}mo", f"{S}.partners": 1, f"{P}.term": "0mo", f"{P}.cost_ratio": given["loss_ratio"],
        f"{P}.price": prices(given["premium"] * scale, given["monthly_growth"], months), f"{P}.follows_price": True,
        f"{P}.expenses": {"administration": given["expense"]}, "policy.rules.base.new": given["commission"],
        "opening.capital": given["K0"] * scale,
    }  # fmt: skip
    cube, _, scenario = played(tree(changes), 1)
    equity = cube.minor("equity")[0]
    for month, capital in one["expected"]["capital_at"].items():
        assert abs(equity[int(month) - 1] - capital * scale * 100) <= 3 * int(month)
    figures = key_figures(cube, scenario)
    assert figures["ruin_month"].values[0] == one["expected"]["month_capital_negative"]
    assert figures["combined_ratio"].values[0] == pytest.approx(1.05, abs=1e-9)


@pytest.mark.parametrize("term", ["0mo", "1mo", "12mo"])
def test_forty_on_seventy(term: str) -> None:
    """Commission of 40 % on a loss ratio of 70 %: -10 % of all premium, what is still unearned included."""
    found = figures_of(
        {
            "months": "30mo",
            f"{P}.term": term,
            f"{P}.cost_ratio": 0.7,
            f"{P}.price": 12_000.0,
            "policy.rules.base.new": 0.4,
        }
    )
    assert found["combined_ratio"] == pytest.approx(1.1, abs=1e-12)
    assert found["result"] == pytest.approx(-0.1 * found["premium"], abs=1e-6)
    assert found["ruin_month"] == 1


def test_written_and_earned_combined_ratio() -> None:
    """R086: one contract of two months, of which three quarters are earned at the end of the second."""
    one = case("R086")
    changes = {
        "months": "2mo", f"{S}.partners": 1, f"{P}.price": 1200.0, f"{P}.term": "2mo", f"{P}.cost_ratio": 0.65,
        "policy.rules.base.new": 0.25, f"{S}.cost": {"base": 54.0}, "opening.capital": 1000.0,
        "market.demand": {"since": {"2025-01": 1.0, "2025-02": 0.0}}, "policy.payment": {"delay": "0mo"},
    }  # fmt: skip
    found = figures_of(changes)
    expected = one["expected"]
    assert found["premium"] == one["parameters"]["written"]
    assert found["premium_earned"] == one["parameters"]["earned"]
    assert found["claims"] == one["parameters"]["incurred_losses"]
    assert found["commission_paid"] == one["parameters"]["commission_paid"]
    assert found["commission"] == expected["commission_expensed_earned"]
    assert found["loss_ratio"] == pytest.approx(expected["loss_ratio"], abs=1e-12)
    assert found["combined_ratio_written"] == pytest.approx(expected["trade_basis_combined"], abs=1e-12)
    assert found["combined_ratio"] == pytest.approx(expected["earned_basis_combined"], abs=1e-12)
    assert found["result"] == pytest.approx(expected["underwriting_result_earned"], abs=1e-9)
    cube, _, _ = played(tree(changes), 1)
    assert cube.series("balance.cash")[0, -1] - 1000 == expected["cash_result"]


def test_equity_of_nought_is_not_ruin() -> None:
    """Exactly nothing left is not ruin; one kopeck less is."""
    changes = {"months": "1mo", f"{S}.partners": 1, f"{P}.term": "0mo", f"{P}.cost_ratio": 1.5, "opening.capital": 50.0}
    assert figures_of(changes)["ruined"] == 0
    assert figures_of({**changes, "opening.capital": 49.99})["ruined"] == 1
