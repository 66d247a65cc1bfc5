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
PRODUCTS = ("motor_hull", "compulsory_motor", "loan_protection", "property", "agricultural", "commercial_property")


def play(name: str, replications: int) -> Result:
    return sim.run(SCENARIOS / name, replications=replications, workers=1, doubt=0, breaks=False)


@pytest.fixture(scope="module")
def main() -> Result:
    path = SCENARIOS / "insurer_partner_channel.yaml"
    return sim.run(path, replications=24, workers=1, panels=[0], doubt=0, breaks=False)


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


def test_ten_thousand_partners_sell_for_us(main: Result) -> None:
    """The published number is of our own partners: those who sell for us in the first year, most for others too."""
    segments = main.plan.scenario.segments
    panel = main.partners.query("level == 'partner' and year == 1 and segment != 'direct' and contracts > 0")
    sold = panel.segment.value_counts()
    others_too = sum(sold[name] for name, one in segments.items() if one.choice.homing == "multi")
    assert sold.sum() == pytest.approx(10_000, rel=0.03)
    assert others_too / sold.sum() > 0.85
    assert segments["car_dealer"].partners == 2000 and sold["car_dealer"] == pytest.approx(2000, rel=0.1)
    assert segments["bank"].partners > 400 and sold["bank"] > 400
    assert len(main.plan.rivals) >= 3


def test_lines_of_the_main_scenario(main: Result) -> None:
    """Loans of several years with refunds, apart from property; motor claims paid over years; small corporate lines."""
    products = main.plan.scenario.products
    assert products["loan_protection"].term > 12 and products["loan_protection"].cancellation > 0
    assert main.figures["premium"].values.mean() > 0 and main.cube.series("premium_refunded").sum() > 0
    assert sum(products["compulsory_motor"].claims.payment_pattern[12:]) > 0.3
    earned = by_product(main, "premium_earned")
    corporate = earned["agricultural"] + earned["commercial_property"]
    assert 0.02 < corporate / sum(earned.values()) < 0.08
    assert sum(one.expenses.administration_fixed for one in products.values()) > 0  # our own channels


def test_what_earns_in_the_main_scenario(main: Result) -> None:
    """Banks' lines earn, motor does not: margin after claims, commission and expenses, in shares of all of it."""
    earned, written, figures = by_product(main, "premium_earned"), by_product(main, "premium_new"), main.figures
    for name, amount in by_product(main, "premium_renewal").items():
        written[name] += amount
    margin = {}
    for name, product in main.plan.scenario.products.items():
        ratios = {kpi: figures[f"{kpi}.{name}"].values.mean() for kpi in ("loss_ratio", "commission_ratio")}
        cost = product.expenses
        claims = ratios["loss_ratio"] * (1 + cost.handling)
        acquisition = cost.acquisition * written[name] / earned[name]  # it does not come back on cancellation
        margin[name] = 1 - claims - ratios["commission_ratio"] - acquisition - cost.administration
    assert abs(margin["motor_hull"]) < 0.03 and abs(margin["compulsory_motor"]) < 0.03
    assert margin["loan_protection"] > 0.1 and margin["property"] > 0.15
    money = {name: earned[name] * share for name, share in margin.items()}
    assert money["loan_protection"] + money["property"] > 0.7 * sum(money.values())


def by_product(result: Result, figure: str) -> dict[str, float]:
    return {name: float(result.cube.series(f"{figure}.{name}").sum()) for name in result.plan.scenario.products}


@pytest.mark.parametrize("product", PRODUCTS)
def test_loss_ratio_beside_theory(main: Result, product: str) -> None:
    """The simulated loss ratio of a line agrees with its closed form."""
    kpi = f"loss_ratio.{product}"
    mean, error = mean_and_error(main, kpi)
    # the closed form weighs risks by new business at the opening; the book differs from it by less than a point
    assert abs(mean - main.theory[kpi].value) <= 0.01 + ERRORS * error


def test_state_of_a_partner_fits_three_kibibytes(main: Result) -> None:
    """Six lines, one of them kept for three years."""
    assert main.plan.table().bytes_per_row(keeps=True) <= 3 * 1024


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
    followed = sim.run(sim.load(path), replications=20, workers=1, doubt=0, breaks=False)
    still = sim.load(path, ["rivals.challenger.strategy={kind: static}"])
    alone = sim.run(still, replications=20, workers=1, doubt=0, breaks=False)
    gain = alone.figures["market_share_end"].values - followed.figures["market_share_end"].values
    assert gain.mean() > ERRORS * gain.std(ddof=1) / np.sqrt(gain.size)
