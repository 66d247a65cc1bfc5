"""Laws of partners at work: optima that are optima, chains that conserve what enters, and their limits."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize, stats

from sim.theory import channels
from sim.theory.channels import Terms

SHARE = st.floats(0.0, 1.0)


@settings(max_examples=60, deadline=None)
@given(SHARE, st.floats(0.05, 4.0), SHARE, st.floats(0.0, 0.9), st.floats(0.05, 0.4))
def test_no_cross_bonus_is_better_than_the_best(
    block: float, scale: float, evasion: float, own: float, c: float
) -> None:
    terms = (6e6, 0.55, c, 0.05, evasion, scale, block, own)
    found = channels.best_cross_bonus(*terms)
    tried = [channels.cross_bonus_profit(float(x), *terms) for x in np.linspace(0.0, 3.0, 301)]
    assert found.profit >= max(tried) * (1.0 - 1e-12)
    assert found.profit >= found.profit_without


def test_staff_that_cannot_block_get_no_bonus_and_indifference_is_one_half() -> None:
    assert channels.best_cross_bonus(1.0, 0.5, 0.2, 0.05, 0.5, 1.0, 0.0).best_cross_bonus == 0.0
    assert channels.best_cross_bonus(1.0, 0.5, 0.2, 0.05, 0.5, 1.0, 0.9, own_credit=1.0).best_cross_bonus == 0.0
    even = channels.indifferent_cross_bonus(0.2, 0.05, 0.8)
    assert channels.cooperation_target(0.2, 0.05, 1.0, Terms(even, 0.8, 0.3)) == pytest.approx(0.5)
    assert list(channels.cooperation_path(0.2, 0.9, 0.0, 1)) == pytest.approx([0.2, 0.9])
    with pytest.raises(ValueError, match="commission"):
        channels.indifferent_cross_bonus(0.0, 0.05, 0.8)
    with pytest.raises(ValueError, match="evasion"):
        channels.cooperation_target(0.2, 0.05, 1.0, Terms(0.1, 1.2, 0.0))


@settings(deadline=None)
@given(st.floats(0.1, 12.0), st.integers(1, 12), SHARE, st.floats(0.05, 1.0))
def test_a_cycle_of_contacts_is_where_the_months_lead(half_life: float, every: int, floor: float, gain: float) -> None:
    attention, used = 1.0, []
    for month in range(400 * every):
        attention = floor + (attention - floor) * 2.0 ** (-1.0 / half_life)
        attention += gain * (1.0 - attention) * (month % every == 0)
        used.append(attention)
    found = channels.attention_cycle(half_life, every, floor, gain)
    assert found.after_contact == pytest.approx(used[-every], abs=1e-6)
    assert found.mean == pytest.approx(np.mean(used[-every:]), abs=1e-6)


def test_whom_to_call_in_a_tie_and_without_contacts() -> None:
    terms = {"months": 3, "half_life": 3.0, "floor": 0.0, "gain": 1.0, "start": 0.5}
    for rule in ("largest", "gain"):
        assert channels.call_plan(rule, [7, 7, 7], [0, 0, 0], contacts=1, **terms).contacted[0] == [0]
    longest = channels.call_plan("longest", [5, 9, 7], [1, 1, 1], contacts=2, **terms)
    assert longest.contacted == [[1, 2], [0, 1], [2, 1]]
    everybody = channels.call_plan("largest", [5, 9], [0, 0], contacts=5, **terms)
    assert everybody.contacted[0] == [1, 0]
    assert list(everybody.sales_by_month) == list(channels.call_plan("even", [5, 9], [0, 0], 5, **terms).sales_by_month)
    nobody = channels.call_plan("nobody", [5, 9], [0, 0], 2, **terms)
    assert list(channels.call_plan("gain", [5, 9], [0, 0], 0, **terms).sales_by_month) == list(nobody.sales_by_month)
    with pytest.raises(ValueError, match="longest"):
        channels.call_plan("random", [5], [0], 1, **terms)


@settings(max_examples=40, deadline=None)
@given(st.floats(0.0, 2.0), st.floats(-10.0, 30.0), st.floats(0.5, 1.5), st.floats(0.1, 0.6))
def test_no_commission_is_better_than_the_best(elasticity: float, own_value: float, free: float, margin: float) -> None:
    worker = channels.Worker(0.1, elasticity, 0.05, 3.0, free, own_value, 0.25, 2.2)
    best, tried = channels.best_pay(worker, margin), np.linspace(0.0, margin, 4001)
    at = channels.effort_at(worker, tried, margin)
    assert best.best_profit >= at.profit.max() - 1e-12
    assert channels.effort_at(worker, best.commission_of_most_sales, margin).sales[0] >= at.sales.max() - 1e-12


def test_effort_without_elasticity_stays_and_no_pay_is_the_least() -> None:
    still = channels.Worker(0.1, 0.0, 0.05, 3.0, 1.0, 24.0, 0.25, 2.2)
    assert list(channels.effort_at(still, [0.0, 0.3], 0.4).effort) == [1.0, 1.0]
    assert channels.effort_at(channels.Worker(0.1, 0.8, 0.05, 3.0, 1.0, 24.0, 0.25, 2.2), 0.0, 0.4).effort[0] == 0.05
    with pytest.raises(ValueError, match="high"):
        channels.Worker(0.1, 0.8, 1.0, 0.5, 1.0, 24.0, 0.25, 2.2)


def test_leads_are_handed_over_and_returned() -> None:
    found = channels.handover(100.0, 0.4, 0.5, 0, 1.0, 0.25, 0.5)
    assert list(found.leads_by_step) == [40.0]
    assert (found.sales, found.paid, found.sales_variance_fixed_customers) == pytest.approx((10.0, 5.0, 9.0))
    assert channels.fewer_steps_factor(0.5, 1, 3) == 0.25
    assert channels.fewer_steps_factor(0.0, 3, 1) == np.inf
    one_sided = channels.returned_leads(10.0, 8.0, 0.0, 0.3)
    assert one_sided.steady["a"] == 10.0
    assert len(channels.returned_leads(10.0, 8.0, 0.5, 0.3, months=0).path) == 0
    with pytest.raises(ValueError, match="return_a return_b"):
        channels.returned_leads(10.0, 8.0, 2.0, 0.5)


@given(st.lists(st.integers(0, 40), max_size=8), st.integers(0, 15), st.integers(0, 10).map(lambda x: x / 10))
def test_whoever_comes_is_served_lost_or_waits(arrivals: list[int], capacity: int, decay: float) -> None:
    found = channels.served_in_order(arrivals, capacity, decay)
    assert found.served + found.lost + found.waiting_end == sum(arrivals)
    assert found.lost == 0 or decay > 0.0
    assert all(served <= capacity for served, _ in found.served_waiting)


def test_what_waits_is_the_decimal_that_was_written() -> None:
    assert channels.served_in_order([90], 0, 0.3).waiting_end == 63  # 90 * 0.7 is a hair under 63 in doubles


def test_the_stationary_month_and_its_limits() -> None:
    gone = channels.stationary_service(10.0, 12, 1.0)
    assert (gone.mean_waiting, gone.nobody_waits) == pytest.approx((0.0, 1.0))
    law = stats.poisson(10.0)
    assert gone.mean_served == pytest.approx(12.0 - np.sum((12 - np.arange(13)) * law.pmf(np.arange(13))))
    patient = channels.stationary_service(10.0, 12, 0.0)
    assert patient.lost_share == pytest.approx(0.0, abs=1e-10)
    assert patient.mean_waiting > channels.stationary_service(10.0, 12, 0.05).mean_waiting > 0.0
    assert channels.stationary_service(10.0, 0, 0.4).mean_served == 0.0
    assert channels.stationary_service(0.0, 3, 0.0).nobody_waits == pytest.approx(1.0)
    with pytest.raises(ValueError, match="for ever"):
        channels.stationary_service(12.0, 12, 0.0)


def test_one_desk_is_busy_as_often_as_its_load() -> None:
    found = channels.desk(3.0, 4.0, 1, 0.0)
    assert (found.erlang_c, found.mean_wait_hours, found.warmth) == pytest.approx((0.75, 0.75, 0.25))
    assert found.late_share == pytest.approx(0.75)
    assert channels.desk(0.0, 4.0, 2, 0.5).warmth == 1.0
    assert channels.desk_sales_factor(0.0, 4.0, 1, 0.5) == 1.0
    assert channels.desk_sales_factor(5.0, 4.0, 0, 0.5) == 0.0
    crowded = channels.desk_sales_factor(100.0, 4.0, 1, 1e9)
    assert crowded == pytest.approx(0.98 * 4.0 / 100.0, rel=1e-6)
    with pytest.raises(ValueError, match="served_per_hour"):
        channels.desk(8.0, 4.0, 2, 0.5)


def test_units_without_reservations_sell_as_requests_come() -> None:
    found = channels.house(3, 1.2, 2, 0.0, 4.0, 5)
    for month, sold in enumerate(found.mean_sold, 1):
        asked = stats.poisson(1.2 * month)
        assert sold == pytest.approx(3.0 - np.sum((3 - np.arange(3)) * asked.pmf(np.arange(3))))
    assert found.flats_that_came_back == 0.0
    assert found.law_at_end.sum() == pytest.approx(1.0)
    assert found.law_at_end @ np.arange(4) == pytest.approx(found.mean_sold[-1])


def test_reservations_come_back_as_often_as_they_must() -> None:
    sure = channels.house(3, 1.2, 1, 1.0, 1.0, 5)
    assert sure.flats_that_came_back == pytest.approx(0.0)
    assert sure.mean_sold[1:] == pytest.approx(channels.house(3, 1.2, 1, 0.0, 1.0, 5).mean_sold[:-1])
    one = channels.house(1, 50.0, 2, 1.0, 4.0, 3)  # reserved in the first month, decided two months on
    assert one.flats_that_came_back == pytest.approx(1.0 - channels.reservation(4.0, 2).buys)
    assert list(channels.house(2, 1.0, 1, 0.5, 4.0, 0).law_at_end) == [1.0, 0.0, 0.0]
    assert channels.reservation(4.0, 0).buys == 0.0
    for bad in ({"reserve_months": 0}, {"own_flat_months": 0.5}, {"reserve_months": 9}):
        with pytest.raises(ValueError, match=r"reserve_months|own_flat_months|too many states"):
            channels.house(**{"units": 20, "requests": 1.0, "reserve_months": 1, "reserves": 0.5,
                              "own_flat_months": 4.0, "months": 2} | bad)  # fmt: skip


@given(st.floats(0.0, 3.0), st.floats(0.0, 2.0), st.floats(0.0, 800.0))
def test_windows_credit_no_more_than_comes(purchases: float, dropout: float, days: float) -> None:
    found = channels.repeats_in_window(purchases, dropout, days)
    whole = channels.repeats_in_all(purchases, dropout)
    assert 0.0 <= found.repeat_credited_fixed <= whole * (1.0 + 1e-9) + 1e-12
    assert found.repeat_credited_fixed <= found.repeat_credited_resetting * (1.0 + 1e-9) + 1e-12


def test_windows_in_other_months_and_without_an_end() -> None:
    month = channels.repeats_in_window(0.3, 0.0, 30.0, month_days=30.0)
    assert (month.repeat_credited_fixed, month.repeat_credited_resetting) == pytest.approx((0.3, np.expm1(0.3)))
    assert channels.monthly_repeats(0.06, 24, 10_000.0) == pytest.approx(0.06 * 24)
    assert channels.monthly_repeats(0.06, 24, 0.0) == channels.monthly_repeats(0.06, 0, 90.0) == 0.0
    share = channels.referral_share(400.0, 0.06, 24, 365.0, 5170.0, 0.2)
    grown = channels.referral_share(share.referred_for_goal, 0.06, 24, 365.0, 5170.0, 0.2)
    assert grown.partner_share == pytest.approx(0.2)
    assert channels.referral_share(400.0, 0.06, 24, 0.0, 5170.0, 0.9).referred_for_goal == np.inf
    forgetful = channels.referral_share(400.0, 0.06, 24, 365.0, 5170.0, 0.2, capped_share=0.3, capped_days=7.0)
    assert forgetful.partner_share == pytest.approx(0.0965, abs=5e-5)
    short = channels.referral_share(400.0, 0.06, 24, 30.0, 5170.0, 0.2, capped_share=1.0, capped_days=90.0)
    assert short.repeat_credited == short.repeat_credited_full  # a browser never lengthens a window


def test_leaving_a_network_breaks_even_where_it_says() -> None:
    terms = {"commission": 0.2, "network_fee": 0.3, "own_platform": 900.0, "manager": 50.0, "margin": 0.5}
    found = channels.leaving_a_network(40_000.0, partners_lost=0.05, **terms)
    even = channels.leaving_a_network(found.break_even_sales, partners_lost=0.05, **terms)
    assert even.direct == pytest.approx(even.with_network)
    even = channels.leaving_a_network(40_000.0, partners_lost=found.break_even_partners_lost, **terms)
    assert even.direct == pytest.approx(even.with_network)
    assert channels.leaving_a_network(40_000.0, partners_lost=0.9, **terms).break_even_sales == np.inf
    assert channels.active_partners(2.0, 3.0, 0.1, 0.0, 500).path[-1] == pytest.approx(30.0)
    assert channels.active_partners(2.0, 3.0, 0.1, 0.1, 1).steady == np.inf
    assert channels.active_partners(2.0, 0.0, 0.1, 0.1, 0).steady == 2.0


def test_pay_and_trust_at_the_ends() -> None:
    sure = channels.tracked_pay(1.0, 0.0, 0.0, 0.0, 1.0, 10, 0.1, 100.0)
    assert (sure.pay, sure.unpaid, sure.under, sure.fairness_offline_to_online) == (100.0, 0.0, 0.0, 0.0)
    assert np.isnan(channels.tracked_pay(1.0, 0.5, 0.0, 0.0, 0.5, 0, 0.1, 100.0).under)
    even = channels.tracked_pay(1.0, 0.5, 0.0, 0.0, 0.0, 10, 0.1, 100.0)
    assert even.under == pytest.approx(stats.binom.cdf(7, 10, 0.5))  # 8 of 10 are not under 80 %
    calm = channels.trust_in_pay(6.0, 0.8, 0.3, 0.75, 1.0, 4, 1.5, 0.9)
    assert list(calm.path) == [1.0] * 4
    assert calm.share_steady == calm.share_at_target
    lost = channels.trust_in_pay(6.0, 0.8, 0.05, 0.75, 1.0, 400, 1.5, 0.9)
    assert lost.path[-1] == pytest.approx(lost.steady)
    with pytest.raises(ValueError, match="touched both ways"):
        channels.programmes(10.0, channels.Medium(1, 0.9, 1), channels.Medium(1, 0.9, 1), 2.0, 0.1, 1.0, 0.5)


def test_a_programme_without_a_meeting_is_the_sum_of_both() -> None:
    found, over = channels.programmes(
        100.0, channels.Medium(0.2, 0.1, 1.0), channels.Medium(0.0, 0.5, 0.3), 3.0 / 3.0, 0.1, 10.0, 0.4
    )
    assert found["hybrid"] == found["online"]
    assert over == pytest.approx(1.0)
    best = optimize.minimize_scalar(lambda c: -found["online"].sales * 10.0 * (0.4 - c), bounds=(0.0, 0.4))
    assert best.x == pytest.approx(0.0, abs=1e-4)
