"""Laws that ruin probabilities keep whatever the parameters."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.theory import phase_type, ruin, ruin_monthly
from sim.theory.frequency import NegativeBinomial, Poisson
from sim.theory.severity import Gamma

LOADING = st.floats(0.05, 1.0)
SHAPE = st.floats(0.4, 4.0)
FEW = settings(max_examples=15, deadline=None)


@FEW
@given(SHAPE, LOADING)
def test_ultimate_ruin_falls_with_the_surplus(shape: float, loading: float) -> None:
    claims = ruin.gamma_claims(shape, 2.0)
    psi = ruin.ultimate(np.linspace(0.0, 40.0, 12), claims, 1.5, ruin.premium_rate(1.5, 2.0, loading))
    assert (np.diff(psi) < 0.0).all()
    assert psi[0] == pytest.approx(1.0 / (1.0 + loading), abs=1e-10)


@FEW
@given(st.integers(1, 6), LOADING)
def test_phases_and_inversion_agree(shape: int, loading: float) -> None:
    u, c = [0.0, 1.0, 7.5, 30.0], ruin.premium_rate(1.0, 3.0, loading)
    exact = ruin.ultimate(u, phase_type.erlang(shape, shape / 3.0), 1.0, c)
    assert ruin.ultimate(u, Gamma.from_mean(float(shape), 3.0), 1.0, c) == pytest.approx(exact, abs=1e-10)


@settings(max_examples=5)  # half a second each
@given(st.integers(1, 5), st.floats(-0.3, 0.6), st.floats(0.5, 60.0))
def test_phases_and_double_inversion_agree_in_finite_time(shape: int, loading: float, horizon: float) -> None:
    c = ruin.premium_rate(1.0, 3.0, loading)
    exact = ruin.finite_time(4.0, horizon, phase_type.erlang(shape, shape / 3.0), 1.0, c)
    inverted = ruin.finite_time(4.0, horizon, Gamma.from_mean(float(shape), 3.0), 1.0, c)
    assert inverted == pytest.approx(exact, abs=1e-8)


def test_no_loading_is_certain_ruin_and_no_time_is_none() -> None:
    claims = phase_type.exponential(0.5)
    assert ruin.ultimate([0.0, 100.0], claims, 1.0, 2.0).tolist() == [1.0, 1.0]
    assert ruin.finite_time(3.0, 0.0, claims, 1.0, 2.0) == 0.0


def test_finite_time_tends_to_the_ultimate() -> None:
    claims = phase_type.mixture([0.4, 0.6], [phase_type.erlang(3, 1.0), phase_type.exponential(0.25)])
    c = ruin.premium_rate(1.0, claims.mean, 0.4)
    path = [ruin.finite_time(12.0, t, claims, 1.0, c) for t in (5.0, 80.0, 5000.0)]
    assert path == sorted(path)
    assert path[-1] == pytest.approx(ruin.ultimate(12.0, claims, 1.0, c)[0], abs=1e-9)


def test_at_no_surplus_ruin_in_a_moment_is_a_claim_in_it() -> None:
    claims = phase_type.exponential(1.0)
    assert ruin.finite_time(0.0, 1e-3, claims, 1.0, 1.1) == pytest.approx(1e-3, rel=2e-3)


@FEW
@given(st.integers(0, 30), st.integers(1, 9))
def test_monthly_rules_are_ordered_and_grow_in_time(u: int, premium: int) -> None:
    table = {1: 0.5, 4: 0.3, 9: 0.2}
    args = (u, premium, Poisson(1.3), table, 24)
    below, at_zero = (ruin_monthly.whole_numbers(*args, rule) for rule in ("below_zero", "zero_or_below"))
    assert (below <= at_zero + 1e-14).all()
    assert (np.diff(below) >= -1e-14).all()
    later = ruin_monthly.whole_numbers(u + 1, premium, Poisson(1.3), table, 24, "below_zero")
    assert (later <= below + 1e-14).all()


def test_zero_is_ruin_is_the_same_as_one_unit_less() -> None:
    args = (3, Poisson(0.8), {1: 0.6, 5: 0.4}, 30)
    at_zero = ruin_monthly.whole_numbers(10, *args, "zero_or_below")
    assert at_zero == pytest.approx(ruin_monthly.whole_numbers(9, *args, "below_zero"), abs=1e-13)


def test_recursion_and_transform_agree_on_one_month() -> None:
    table = {2: 0.25, 3: 0.75}
    close_to_poisson = NegativeBinomial(1e7, 1.0 / (1.0 + 1.7e-7))
    args = (5, 4, table, 12, "below_zero")
    one = ruin_monthly.whole_numbers(args[0], args[1], Poisson(1.7), *args[2:])
    two = ruin_monthly.whole_numbers(args[0], args[1], close_to_poisson, *args[2:])
    assert two == pytest.approx(one, abs=1e-6)


def test_the_step_divides_surplus_and_premium() -> None:
    h = ruin_monthly.common_step(400.5, 264.3, 1.0)
    assert h <= 1.0
    assert 400.5 / h == pytest.approx(round(400.5 / h))
    assert 264.3 / h == pytest.approx(round(264.3 / h))
    with pytest.raises(ValueError, match="multiples"):
        ruin_monthly.on_grid(10.5, 3.0, Poisson(1.0), Gamma(1.0, 1.0), 3, 1.0)


def test_one_month_with_continuous_claims_is_the_tail_of_the_total() -> None:
    from sim.theory.aggregate import GammaTotal

    claim = Gamma.from_mean(1.5, 20.0)
    tail = GammaTotal(Poisson(4.0), claim).upper_moment(0, 180.0)[0]
    found = ruin_monthly.continuous_claims(90.0, 90.0, Poisson(4.0), claim, 1)[0]
    assert found == pytest.approx(tail, abs=1e-9)
