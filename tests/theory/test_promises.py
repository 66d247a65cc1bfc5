"""Brokers, Ponzi growth, deposits, cohorts and finance under any parameters."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import integrate

from sim.theory import cohorts, deposits, finance, own_pyramid, ponzi, pyramid
from sim.theory.aggregate import GammaTotal
from sim.theory.frequency import Poisson
from sim.theory.severity import Gamma, Lognormal

PERCENT = st.integers(1, 60).map(lambda x: x / 100.0)


@settings(max_examples=40, deadline=None)
@given(PERCENT, PERCENT, st.integers(1, 4), st.booleans())
def test_the_threshold_decides_the_broker(promised: float, received: float, lag: int, above: bool) -> None:
    threshold = pyramid.growth_threshold(promised, received, lag)
    growth = round(threshold + (0.01 if above else -0.01), 6)
    assume(growth > -0.5)
    found = pyramid.broker_path(pyramid.premium_path(1000, growth, 400), promised, received, lag)
    cash = np.diff(found.cash[lag:])
    if above:
        assert found.default_month is None
    elif growth > 0.0:
        assert found.default_month is not None
        assert (cash < 0.0).all()


def test_equality_is_no_default() -> None:
    premiums = pyramid.premium_path(100, 0, 24)
    assert pyramid.broker_path(premiums, 0.2, 0.2, 0).default_month is None
    late = pyramid.broker_path(premiums, 0.2, 0.2, 3)
    assert late.default_month is None
    assert late.cash[-1] == 240.0
    assert late.equity[-1] == 0.0
    assert pyramid.broker_path(premiums, 0.201, 0.2, 0).default_month == 1


@settings(deadline=None)
@given(PERCENT, PERCENT, st.sampled_from([0, 1, 1.5, 2, 2.25]), st.integers(0, 80))
def test_a_brokers_books_balance(promised: float, received: float, lag: float, overhead: int) -> None:
    premiums = pyramid.premium_path(1000, 0.05, 48, crisis=12, drop=0.3)
    found = pyramid.broker_path(premiums, promised, received, lag, overhead, 500)
    months = np.arange(1, len(found.cash) + 1)
    earned = (received - promised) * np.cumsum([float(p) for p in premiums])[: len(months)]
    assert found.equity == pytest.approx(500.0 + earned - overhead * months, abs=1e-6)


def test_new_money_pays_old_promises_until_it_stops() -> None:
    found = pyramid.broker_path(pyramid.premium_path(1000, 0.1, 60, 18, 0.4), 0.3, 0.2, 2)
    assert found.months_new_pays_old == found.default_month - 1
    assert found.insurer_loss_at_default == pytest.approx(found.unremitted_at_default - found.paid_at_default)
    with pytest.raises(ValueError, match="mode"):
        pyramid.premium_path(1, 0, 3, mode="slump")


def test_our_own_threshold() -> None:
    once_a_year = np.eye(13)[12]
    monthly = pyramid.own_growth_threshold(0.7, 0.4, 0.0, once_a_year)
    assert pyramid.annual(monthly) == pytest.approx(pyramid.own_growth_threshold_single_lag(0.7, 0.4, 0.0, 1.0))
    assert pyramid.annual(monthly) == pytest.approx(0.167, abs=5e-4)
    pattern = pyramid.claims_paid_pattern(cohorts.earning_shares(12), [1.0])
    assert pyramid.annual(pyramid.own_growth_threshold(0.7, 0.4, 0.0, pattern)) == pytest.approx(0.373, abs=5e-4)
    assert pyramid.own_growth_threshold(0.6, 0.2, 0.1, pattern) < 0.0
    with pytest.raises(ValueError, match="no growth"):
        pyramid.own_growth_threshold(0.7, 0.4, 0.7, pattern)


def test_discrete_threshold_tends_to_the_continuous() -> None:
    per_day = pyramid.growth_threshold(0.3, 0.2, 60.0)
    assert per_day == pytest.approx(pyramid.growth_threshold_continuous(0.3, 0.2, 60.0), rel=2e-3)


def test_agents_settle_and_batches_are_paid_oldest_first() -> None:
    agents = pyramid.agents_path(10.0, 0.3, 0.05, 1000.0, 200)
    assert agents[-1] == pytest.approx(1000.0 * (1.0 - 0.05 / 0.3))
    assert pyramid.pay_oldest_first([5.0, 4.0, 3.0], 7.0) == [5.0, 2.0, 0.0]
    assert pyramid.pay_oldest_first([5.0, 4.0], -3.0) == [0.0, 0.0]


RATE = st.sampled_from([0.0, 0.02, 0.05, 0.1, 0.15, 0.2])


@settings(max_examples=25, deadline=None)
@given(RATE, RATE, RATE, st.sampled_from([0.05, 0.1, 0.25]))
def test_the_fund_solves_its_equation_even_where_rates_meet(ri: float, rp: float, rn: float, rw: float) -> None:
    scheme = ponzi.Ponzi(K=2.0, C=1.5, s0=1.0, ri=ri, rp=rp, rn=rn, rw=rw)

    def slope(t: float, state: np.ndarray) -> list[float]:
        fund, promised = state
        return [rn * fund + np.exp(ri * t) - rw * promised, np.exp(ri * t) + (rp - rw) * promised]

    solved = integrate.solve_ivp(slope, (0.0, 15.0), [1.5, 2.0], rtol=1e-11, atol=1e-11, method="DOP853")
    assert ponzi.fund(scheme, 15.0)[0] == pytest.approx(solved.y[0, -1], abs=1e-7)
    collapse = ponzi.collapse_time(scheme, 300.0)
    if collapse is not None:
        assert ponzi.fund(scheme, collapse * (1.0 - 1e-6))[0] > 0.0
        assert ponzi.fund(scheme, collapse)[0] == pytest.approx(0.0, abs=1e-6 * max(1.0, np.exp(0.2 * collapse)))


def test_a_fund_that_earns_what_it_promises_lasts() -> None:
    assert ponzi.collapse_time(ponzi.Ponzi(1.0, 1.0, 1.0, 0.05, 0.04, 0.06, 0.3)) is None


@settings(max_examples=30, deadline=None)
@given(
    RATE,
    st.sampled_from([0.0, 0.02, 0.05, 0.1]),
    RATE,
    st.sampled_from([0.15, 0.25, 0.35]),
    st.sampled_from([0.0, 1.0, 3.0]),
)
def test_divided_steps_tend_to_the_equation(ri: float, rp: float, rn: float, rw: float, promised: float) -> None:
    """A deposit as a premium with claims after it: the error of the fund halves as steps are halved."""
    scheme = ponzi.Ponzi(K=promised, C=promised + 1.0, s0=1.0, ri=ri, rp=rp, rn=rn, rw=rw)
    exact = ponzi.fund(scheme, [2.0, 6.0])
    errors = [ponzi.fund_in_steps(scheme, n, 6 * n)[[2 * n - 1, 6 * n - 1]] - exact for n in (24, 48, 96)]
    assert errors[0] / errors[1] == pytest.approx(2.0, abs=0.02)
    assert errors[1] / errors[2] == pytest.approx(2.0, abs=0.01)


def test_withdrawals_as_claims() -> None:
    scheme = ponzi.Ponzi(K=2.0, C=2.0, s0=1.0, ri=0.0, rp=0.1, rn=0.0, rw=0.15)
    ratio, pattern = ponzi.as_claims(scheme, 12, 240)
    assert ratio == pytest.approx(3.0)
    assert pattern.sum() == pytest.approx(1.0)
    assert ratio * pattern[:12].sum() == pytest.approx(3.0 * -np.expm1(-0.05))
    taken, paid = ponzi.paid_in_steps(scheme, 12, 6000)
    assert taken[:2] == pytest.approx([2.0 + 1 / 12, 1 / 12])
    assert paid[-1] == pytest.approx(3.0 / 12)  # in the end three times what comes in goes out
    with pytest.raises(ValueError, match="rp < rw"):
        ponzi.as_claims(ponzi.Ponzi(1.0, 1.0, 1.0, 0.0, 0.2, 0.0, 0.2), 12, 12)


@settings(deadline=None)
@given(st.integers(40, 90), st.integers(0, 50), st.sampled_from([0.0, 0.01, 0.04]), st.integers(0, 3))
def test_our_own_path(loss: int, commission: int, growth: float, lag: int) -> None:
    """Once nothing more is sold cash tends to the run-off value; above the threshold cash grows with the premium."""
    ratio, rate, pattern = loss / 100, commission / 100, np.eye(lag + 1)[lag]
    premium = 100.0 * (1.0 + growth) ** np.arange(36)
    sold = own_pyramid.own_path(premium, ratio, rate, 0.05, pattern, 500.0)
    stopped = own_pyramid.own_path(np.append(premium, np.zeros(lag)), ratio, rate, 0.05, pattern, 500.0)
    assert stopped.cash[-1] == pytest.approx(sold.value[-1])
    assert stopped.value[-1] == pytest.approx(sold.value[-1])
    if lag and ratio + rate > 0.95 and rate < 0.9:
        threshold = pyramid.own_growth_threshold_single_lag(ratio, rate, 0.05, lag)
        assume(abs(growth - threshold) > 1e-6)
        assert (np.diff(sold.cash[lag:])[-1] > 0) == (growth > threshold)
    if ratio + rate < 0.95:
        assert sold.months_new_pays_old == 0


@given(st.floats(0.1, 5.0), st.floats(1.0, 50.0), st.floats(-2.0, 4.0))
def test_the_inflow_fit_recovers_the_inflow(t: float, s0: float, ri: float) -> None:
    assume(abs(ri * t) > 1e-3)
    flow, total = s0 * np.exp(ri * t), s0 * np.expm1(ri * t) / ri
    assert ponzi.inflow_fit(t, flow, total) == pytest.approx((s0, ri), rel=1e-6)


OPS = st.lists(
    st.tuples(st.sampled_from(sorted(deposits.OPERATIONS)), st.integers(-2, 60) | st.integers(0, 6000)), max_size=40
)


@given(OPS, st.integers(0, 200_000), st.integers(1, 3))
def test_no_sequence_breaks_the_deposit(ops: list[tuple[str, int]], deposit: int, multiple: int) -> None:
    terms = deposits.Terms(5000, multiple)
    for event in deposits.trace(deposits.Holding(deposit), terms, ops):
        state = event.state
        assert terms.holds(state)
        loss = deposits.largest_loss(state.unremitted, 5000, state.blanks + state.spoilt, state.deposit)
        assert loss <= (multiple - 1) * state.deposit


def test_spoilt_blanks_count_until_inspected() -> None:
    terms = deposits.Terms(100, 1)
    events = deposits.trace(deposits.Holding(500), terms, [("issue", 5), ("spoil", 2), ("issue", 1), ("inspect", 2)])
    assert [event.accepted for event in events] == [True, True, False, True]
    assert events[-1].exposure == 300
    with pytest.raises(ValueError, match="unknown"):
        deposits.attempt(deposits.Holding(1), "burn", 1, terms)


def test_the_best_deposit_beats_its_neighbours() -> None:
    law = Lognormal.from_mean_cv(1000.0, 0.5)
    best = deposits.newsvendor(law, 0.1, 0.01)

    def cost(d: float) -> float:
        short = float(law.stop_loss(d)[0])
        return 0.1 * short + 0.01 * (d - law.mean + short)

    assert best.cost == pytest.approx(cost(best.deposit))
    assert best.cost < min(cost(best.deposit * 0.99), cost(best.deposit * 1.01))


@given(st.lists(st.floats(0.0, 1e6), min_size=1, max_size=40), st.integers(1, 24))
def test_earned_and_unearned_make_up_the_written(written: list[float], term: int) -> None:
    earned, reserve = np.cumsum(cohorts.earned(written, term)), cohorts.unearned_reserve(written, term)
    assert earned + reserve == pytest.approx(np.cumsum(written), abs=1e-6)
    assert cohorts.earning_shares(term).sum() == pytest.approx(1.0)


@given(st.floats(0.0, 0.95), st.integers(1, 24))
def test_lifetime_is_the_sum_of_survival(renewal: float, term: int) -> None:
    assert cohorts.survival_by_year([0.5, renewal], 800).sum() == pytest.approx(cohorts.lifetime_terms([0.5, renewal]))
    alive = cohorts.in_force([100.0] + [0.0] * 59, [0.5, renewal], term)
    assert (np.diff(alive) <= 1e-12).all()


@given(st.integers(1, 10**6), PERCENT, st.integers(0, 500))
def test_a_cancellation_loses_no_unit(premium: int, commission: float, days: int) -> None:
    minor = cohorts.cancel_in_minor_units(premium / 100.0, commission, days, 365)
    assert minor["earned"] + minor["refund"] == premium


@given(st.floats(-0.5, 0.5), st.integers(2, 30))
def test_irr_undoes_npv(rate: float, periods: int) -> None:
    flows = [-100.0] + [0.0] * (periods - 1) + [100.0 * (1.0 + rate) ** periods]
    assert finance.irr(flows) == pytest.approx(rate, abs=1e-9)
    with pytest.raises(ValueError, match="sign"):
        finance.irr([1.0, 2.0])


def test_break_even_and_the_value_of_a_margin() -> None:
    assert finance.underwriting_margin(0.7, 0.0, 0.4) == pytest.approx(-0.1)
    assert finance.break_even_commission(0.6, 0.1, 0.02, 0.03) == pytest.approx(0.25)
    months = np.arange(1, 25)
    direct = (200.0 * 0.05 * 1.01 ** (months - 1) * 1.12 ** (-months / 12.0)).sum()
    assert finance.value_of_margin(200.0, 0.05, 0.12, 24, 0.01) == pytest.approx(direct)
    assert finance.payback([-5.0, 2.0, 4.0, -2.0, 3.0]) == 4
    assert finance.payback([-5.0, 2.0]) is None
    assert finance.CapitalPath(100.0, 10.0, 0.02, 0.0, 0.06).first_negative(60) is None


def test_the_deviation_of_the_loss_ratio() -> None:
    claim = Gamma(2.0, 500.0)
    exact = GammaTotal(Poisson(40.0), claim)
    sd = (exact.second_moment - exact.mean**2) ** 0.5
    assert finance.loss_ratio_sd(40.0, 1000.0, 0.5**0.5, 64_000.0) == pytest.approx(sd / 64_000.0)
    assert finance.loss_ratio_sd(1e9, 1.0, 1.0, 2e9, common_factor_cv=0.1) == pytest.approx(0.05, rel=1e-3)
