"""Our own floor of the pyramid: cash from growth, what is lost when it stops, and Ponzi growth as a limit.

Notation: m month (its close), C capital, V run-off value, LR loss ratio, c commission, h a step.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import sim
from sim.base.units import month_name, month_ordinal
from sim.judgement import sales_stopped
from sim.judgement.result import Result
from sim.results import run_off
from sim.results.kpis import key_figures
from sim.runs.case import Case
from sim.runs.play import play
from sim.runs.replicate import Specification
from sim.theory import cohorts, ponzi
from sim.theory import pyramid as theory
from sim.theory.own_pyramid import own_path
from tests.whole.hypotheses import case, likely, z_mean
from tests.whole.running import monthly
from tests.whole.scenarios import P, S, plan, tree

START = month_ordinal("2025-01")
CLAIMS = {"loss_ratio": 0.7, "frequency": 2.0, "severity": {"dist": "gamma", "cv": 1.0}}


def growing(months: int, growth: float, first: float = 1000.0) -> dict[str, Any]:
    return {"since": {month_name(START + t): round(first * (1 + growth) ** t, 4) for t in range(months)}}


def flat_out(months: int, growth: float, **changes: Any) -> dict[str, Any]:
    """One partner sells annual contracts at 70 % + 40 %, in numbers that grow; nothing is left to chance."""
    base = {
        "months": f"{months}mo",
        f"{S}.partners": 1,
        f"{S}.flow": 100.0,
        f"{P}.price": 1000.0,
        f"{P}.cost_ratio": 0.7,
        "market.demand": growing(months, growth, 10.0),
        "policy.rules.base.new": 0.4,
        "policy.payment": {"delay": "0mo"},
        "opening.capital": 1e6,
    }
    return {**base, **changes}


def result_of(changes: dict[str, Any], replications: int) -> Result:
    """A result without a file."""
    scenario = tree(changes)
    run = Case("case", Specification(scenario, scenario["seed"]))
    cube, done = play(run, range(replications), 1)
    return Result(None, run.specification, run.plan, cube, tuple(done))  # type: ignore[arg-type]


@pytest.mark.parametrize(("growth", "rich"), [(0.03, True), (0.02, False)])
def test_cash_rich_with_a_combined_ratio_over_one(growth: float, rich: bool) -> None:
    """37.3 % a year, 2.68 % a month, is what 70 % + 40 % need with annual contracts: on each side, in closed form."""
    months = 60
    found, (figures, scenario) = monthly(plan(flat_out(months, growth))), _figures(flat_out(months, growth))
    pattern = theory.claims_paid_pattern(cohorts.earning_shares(12), [1.0])
    threshold = theory.own_growth_threshold(0.7, 0.4, 0.0, pattern)
    assert (growth > threshold) == rich
    premium = found["premium_written"] / 100
    path = own_path(premium, 0.7, 0.4, 0.0, pattern, 1e6)
    assert found["balance.cash"] / 100 == pytest.approx(path.cash, abs=1.0)
    assert found["run_off_value"] / 100 == pytest.approx(path.value, abs=1.0)
    assert (np.diff(path.cash[24:])[-1] > 0) == rich
    assert figures["combined_ratio"] == pytest.approx(1.1, abs=1e-8)
    assert figures["pyramid_months"] == path.months_new_pays_old
    old = (np.array(path.value) < 0) & (np.array(path.cash) >= 0)
    assert figures["pyramid_from_month"] == old.argmax() + 1.0
    assert np.isnan(figures["growth_must_last"])
    assert figures["stop_loss_most"] == pytest.approx(0.1 * premium.sum(), abs=1.0)
    assert scenario.opening.capital == 1e6


def _figures(changes: dict[str, Any]) -> tuple[dict[str, float], Any]:
    scenario = tree(changes)
    run = Case("case", Specification(scenario, scenario["seed"]))
    cube, _ = play(run, range(1), 1)
    return {name: float(one.values[0]) for name, one in key_figures(cube, run.plan.scenario).items()}, run.plan.scenario


def test_longest_run() -> None:
    happens = np.array(
        [[0, 1, 0, 1, 1, 0], [1, 1, 0, 0, 1, 1], [0, 0, 0, 0, 0, 0], [1, 1, 1, 1, 1, 1], [0, 0, 0, 0, 0, 1]], dtype=bool
    )
    assert run_off.first_of_longest_run(happens).tolist()[:2] == [4.0, 1.0]
    assert np.isnan(run_off.first_of_longest_run(happens)[2])
    assert run_off.first_of_longest_run(happens).tolist()[3:] == [1.0, 6.0]


def test_how_long_growth_must_last() -> None:
    """Nothing ever lost: there is nothing for which growth must last."""
    lost = np.array([[1.0, -1.0, 0.0], [-1.0, 1.0, -2.0], [-1.0, -1.0, -1.0], [0.0, -1.0, 2.0]]) > 0
    assert run_off.first_after(lost).tolist()[:3] == [2.0, 3.0, 0.0]
    assert np.isnan(run_off.first_after(lost)[3])


def test_growth_that_pays_an_investment_back_must_last_until_then() -> None:
    """New business at 110 %, renewals at 70 %: what is spent on acquisition comes back if sales go on long enough."""
    changes = flat_out(
        48, 0.0, **{f"{P}.renewal": 1.0, "policy.rules": {"base": {"kind": "base", "new": 0.4, "renewal": 0.0}}}
    )
    figures, _ = _figures(changes)
    # a cohort of premium W has earned -0.1 W when sold and 0.3 W at each renewal: sold evenly, V - C turns positive in
    # the month m with 0.3 (m - 12) >= 0.1 m
    assert figures["growth_must_last"] == 18.0
    assert figures["stop_loss_most"] == pytest.approx(0.1 * 12 * 1e6, rel=1e-9)


def test_advances_are_gone_when_sales_stop() -> None:
    """Run-off value leaves out what was advanced on renewals that will not come."""
    rules = {
        "base": {"kind": "base", "new": 0.0, "renewal": 0.2},
        "early": {"kind": "advance", "months": "12mo", "rate": 0.2},
    }
    found = monthly(plan(flat_out(6, 0.0, **{f"{P}.term": "1mo", f"{P}.renewal": 0.9, "policy.rules": rules})))
    assert (found["balance.advance"] > 0).all()
    margin = 0.3 * found["balance.upr"]
    assert found["run_off_value"] == pytest.approx(
        found["prudent_equity"] - found["balance.dac"] - found["balance.advance"] + margin, abs=2
    )


CHANCY: dict[str, Any] = {
    **flat_out(18, 0.03),
    f"{P}.cost_ratio": None,
    f"{P}.claims": {**CLAIMS, "payment_pattern": [0.5, 0.0, 0.5]},
    f"{S}.sales": {"law": "poisson"},
    f"{P}.renewal": 0.5,
    f"{S}.remittance": {"lag": "2mo"},
    f"{P}.expenses": {"handling": 0.05, "administration": 0.02},
}


def test_playing_on_without_sales_loses_what_the_curve_says() -> None:
    """Claims still to come are chance, the expectation is V: by z-score, and exactly where claims are certain."""
    result = result_of(CHANCY, 60)
    curve, played = sales_stopped.stop_curve(result), sales_stopped.play_stops(result, [3, 12, 18], replications=60)
    assert (played["expected"] == curve["lost"].loc[[3, 12, 18]]).all()
    likely((played["lost"] - played["expected"]) / played["error"], "rerun against run-off value")
    assert (played["error"] > 0).all()
    assert curve["lost"].iloc[-1] == curve["played_on"].iloc[0] == played["played_on"].iloc[0]
    written, margin = result.cube.series("premium_written").sum(axis=1), 1.0 - 0.7 * 1.05 - 0.02 - 0.4
    at_the_end = run_off.lost_by_stopping(result.cube, 1e6)[:, -1]
    likely(z_mean(at_the_end + margin * written, 0.0), "loss at the horizon against the margin of what was written")
    certain = result_of(flat_out(18, 0.03), 2)
    exact = sales_stopped.play_stops(certain, [1, 5, 18], replications=2)
    assert exact["lost"].to_numpy() == pytest.approx(exact["expected"].to_numpy(), abs=0.1)


def test_cash_runs_out_when_growth_stops() -> None:
    """Above the threshold cash grows while sales do; once they are even it falls to 0, later the later they stop."""
    months = 84
    result = result_of(flat_out(months, 0.04, **{"opening.capital": 2e5}), 1)
    assert (result.cube.series("balance.cash") > 0).all()
    assert result.figures["illiquid"].values[0] == 0.0
    found = sales_stopped.play_stops(result, [6, 12, 24], "growth", 1)
    assert (found["illiquid"] == 1.0).all()
    assert found["illiquid_month"].is_monotonic_increasing
    pattern = theory.claims_paid_pattern(cohorts.earning_shares(12), [1.0])
    for m in (6, 12, 24):
        premium = result.cube.series("premium_written")[0].copy()
        premium[m:] = premium[m - 1]
        path = np.array(own_path(premium, 0.7, 0.4, 0.0, pattern, 2e5).cash)
        assert found.loc[m, "illiquid_month"] == pytest.approx((path < 0).argmax() + 1, abs=1)
        assert found.loc[m, "lowest_cash"] == pytest.approx(path[m - 1 :].min(), rel=0.01)
    with pytest.raises(ValueError, match="months to stop at"):
        sales_stopped.play_stops(result, [0])
    with pytest.raises(ValueError, match="replications"):
        sales_stopped.play_stops(result, [1], replications=9)


PIECES = 3e6  # contracts of 1.00 that a unit of the scheme's money stands for
STEPS = 6  # to a unit of time, before months are divided


def as_business(scheme: ponzi.Ponzi, steps: int, horizon: int) -> dict[str, Any]:
    """A Ponzi scheme with rp < rw as a business that is paid at the sale and pays claims later.

    Deposits are premium, dated; a loss ratio of rw / (rw - rp), paid by an exponential pattern, are the withdrawals;
    the promises at the start come in with the first month's sales, so capital is C - K.
    """
    ratio, pattern = ponzi.as_claims(scheme, steps, horizon)
    sold = ponzi.paid_in_steps(scheme, steps, horizon)[0] * PIECES
    yearly_interest = float(np.expm1(12.0 * scheme.rn / steps))
    return {
        "months": f"{horizon}mo",
        f"{S}.partners": 1,
        f"{S}.flow": 1.0,
        f"{P}.term": "0mo",
        f"{P}.price": 1.0,
        f"{P}.cost_ratio": None,
        f"{P}.claims": {
            "loss_ratio": f"{100 * ratio!r}%",
            "frequency": 100.0,
            "severity": {"dist": "constant"},
            "payment_pattern": pattern.tolist(),
        },
        "market.demand": {"since": {month_name(START + t): float(n) for t, n in enumerate(sold)}},
        "accounts": {"interest": yearly_interest},
        "opening.capital": (scheme.C - scheme.K) * PIECES,
    }


@pytest.mark.parametrize(("name", "units"), [("R046", 10), ("R048", 10)])
def test_ponzi_growth_is_the_limit_of_divided_months(name: str, units: int) -> None:
    """Rates divided by m and m times the months: the error of the fund halves, at several times, m = 1, 2, 4, 8."""
    one = case(name)
    scheme = ponzi.Ponzi(**one["parameters"])
    times = np.array([1, 5, 10])
    exact = np.array([one["expected"]["S_at"][str(t)] for t in times])
    errors = []
    for m in (1, 2, 4, 8):
        steps = STEPS * m
        cash = monthly(plan(as_business(scheme, steps, units * steps)))["balance.cash"] / 100 / PIECES
        assert cash == pytest.approx(ponzi.fund_in_steps(scheme, steps, units * steps), abs=2e-3)
        errors.append(cash[times * steps - 1] - exact)
    halved = np.array(errors[:-1]) / np.array(errors[1:])
    assert halved == pytest.approx(2.0, abs=0.06)
    assert (np.abs(errors[-1]) < 0.02 * np.abs(exact).max()).all()


def test_the_scheme_collapses_when_the_equation_says() -> None:
    one = case("R048")
    scheme, steps = ponzi.Ponzi(**one["parameters"]), 48
    cash = monthly(plan(as_business(scheme, steps, 12 * steps)))["balance.cash"]
    assert (np.argmax(cash < 0) + 1) / steps == pytest.approx(one["expected"]["collapse_time"], abs=0.05)


def test_the_result_of_a_scenario_file(tmp_path: Path) -> None:
    """The curve of a run, labelled by month."""
    path = tmp_path / "flat.yaml"
    path.write_text(json.dumps(tree(flat_out(6, 0.0))), encoding="utf-8")
    curve = sales_stopped.stop_curve(sim.run(path, replications=2, workers=1))
    assert curve.index.tolist() == [1, 2, 3, 4, 5, 6]
    assert curve["date"].iloc[0] == "2025-01"
    assert curve["lost"].is_monotonic_increasing
    assert (curve["low"] <= curve["lost"]).all()
