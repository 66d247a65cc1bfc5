"""Premium deficiency, run-off value and what the owner earns, on one partner whose sales are fixed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import sim
from sim.base.arrays import Reals
from tests.whole.running import monthly
from tests.whole.scenarios import P, S, plan

FIGURES = Path(__file__).parents[2] / "reference" / "figures"


def figure(name: str, kpi: str, *sets: str) -> float:
    return float(sim.run(sim.load(FIGURES / f"{name}.yaml", list(sets))).figures[kpi].values[0])


IDLE = 6e9 * ((1.06 / 1.12) ** 5 - 1.0)
RIGHT = [
    ("c05_idle_0.12", "npv", IDLE, 0.3),  # interest is rounded each month
    ("c05_idle_0.12", "irr", 0.06, 1e-9),
    ("c05_idle_0.12", "return_on_capital", 0.06, 1e-9),
    ("c06b_npv0_warm", "npv", 43_200.0, 0.0),
    ("h03_pass", "npv", -20_713.0, 0.5),
    ("d12b_plain", "npv", -64_800.0, 0.0),
    ("d12b_plain", "ruin_month", 4.0, 0.0),
    ("h01_onerous", "ruin_month", 6.0, 0.0),
]


@pytest.mark.parametrize(("name", "kpi", "right", "tolerance"), RIGHT)
def test_right_values(name: str, kpi: str, right: float, tolerance: float) -> None:
    assert figure(name, kpi) == pytest.approx(right, abs=tolerance)


def test_idle_capital_at_the_hurdle_rate_is_worth_nothing_more() -> None:
    assert figure("c05_idle_0.12", "npv", "accounts.discount_rate=0.06") == pytest.approx(0.0, abs=1.0)


# --- deficiency: 10 contracts of 1 200 a month, 12 000 of premium, of which 1 / 24 is earned in the first month ------

SOLD = {"months": "30mo", f"{S}.partners": 1, f"{S}.flow": 10.0, f"{P}.price": 1200.0, "opening.capital": 1e5,
        "market.demand": {"since": {"2025-01": 1.0, "2026-01": 0.0}}, "policy.payment.delay": "0mo"}  # fmt: skip


def held(commission: float, cost: float, **changes: Any) -> dict[str, Reals]:
    return monthly(plan({**SOLD, "policy.rules.base.new": commission, f"{P}.cost_ratio": cost, **changes}))


def test_first_deferred_cost_then_a_provision() -> None:
    """Cost 70 % and commission 40 % leave 30 % for 40 %; cost 110 % leaves nothing, and lacks 10 % besides."""
    found = held(0.4, 0.7)
    upr = found["balance.upr"]
    np.testing.assert_allclose(found["balance.dac"], 0.3 * upr, atol=1)
    np.testing.assert_allclose(found["deficiency.line"], 0.1 * upr, atol=1)
    assert not found["balance.deficiency_provision"].any()
    found = held(0.4, 1.1)
    np.testing.assert_allclose(found["balance.deficiency_provision"], 0.1 * upr, atol=1)
    assert not found["balance.dac"].any()
    np.testing.assert_allclose(found["margin_in_force.line"], -0.1 * upr, atol=1)
    assert found["balance.deficiency_provision"][-1] == found["deficiency.line"][-1] == 0


def test_what_is_lost_is_known_when_it_is_sold() -> None:
    """The whole loss of a contract is in the month of its sale; later months bring nothing."""
    found = held(0.4, 0.7)
    change = np.diff(found["equity"], prepend=1e7)
    np.testing.assert_allclose(change[:12], -0.1 * 1_200_000, atol=30)
    np.testing.assert_allclose(change[12:], 0.0, atol=30)


def test_the_run_off_value_does_not_depend_on_it() -> None:
    strict, plain = held(0.4, 0.7), held(0.4, 0.7, **{"accounts.prudent": False})
    np.testing.assert_array_equal(strict["run_off_value"], plain["run_off_value"])
    assert not plain["acquisition_written_down"].any()
    assert (strict["equity"][:20] < plain["equity"][:20]).all()
    assert strict["equity"][-1] == plain["equity"][-1]  # all is earned


def test_one_product_does_not_make_good_for_another() -> None:
    """The second product earns 80 % of its premium, and the first is written down all the same."""
    rich = {"price": 1200.0, "term": "12mo", "cost_ratio": 0.0}
    found = held(0.4, 0.7, **{"products.rich": rich, f"{S}.mix": {"line": 1.0, "rich": 1.0}})
    np.testing.assert_allclose(found["deficiency.line"], held(0.4, 0.7)["deficiency.line"])
    assert not found["deficiency.rich"].any()


def test_commission_not_yet_accrued_is_part_of_the_margin() -> None:
    """As earned, 40 % is still to come on all that is unearned; a profit share of half takes half of 30 %."""
    upr = held(0.0, 0.7)["balance.upr"]
    found = held(0.4, 0.7, **{"policy.rules.base.basis": "earned"})
    np.testing.assert_allclose(found["margin_in_force.line"], -0.1 * upr, atol=1)
    claims = {f"{P}.cost_ratio": None, f"{P}.claims": {"loss_ratio": 0.7, "frequency": 1.0, "severity": "constant"}}
    claims[f"{P}.claims"]["severity"] = {"dist": "constant"}
    profit = {"kind": "profit_commission", "share": 0.5}
    found = held(0.0, 0.7, **claims, **{"policy.rules.profit": profit})
    np.testing.assert_allclose(found["margin_in_force.line"], 0.15 * upr, atol=1)
    scale = {"kind": "sliding_scale", "role": "bonus", "provisional": 0.1,
             "points": [{"loss_ratio": 0.6, "rate": 0.3}, {"loss_ratio": 0.8, "rate": 0.1}]}  # fmt: skip
    found = held(0.0, 0.7, **claims, **{"policy.rules.slide": scale})
    np.testing.assert_allclose(found["margin_in_force.line"], (0.3 - 0.1) * upr, atol=1)


def test_cost_to_come_follows_the_months_in_which_premium_is_earned() -> None:
    """Against a sum step by step: 70 % at first, 100 % from the tenth month on, 200 % after the horizon."""
    ratio = {"since": {"2025-01": 0.7, "2025-10": 1.0, "2026-07": 2.0}}
    laid = plan({"months": "14mo", f"{P}.cost_ratio": ratio})
    found = laid.cost_to_come[0]
    stated = [0.7] * 9 + [1.0] * 9 + [2.0] * 40  # the last of them after the horizon
    for t in range(14):
        for age in range(12):
            months = range(1, 12 - age + 1)
            assert found[t, age] == pytest.approx(sum((1 if k == 12 - age else 2) * stated[t + k] for k in months))


def test_fraud_and_risk_are_part_of_what_is_expected() -> None:
    claims = {"loss_ratio": 0.5, "frequency": 1.0, "severity": {"dist": "constant"}}
    changes = {f"{P}.cost_ratio": None, f"{P}.claims": claims, f"{S}.fraud": 0.2}
    found = held(0.0, 0.0, **{f"{P}.expenses": {"handling": 0.1, "administration": 0.05}}, **changes)
    margin = 1.0 - 0.05 - 0.5 * 1.2 * 1.1
    np.testing.assert_allclose(found["margin_in_force.line"], margin * found["balance.upr"], atol=1)


def test_cost_to_come_does_not_move_with_the_price() -> None:
    """1 200 a contract, 2 400 from July on: what is in force costs 60 % of 1 200 a contract-year all the same."""
    prices = {f"{P}.price": {"since": {"2025-01": 1200.0, "2025-07": 2400.0}}, f"{P}.cancellation": 0.02}
    found = held(0.0, 0.6, **prices)
    flat = held(0.0, 0.6, **{f"{P}.cancellation": 0.02})
    cost = 0.6 * flat["balance.upr"]  # the same contracts, cancelled by the same luck
    np.testing.assert_allclose(found["margin_in_force.line"], found["balance.upr"] - cost, atol=300)
    assert (found["balance.upr"][6:12] > flat["balance.upr"][6:12]).all()


def test_dividends_are_worth_their_dates() -> None:
    """Capital that earns 6 % is worth 6 %, whether what it earns stays or is paid out."""
    sets = ("accounts.dividends=0.5", "accounts.discount_rate=0.06")
    assert figure("c05_idle_0.12", "npv", *sets) == pytest.approx(0.0, abs=1.0)
    assert figure("c05_idle_0.12", "irr", *sets) == pytest.approx(0.06, abs=1e-9)
    grown = 1.0 + sum(0.06 * 1.03**year for year in range(5))
    assert figure("c05_idle_0.12", "return_on_capital", *sets) == pytest.approx(grown**0.2 - 1.0, abs=1e-9)


def test_the_result_in_two_halves() -> None:
    """Interest and tax are no part of underwriting."""
    sets = ("accounts.tax=0.2", "accounts.interest=0.06")
    parts = [figure("c06b_npv0_warm", name, *sets) for name in ("underwriting_result", "investment_result", "result")]
    assert parts[0] == 43_200.0
    assert parts[2] == pytest.approx(0.8 * (parts[0] + parts[1]), abs=0.1)
