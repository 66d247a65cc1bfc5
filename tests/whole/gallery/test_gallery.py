"""The committed scenarios show the figures that their header comments state.

A simulated mean passes when |mean - figure| <= tolerance + 3.3 standard errors (false alarm below 1e-3 a figure).
"""

from pathlib import Path

import numpy as np
import pytest

import sim
from sim.judgement.result import Result

SCENARIOS = Path(__file__).parents[3] / "scenarios"
ERRORS = 3.3
BN = 1e9


def play(name: str, replications: int) -> Result:
    return sim.run(SCENARIOS / name, replications=replications)


@pytest.fixture(scope="module")
def main() -> Result:
    return play("insurer_partner_channel.yaml", 24)


def mean_and_error(result: Result, kpi: str) -> tuple[float, float]:
    values = result.figures[kpi].values
    return float(values.mean()), float(values.std(ddof=1) / np.sqrt(values.size))


def test_premium_of_the_first_year(main: Result) -> None:
    mean, error = mean_and_error(main, "premium_year_1")
    assert abs(mean - 23.5 * BN) <= 0.02 * 23.5 * BN + ERRORS * error


@pytest.mark.parametrize(("segment", "least"), [("bank", 10 * BN), ("broker", 5 * BN)])
def test_premium_by_segment(main: Result, segment: str, least: float) -> None:
    mean, error = mean_and_error(main, f"premium_year_1.{segment}")
    assert mean >= least - ERRORS * error


def test_ten_thousand_partners(main: Result) -> None:
    segments = main.plan.scenario.segments
    assert sum(one.partners for one in segments.values()) == 10_000
    assert segments["car_dealer"].partners == 2000
    assert segments["bank"].partners > 400
    assert len(main.plan.rivals) >= 3


@pytest.mark.parametrize("product", ["motor_hull", "compulsory_motor", "life_property"])
def test_loss_ratio_beside_theory(main: Result, product: str) -> None:
    """The simulated loss ratio of a line agrees with its closed form."""
    kpi = f"loss_ratio.{product}"
    mean, error = mean_and_error(main, kpi)
    # the closed form weighs risks by new business at the opening; the book differs from it by less than a point
    assert abs(mean - main.theory[kpi].value) <= 0.01 + ERRORS * error


def test_state_of_a_partner_fits_two_kibibytes(main: Result) -> None:
    assert main.plan.table().bytes_per_row(keeps=True) <= 2048


def test_commission_over_margin_fails_and_is_dated() -> None:
    result = play("gallery/commission_over_margin.yaml", 6)
    assert result.verdict == "FAIL"
    months = result.figures["ruin_month"].values
    assert np.isfinite(months).all()
    dated = result.events[result.events.text.str.contains("ruin")]
    assert sorted(dated.month.round().astype(int)) == sorted(months.astype(int))
    # 70 % + 40 % leave -10 % before expenses: new business shows it in theory
    expenses = 1.0 - result.theory["break_even_commission"].value - 0.70
    margin = result.theory["margin_of_new_business"].value + expenses
    assert margin == pytest.approx(-0.10, abs=0.005)
    assert result.figures["pyramid_months"].values.min() > 0


def test_a_rival_that_follows_takes_back_what_a_rise_won() -> None:
    path = SCENARIOS / "gallery/modest_rise_followed.yaml"
    followed = sim.run(sim.load(path), replications=20)
    alone = sim.run(sim.load(path, ["rivals.challenger.strategy={kind: static}"]), replications=20)
    gain = alone.figures["market_share_end"].values - followed.figures["market_share_end"].values
    assert gain.mean() > ERRORS * gain.std(ddof=1) / np.sqrt(gain.size)
