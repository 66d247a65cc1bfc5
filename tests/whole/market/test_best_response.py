"""Best responses against closed forms, and the market of best responses against the equilibrium of theory."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special

from sim.market.response import Classes, best_rates
from sim.theory import equilibrium, habit
from tests.whole.market.playing import BETA, MARGIN, OURS, OUTSIDE, XI, after, market, rates, rival
from tests.whole.scenarios import CHOICE, P

SETTLED = 1e-9  # of a share of premium: 120 months of halfway steps leave less
BEST = {"kind": "best_response"}
OTHERS = special.logsumexp([BETA * OURS + XI[0], OUTSIDE])


def one_class(weight: float, height: float, response: float, margin: float) -> Classes:
    return Classes(np.zeros(1, np.int64), *(np.array([value]) for value in (weight, height, response, margin)))


def reached(classes: Classes, low: float = 0.0, high: float = 1.0) -> float:
    return float(best_rates(classes, np.full((1, 1), 0.2), np.ones((1, 1)), low, np.array([high]), False)[0, 0])


@settings(max_examples=60, deadline=None)
@given(st.floats(0.05, 0.9), st.floats(-8.0, 8.0), st.floats(4.0, 60.0))
def test_one_class_is_lamberts_w(margin: float, height: float, beta: float) -> None:
    closed = equilibrium.best_response_commission(beta, height, margin, [0.0])
    assert reached(one_class(3.0, height, beta, margin)) == pytest.approx(np.clip(closed, 0.0, 1.0), abs=1e-12)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.floats(0.1, 5.0), st.floats(-6.0, 6.0)), min_size=2, max_size=5))
def test_several_classes_earn_the_most_on_a_fine_grid(classes: list[tuple[float, float]]) -> None:
    weight, height = np.array(classes).T
    found = Classes(
        np.zeros(weight.size, np.int64), weight, height, np.full(weight.size, 20.0), np.full(weight.size, 0.35)
    )
    grid = np.linspace(0.0, 1.0, 20_001)

    def earned(rate: np.ndarray) -> np.ndarray:
        return ((weight[:, None] * special.expit(height[:, None] + 20.0 * rate)) * (0.35 - rate)).sum(axis=0)

    assert earned(np.array([reached(found)]))[0] >= earned(grid).max() * (1.0 - 1e-12)


def test_rivals_settle_at_the_equilibrium_given_our_rate() -> None:
    run = market({f"r{k}": rival(k, BEST) for k in (1, 2, 3)})
    wanted = equilibrium.conditional_equilibrium(BETA, XI[1:], MARGIN[1:], [1, 2, 3], [BETA * OURS + XI[0], OUTSIDE])
    np.testing.assert_allclose(rates(run, 120)[-1], wanted.commission, rtol=0, atol=SETTLED)


def test_brands_of_one_owner_are_counted_together() -> None:
    run = market({"r1": rival(1, BEST, owner="house"), "r2": rival(2, BEST, owner="house"), "r3": rival(3, BEST)})
    wanted = equilibrium.conditional_equilibrium(BETA, XI[1:], MARGIN[1:], [1, 1, 3], [BETA * OURS + XI[0], OUTSIDE])
    np.testing.assert_allclose(rates(run, 120)[-1], wanted.commission, rtol=0, atol=SETTLED)


def test_everybody_at_the_equilibrium_stays_there() -> None:
    all_of_us = equilibrium.equilibrium(
        BETA, np.array(XI) - OUTSIDE, MARGIN, [0, 1, 2, 3], outside_option=True
    ).commission
    run = market(
        {f"r{k}": rival(k, BEST, commission=float(all_of_us[k])) for k in (1, 2, 3)},
        {"policy.rules.base.new": float(all_of_us[0])},
    )
    np.testing.assert_allclose(rates(run, 24), np.tile(all_of_us[1:], (24, 1)), rtol=0, atol=1e-12)


def test_habit_is_counted_as_theory_counts_it() -> None:
    run = market({f"r{k}": rival(k, BEST) for k in (1, 2, 3)}, {f"{CHOICE}.homing": "multi", f"{CHOICE}.inertia": 1.5})
    wanted = habit.steady_commission(
        BETA, XI, (0.0, *MARGIN[1:]), [0, 1, 2, 3], outside=OUTSIDE, inertia=1.5, split=True,
        fixed=[OURS, np.nan, np.nan, np.nan],
    )  # fmt: skip
    np.testing.assert_allclose(rates(run, 120)[-1], wanted.commission[1:], rtol=0, atol=SETTLED)


def test_habit_of_those_who_choose_one_is_counted_on_average() -> None:
    """Their shares are random, so the rates swing about the steady state; means of 60 months, 20 000 partners."""
    changes = {"segments.agents.partners": 20_000, f"{CHOICE}.inertia": 1.0, f"{CHOICE}.review": 1.0}
    seen = rates(market({f"r{k}": rival(k, BEST) for k in (1, 2, 3)}, changes), 100)[40:]
    fixed = [OURS, np.nan, np.nan, np.nan]
    wanted = habit.steady_commission(
        BETA, XI, (0.0, *MARGIN[1:]), [0, 1, 2, 3], outside=OUTSIDE, inertia=1.0, fixed=fixed
    )
    without = habit.steady_commission(BETA, XI, (0.0, *MARGIN[1:]), [0, 1, 2, 3], outside=OUTSIDE, fixed=fixed)
    assert np.abs(seen.mean(axis=0) - wanted.commission[1:]).max() < 2e-4
    assert np.abs(wanted.commission - without.commission)[1:].min() > 2e-3


def test_one_shift_for_all_segments_lies_between_their_own() -> None:
    two = Classes(np.array([0, 1]), np.ones(2), np.array([-5.0, -2.0]), np.array([20.0, 8.0]), np.full(2, 0.4))
    present, mix = np.full((1, 2), 0.1), np.ones((1, 2))
    own = best_rates(two, present, mix, 0.0, np.ones(1), False)[0]
    both = best_rates(two, present, mix, 0.0, np.ones(1), True)[0]
    assert both[0] == both[1] and own.min() < both[0] < own.max()

    def earned(rate: float) -> float:
        return float((special.expit(two.height + two.response * rate) * (0.4 - rate)).sum())

    assert earned(both[0]) >= max(earned(rate) for rate in np.linspace(0, 0.5, 50_001)) * (1 - 1e-12)


def test_a_short_horizon_counts_claims_paid_in_time() -> None:
    """Of twelve months of cover 1/24 + 11/12 is earned by month 11; paid half at once, half a month later."""
    product = {
        f"{P}.cost_ratio": None,
        f"{P}.claims": {
            "loss_ratio": 0.5,
            "frequency": 1.0,
            "severity": {"dist": "exponential"},
            "payment_pattern": [0.5, 0.5],
        },
    }
    for horizon, paid in ((0, 1 / 48), (3, (1 / 24 + 2 / 12 + 1 / 24 + 3 / 12) / 2), (24, 1.0)):
        run = market({"r1": rival(1, {"kind": "short_horizon", "horizon": f"{horizon}mo"})}, product)
        margin = 1.0 - (1.0 - 0.6 - MARGIN[1]) - 0.6 * paid
        wanted = equilibrium.best_response_commission(BETA, XI[1], margin, [OTHERS])
        assert rates(run, 80)[-1, 0] == pytest.approx(wanted, abs=SETTLED)


def test_caps_of_the_strategy_and_of_the_regulator_hold() -> None:
    free = rates(market({"r1": rival(1, BEST)}), 60)[-1, 0]
    capped = rates(market({"r1": rival(1, {**BEST, "cap": 0.15})}), 60)[-1, 0]
    regulated = after(
        market({"r1": rival(1, BEST)}, {f"{P}.commission_cap": {"since": {"2025-01": 1.0, "2025-07": 0.12}}}), 24
    )
    assert free > 0.2 and capped == pytest.approx(0.15, abs=1e-12)
    assert regulated.rivals[0].public[0, 0] == pytest.approx(0.12, abs=1e-6)


def test_the_regulator_caps_whoever_does_not_ask() -> None:
    run = market(
        {"r1": rival(1, {"kind": "static"}, commission=0.3)},
        {f"{P}.commission_cap": {"since": {"2025-01": 1.0, "2025-04": 0.12}}},
    )
    model = after(run, 3)
    assert model.rivals[0].public[0, 0] == 0.3
    model.step()
    assert model.rivals[0].public[0, 0] == 0.12 and model.rivals[0].rates[0, 0] == 0.3
    assert model.market.rival_rates[0, 0] == 0.12
