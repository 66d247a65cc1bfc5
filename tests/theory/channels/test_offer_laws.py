"""Laws of quality, bursts, popularity and own channels: long runs, optima, and published figures put back."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, optimize, stats

from sim.theory import channels
from sim.theory.channels import Terms

SHARE = st.floats(0.0, 1.0)


def test_damage_settles_and_its_factor_is_that_of_a_poisson_sum() -> None:
    long = channels.brand_damage(1.8, 0.05, 9.0, 600, 3.0, 0.6)
    assert long.mean[-1] == pytest.approx(long.steady_mean)
    assert long.variance_end == pytest.approx(long.steady_variance)
    one = channels.brand_damage(1.8, 0.05, 9.0, 1, 0.0, 0.6)
    counts = np.arange(60)
    expected = stats.poisson.pmf(counts, 1.8) @ np.exp(-0.6 * 0.05 * counts)
    assert one.demand_factor_end == pytest.approx(expected)
    assert channels.brand_damage(1.8, 0.05, 9.0, 0, 2.0, 0.5).demand_factor_end == pytest.approx(np.exp(-1.0))
    assert channels.brand_damage(1.8, 0.05, 9.0, 5, 2.0, 0.0).demand_factor_end == 1.0
    assert channels.brand_damage(0.0, 0.05, np.inf, 2, 2.0, 1.0).steady_mean == 0.0


@settings(deadline=None)
@given(SHARE, st.floats(0.01, 0.5), SHARE, st.integers(1, 6))
def test_audits_lead_to_their_steady_share(entrants: float, leave: float, found: float, every: int) -> None:
    turnover = channels.Turnover(entrants, leave)
    path = channels.unsound_path(0.5, turnover, found, every, 2400 // every * every + 1)
    assert channels.unsound_after_audit(turnover, found, every) == pytest.approx(path[-1], abs=1e-9)


def test_audits_that_find_nothing_cost_and_save_nothing() -> None:
    turnover = channels.Turnover(0.2, 0.02)
    found = channels.audits(turnover, 0.4, 0.5, 0.0, 3, 8, (0.06, 0.005), 100, 1000.0, 10.0)
    assert (found.saved, found.audit_cost, found.net) == (0.0, 1000.0, -1000.0)
    assert found.unsound_end_without == found.unsound_with_audits[-1]
    assert channels.audits(turnover, 0.4, 0.5, 0.6, 3, 0, (0.1, 0.1), 9, 1.0, 1.0).incidents_with == 0.0


def test_a_survey_is_the_trinomial_law_and_a_score_at_the_bound_is_not_below() -> None:
    law = stats.multinomial(10, [0.3, 0.5, 0.2])
    below = sum(law.pmf([up, 10 - up - down, down]) for up in range(11) for down in range(11 - up) if up - down < 1)
    assert channels.survey(0.3, 0.2, 10, 0.1).below_bound == pytest.approx(below)
    assert channels.survey(1.0, 0.0, 10, 1.0).below_bound == 0.0
    never = channels.survey(0.0, 1.0, 10, 0.0)
    assert (never.nps, never.sd, never.below_bound) == (-100.0, 0.0, pytest.approx(1.0))
    with pytest.raises(ValueError, match="promoters and detractors"):
        channels.survey(0.7, 0.4, 10, 0.1)


def test_a_post_sells_all_in_the_end_and_its_moment_is_averaged() -> None:
    found = channels.burst(9.0, 0.4, 100.0, 60)
    assert found.sales_by_month.sum() == pytest.approx(100.0)
    for month in range(3):
        mean = integrate.quad(lambda x, m=month: channels.burst(9.0, x, 1.0, 4).sales_by_month[m], 0.0, 1.0)[0]
        assert found.shares_uniform[month] == pytest.approx(mean)
    at_the_end = channels.burst(9.0, 1.0, 1.0, 2).sales_by_month
    assert list(at_the_end) == pytest.approx([0.0, channels.within_month(9.0, 0.0)[0]])
    assert len(channels.burst(9.0, 0.4, 100.0, 0).shares_uniform) == 0


def test_pay_by_post_against_pay_by_sale() -> None:
    found = channels.fee_or_commission(1000, 0.1, 3, 350.0, 0.0, 50.0, 0.07, 0.0)
    assert found.first_post_loses == pytest.approx(stats.poisson.cdf(99, 100.0))  # exactly 100 sales pay the fee
    assert found.indifferent_sales == np.inf
    assert channels.fee_or_commission(1000, 0.1, 0, 0.0, 0.1, 50.0, 0.2, 1.0).first_post_loses == 0.0
    assert channels.fee_or_commission(0, 0.1, 2, 5.0, 0.1, 50.0, 0.2, 1.0).first_post_loses == 1.0
    needs = channels.burst_needs(5000, 90, 0.4, 0.1, 0.03, 5.0, 0.0, posts=(1, 3))
    moments = channels.within_month(5.0, [0.0, 1.0 / 3.0, 2.0 / 3.0])
    assert 5000 * 0.4 * 0.1 * needs.by_posts[3] * moments.sum() == pytest.approx(90.0)
    assert needs.by_posts[1] == needs.click_conversion_needed


@settings(max_examples=40, deadline=None)
@given(st.floats(0.0, 0.3), st.floats(-2.0, 3.0), SHARE)
def test_no_rate_is_better_than_the_best(weight: float, attraction: float, cost: float) -> None:
    others = [channels.Offers(40, 0.3), channels.Offers(2, 0.5, 1.0)]
    market = channels.Market(weight, attraction, others)
    best = channels.best_rate(market, cost)
    tried = [channels.listed_at(market, float(rate), cost) for rate in np.linspace(0.0, 1.0 - cost, 201)]
    assert best.profit >= max(one.profit for one in tried) - 1e-12
    ranks = [one.rank for one in tried]
    assert ranks == sorted(ranks, reverse=True)
    first = channels.first_from_rate(market)
    assert all((one.rate >= first) == (one.rank == 1) for one in tried if abs(one.rate - first) > 1e-9)


def test_equal_products_share_rank_and_traffic() -> None:
    tied = channels.listed_at(channels.Market(0.12, 0.0, [channels.Offers(9, 0.5)]), 0.5, 0.03)
    assert (tied.rank, tied.share) == (1, pytest.approx(0.1))
    with pytest.raises(ValueError, match="products of others"):
        channels.Market(0.12, 0.0, [channels.Offers(0, 0.5)])


@settings(deadline=None)
@given(st.floats(-2.0, 2.0), st.floats(-3.0, 8.0))
def test_shares_rest_at_fixed_points_and_return_to_stable_ones(advantage: float, popularity: float) -> None:
    found = channels.popularity_fixed_points(advantage, popularity, 0.5)
    assert len(found.fixed_points) in ((1, 2, 3) if popularity > 2.0 else (1,))
    for point, stable in zip(found.fixed_points, found.stable, strict=True):
        assert channels.popularity_path(advantage, popularity, 0.5, point, 1)[0] == pytest.approx(point, abs=1e-9)
        if stable and abs(2.0 * popularity * point * (1.0 - point) - 1.0) > 0.05:
            pushed = channels.popularity_path(advantage, popularity, 0.5, point * (1.0 - 1e-6), 2000)
            assert pushed[-1] == pytest.approx(point, abs=1e-8)


def test_a_tipping_point_appears_from_popularity_two_on() -> None:
    assert [len(channels.popularity_fixed_points(0.0, p, 0.4).fixed_points) for p in (1.0, 1.99, 2.01)] == [1, 1, 3]
    assert channels.popularity_fixed_points(0.0, 4.0, 0.4).stable == [True, False, True]


def test_marketing_saturates_and_its_margin_is_a_derivative() -> None:
    media = channels.Media(0.5, 0.6, 2e6, 1.3, 20_000.0, 0.02)
    found = channels.marketing(media, [1e6] * 80, 5e6)
    assert found.demand[-1] == pytest.approx(found.steady_demand)
    more = (
        channels.marketing(media, [1e6 + 1.0], 0.0).steady_demand
        - channels.marketing(media, [1e6 - 1.0], 0.0).steady_demand
    )
    assert found.marginal_sales_per_spend == pytest.approx(more / 2.0, rel=1e-6)
    assert media.reach(2e6)[0] == pytest.approx(0.3)
    none = channels.marketing(media, [0.0], 0.0)
    assert (none.steady_demand, none.marginal_sales_per_spend) == (0.0, 0.0)
    assert np.isnan(none.average_sales_per_spend)
    assert channels.marketing(channels.Media(1.0, 0.6, 2e6, 0.5, 1.0, 1.0), [0.0], 7.0).stock[0] == 7.0


def test_an_office_that_is_full_and_one_that_is_known_at_once() -> None:
    dealer = channels.Dealer(0.0, 0.0, 10.0, 0.2)
    full = channels.office_or_dealer(channels.Office(100.0, 10.0, 50.0, 20.0), dealer, 100.0, 0, 12, 0.0)
    assert (full.office_customers, full.office_cost_per_customer) == pytest.approx((240.0, 220.0 / 240.0))
    assert full.dealer_cost_per_customer == pytest.approx(20.0)
    closed = channels.office_or_dealer(channels.Office(100.0, 10.0, 50.0, 0.0), dealer, 100.0, 3, 12, 0.1)
    assert closed.office_cost_per_customer == np.inf


DISPUTE = {
    "commission": 0.2, "own_bonus": 0.05, "margin": 0.55, "price": 1e5, "own_demand": 80.0, "block": 0.9,
    "displaced": 0.2, "scale": 1.2, "half_life": 2.0, "before": Terms(0.0, 0.7, 0.5), "after": Terms(0.25, 0.1, 0.0),
    "target_growth": 1.3, "target_share": 0.3,
}  # fmt: skip


def test_a_conflict_gives_what_was_published() -> None:
    found = channels.ended_conflict(channels.Dispute(**DISPUTE, target_month=4))
    start, end = found.months[0], found.months[4]
    assert (end.total / start.total, end.partner_share) == pytest.approx((1.3, 0.3))
    factor = channels.own_sales_factor(1.3, 0.3, start.partner_share)
    assert end.own / start.own == pytest.approx(factor)
    for month in found.months:
        sold, paid = month.partners * 1e5, 0.2 * (1.25 if month.month else 1.0)
        lost = found.dispute_cost * found.partner_potential * (1.0 - month.cooperation) * 1e5
        estimate = channels.incremental_estimate(sold, 0.2 * sold, 0.55, 0.05, paid=paid * sold, own_sales_lost=lost)
        assert estimate == pytest.approx(month.incremental_profit)
    still = DISPUTE | {"after": DISPUTE["before"]}
    with pytest.raises(ValueError, match="cooperation does not move"):
        channels.ended_conflict(channels.Dispute(**still))


def test_published_figures_are_put_back() -> None:
    grown = channels.more_entry(0.06, 0.01, 200.0, 1.35, 1.04, 1500.0, 0.03)
    path = channels.active_partners(grown.active_before, 200.0 * grown.entry_factor, 0.06, 0.01, 12).path
    assert path == pytest.approx(grown.active_by_month)
    assert path.mean() == pytest.approx(1.35 * grown.active_before)
    chain = channels.points_through_a_chain(0.09, 0.02, [0.0, -0.4], 0.1, 0.3)
    again = channels.points_through_a_chain(0.09, 0.02, [0.0, -0.4], chain.utility_needed, 0.3)
    assert again.gain_stated == pytest.approx(0.02)
    needed = channels.points_through_a_chain(0.09, 0.02, [0.0, -0.4], 0.1, chain.anyway_needed_at_stated_utility)
    assert needed.gain_stated == pytest.approx(0.02)
    with pytest.raises(ValueError, match="of the chain's buyers"):
        channels.points_through_a_chain(0.01, 0.02, [0.0], 0.1, 0.3)


def test_the_best_rate_is_found_by_search_too() -> None:
    market = channels.Market(0.2, 0.5, [channels.Offers(3, 0.4)])
    searched = optimize.minimize_scalar(
        lambda rate: -channels.listed_at(market, rate, 0.1).profit, bounds=(0.0, 0.9), method="bounded"
    )
    assert channels.best_rate(market, 0.1).rate == pytest.approx(searched.x, abs=1e-5)
