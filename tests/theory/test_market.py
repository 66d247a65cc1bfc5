"""Choice with inertia and the equilibrium of commissions under any parameters."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.theory import choice, equilibrium, habit

UTILITY = st.lists(st.floats(-4.0, 4.0), min_size=2, max_size=5)
INERTIA = st.floats(0.0, 5.0)
REVIEW = st.floats(0.05, 1.0)


@given(UTILITY, INERTIA, REVIEW)
def test_the_stationary_shares_stay(utility: list[float], kappa: float, nu: float) -> None:
    pi = choice.stationary(utility, kappa)
    assert pi @ choice.transition(utility, kappa, nu) == pytest.approx(pi, abs=1e-13)


@given(UTILITY, INERTIA, REVIEW)
def test_the_second_eigenvalue_is_one_of_the_matrix(utility: list[float], kappa: float, nu: float) -> None:
    values = np.linalg.eigvals(choice.transition(utility, kappa, nu))
    assert np.abs(values - choice.second_eigenvalue(utility, kappa, nu)).min() < 1e-7


@given(UTILITY, INERTIA, st.integers(0, 40))
def test_counts_are_conserved(utility: list[float], kappa: float, months: int) -> None:
    start = np.arange(len(utility)) * 50.0
    mean, covariance = choice.count_moments(start, choice.transition(utility, kappa), months)
    assert mean.sum() == pytest.approx(start.sum())
    assert covariance.sum(axis=0) == pytest.approx(np.zeros(len(utility)), abs=1e-9)
    assert np.linalg.eigvalsh(covariance).min() > -1e-8


@given(UTILITY, INERTIA)
def test_responses_are_slopes(utility: list[float], kappa: float) -> None:
    beta, h = 15.0, 1e-6
    for function, slope in (
        (choice.shares, choice.share_response(utility, beta)),
        (lambda v: choice.stationary(v, kappa), choice.stationary_response(utility, kappa, beta)),
    ):
        for k in range(len(utility)):
            step = beta * h * (np.arange(len(utility)) == k)
            numeric = (function(np.array(utility) + step) - function(np.array(utility) - step)) / (2.0 * h)
            assert slope[:, k] == pytest.approx(numeric, abs=1e-6)


def test_a_raise_never_costs_share() -> None:
    lower, higher = ([c, 0.2, 0.18] for c in (0.15, 0.16))
    for kappa in (0.0, 2.0):
        shares = [choice.stationary(choice.utilities(20.0, c, 0.0), kappa)[0] for c in (lower, higher)]
        assert shares[1] > shares[0]


def test_promotion_acts_in_its_months_only() -> None:
    found = choice.promotion_path([0.5, 0.5], [1.0, 1.0], [1.0, 3.0], range(3, 5), 6, kappa=1.0, nu=0.3)
    assert found[:3, 0] == pytest.approx([0.5, 0.5, 0.5])
    assert found[4, 0] < found[3, 0] < 0.5
    assert found[5, 0] > found[4, 0]


MARKET = st.integers(1, 6).flatmap(
    lambda n: st.tuples(
        st.lists(st.floats(-6.0, 2.0), min_size=n, max_size=n),
        st.lists(st.floats(0.05, 0.6), min_size=n, max_size=n),
        st.lists(st.integers(0, 3), min_size=n, max_size=n),
    )
)


@settings(deadline=None)
@given(MARKET, st.floats(2.0, 80.0), st.booleans())
def test_every_owner_is_at_its_first_order_condition(
    market: tuple[list[float], list[float], list[int]], beta: float, outside: bool
) -> None:
    xi, margin, owner = market
    if len(set(owner)) == 1 and not outside:
        with pytest.raises(ValueError, match="no equilibrium"):
            equilibrium.equilibrium(beta, xi, margin, owner, outside_option=outside)
        return
    found = equilibrium.equilibrium(beta, xi, margin, owner, outside_option=outside)
    assert equilibrium.first_order_gap(beta, found, margin, owner) < 1e-9
    assert found.shares.sum() + found.outside_share == pytest.approx(1.0)


@given(st.floats(5.0, 60.0), st.floats(-5.0, 3.0), st.floats(0.1, 0.5), st.floats(-3.0, 6.0))
def test_the_best_response_is_the_best(beta: float, xi: float, margin: float, against: float) -> None:
    best = equilibrium.best_response_commission(beta, xi, margin, [against])
    searched = equilibrium.best_response_to_classes(
        [beta], [xi], [margin], [against], [1.0], (best - 0.11, best + 0.13)
    )
    assert searched == pytest.approx(best, abs=1e-5)


def test_in_equilibrium_each_is_at_its_best_response() -> None:
    xi, margin = [0.3, -0.2, 0.0], [0.3, 0.35, 0.28]
    found = equilibrium.equilibrium(22.0, xi, margin, [0, 1, 2], outside_option=True)
    utility = 22.0 * found.commission + np.array(xi)
    for k in range(3):
        others = [*np.delete(utility, k), 0.0]
        best = equilibrium.best_response_commission(22.0, xi[k], margin[k], others)
        assert best == pytest.approx(found.commission[k], abs=1e-12)


def test_the_limits_of_the_closed_forms() -> None:
    commission, share = equilibrium.monopoly_commission(20.0, 900.0, 0.3)
    assert share == pytest.approx(1.0, abs=2e-3)
    assert commission < 0.3
    with pytest.raises(ValueError, match="single"):
        equilibrium.symmetric_commission(20.0, 0.3, 1)
    many = equilibrium.equilibrium(20.0, [0.0] * 5, [0.3] * 5, range(5), outside_option=False)
    assert many.commission == pytest.approx(equilibrium.symmetric_commission(20.0, 0.3, 5))


@settings(max_examples=30, deadline=None)
@given(st.floats(0.0, 1.5), st.booleans(), st.lists(st.floats(-1.0, 1.0), min_size=2, max_size=4))
def test_habit_without_inertia_is_the_textbook_and_with_it_rests(kappa: float, split: bool, xi: list[float]) -> None:
    margin, owner = np.linspace(0.25, 0.35, len(xi)), list(range(len(xi)))
    plain = habit.steady_commission(20.0, xi, margin, owner)
    assert plain.commission == pytest.approx(
        equilibrium.equilibrium(20.0, xi, margin, owner, outside_option=False).commission, abs=1e-10
    )
    found = habit.steady_commission(20.0, xi, margin, owner, inertia=kappa, split=split)
    shares = habit.long_run_shares(20.0 * found.commission + np.array(xi), kappa, split)
    assert shares == pytest.approx(found.shares, abs=1e-9)


def test_those_who_do_not_move_are_an_outside_option() -> None:
    """All at the joint equilibrium: whoever is held there changes nothing for the others."""
    xi, margin, owner = np.array([0.0, 0.3, -0.2]), np.array([0.3, 0.35, 0.28]), [0, 1, 2]
    joint = equilibrium.equilibrium(20.0, xi, margin, owner, outside_option=True)
    held = [20.0 * joint.commission[0] + xi[0], 0.0]
    given_us = equilibrium.conditional_equilibrium(20.0, xi[1:], margin[1:], owner[1:], held)
    assert given_us.commission == pytest.approx(joint.commission[1:], abs=1e-12)
    assert given_us.outside_share == pytest.approx(joint.shares[0] + joint.outside_share, abs=1e-12)
