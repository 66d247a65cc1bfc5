"""Laws of credit: what is credited is what was sold, the game is shared out in full, limits are as they must be."""

from __future__ import annotations

from fractions import Fraction
from functools import partial
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate

from sim.theory import channels
from sim.theory.channels import Touch

SHARE = st.floats(0.0, 1.0)
WHO = st.sampled_from(["dealer", "agent", "staff", "ads"])
PARTNERS = ("dealer", "agent")
JOURNEY = st.lists(st.tuples(WHO, st.integers(0, 60)), min_size=1, max_size=6).map(
    lambda touches: [Touch(*one) for one in sorted(touches, key=lambda one: -one[1])]
)
RULES = [
    channels.first_touch,
    channels.last_touch,
    channels.linear,
    channels.position,
    partial(channels.position, first=0.0, last=0.0),
    partial(channels.time_decay, half_life=3.0),
    partial(channels.window, days=30, then=channels.linear, default="site"),
    partial(channels.no_earlier_tag, days=30, partners=PARTNERS, default="site"),
    channels.shapley_of_touchers,
    partial(channels.by_weights, weights={"dealer": 2.0, "ads": 0.0}),
    partial(channels.haggled, partners=PARTNERS, won_by_us=0.3),
]


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 50), JOURNEY), max_size=5))
def test_credits_add_up_to_the_sales_and_nobody_gets_more_than_without_a_rule(journeys: list) -> None:
    sales, full = sum(count for count, _ in journeys), channels.credited_sales(journeys, channels.both_paid)
    for rule in RULES:
        credit = channels.credited_sales(journeys, rule)
        assert sum(credit.values()) == pytest.approx(sales)
        assert all(-1e-9 <= got <= full.get(who, sales) + 1e-9 for who, got in credit.items())


def test_two_touches_one_toucher_and_equal_days() -> None:
    two = [Touch("dealer", 5), Touch("staff", 5)]
    assert channels.position(two, 0.6, 0.2) == pytest.approx({"dealer": 0.75, "staff": 0.25})
    assert channels.first_touch(two) == {"dealer": 1.0}
    assert channels.last_touch(two) == {"staff": 1.0}
    assert channels.time_decay(two, 7.0) == {"dealer": 0.5, "staff": 0.5}
    assert channels.no_earlier_tag(two, 5, ["dealer"], "site") == {"dealer": 1.0}
    assert channels.no_earlier_tag(two[::-1], 5, ["dealer"], "site") == {"site": 1.0}
    assert channels.window(two, 4, channels.linear, "site") == {"site": 1.0}
    alone = [Touch("dealer", 9), Touch("dealer", 1)]
    assert channels.haggled(alone, ["dealer"], 0.5) == channels.both_paid(alone) == channels.linear(alone)


@pytest.mark.parametrize(
    ("touches", "words"), [([], "touch"), ([Touch("a", 1), Touch("b", 2)], "oldest first"), ([Touch("a", -1)], "days")]
)
def test_what_is_no_journey_is_refused(touches: list[Touch], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        channels.credited_sales([(1, touches)], channels.linear)


@given(st.integers(-(10**9), 10**9), st.lists(st.integers(0, 50), min_size=1, max_size=6).filter(any))
def test_parts_add_up_and_lie_within_one_of_their_due(amount: int, weights: list[int]) -> None:
    parts = channels.split_amount(amount, weights)
    assert sum(parts) == amount
    assert all(abs(part * sum(weights) - amount * w) < sum(weights) for part, w in zip(parts, weights, strict=True))
    assert channels.split_amount(-amount, weights) == [-part for part in parts]


@given(st.integers(0, 60), st.lists(st.integers(0, 20), max_size=6))
def test_nobody_is_granted_more_than_it_asked_for(free: int, requests: list[int]) -> None:
    granted = channels.granted_units(free, requests)
    assert sum(granted) == min(free, sum(requests))
    assert all(0 <= got <= asked for got, asked in zip(granted, requests, strict=True))


def test_amounts_are_rounded_once_and_half_to_even() -> None:
    assert [channels.credited_amount(amount, 0.5) for amount in (1, 3, 5)] == [0, 2, 2]
    assert channels.credited_amount(15, 0.7) == 10  # 10.5 in decimals
    assert channels.split_amount(0, [0, 0]) == [0, 0]
    with pytest.raises(ValueError, match="every weight is 0"):
        channels.split_amount(1, [0, 0])


def test_removal_effects_credit_all_sales_and_none() -> None:
    paths = [channels.Path(("a", "b"), 3, 5), channels.Path(("b",), 2, 0), channels.Path(("c",), 0, 4)]
    found = channels.removal_effects(paths)
    assert sum(found.attributed.values()) == 5
    assert found.removal_effect["c"] == 0
    assert channels.removal_effects([channels.Path(("a",), 0, 4)]).attributed == {"a": 0}
    counted = channels.expected_paths([(("a", "b"), Fraction(3, 5)), (("b",), Fraction(2, 5))], 5, Fraction(4))
    exact = channels.removal_effects([channels.Path(("a", "b"), 3, 12), channels.Path(("b",), 2, 8)])
    assert channels.removal_effects(counted).removal_effect == exact.removal_effect
    single = channels.removal_effects([channels.Path(("a",), 3, 1), channels.Path(("b",), 1, 1)])
    assert single.attributed == {"a": 3, "b": 1}


@given(st.lists(st.tuples(SHARE, SHARE, st.booleans()), max_size=4), SHARE)
def test_the_game_is_shared_out_in_full_and_as_over_all_orders(drawn: list, q0: float) -> None:
    given_channels = {str(i): channels.Reached(*one) for i, one in enumerate(drawn)}
    game = channels.reach_game(1000.0, q0, given_channels)
    assert game.organic + sum(game.shapley.values()) == pytest.approx(game.sales_all)
    assert game.touched_by_partners >= game.incremental_by_partners - 1e-9
    orders = list(permutations(given_channels.values()))
    for name, one in given_channels.items():
        gains = [
            channels.sales_of(1000.0, q0, [*order[: order.index(one)], one])
            - channels.sales_of(1000.0, q0, order[: order.index(one)])
            for order in orders
        ]
        if list(given_channels.values()).count(one) == 1:
            assert np.mean(gains) == pytest.approx(game.shapley[name], abs=1e-9)


def test_first_and_inside_are_integrals_over_the_partners_time() -> None:
    own = {"ads": channels.Timed(0.4, 20.0), "mail": channels.Timed(0.9, 5.0)}

    def first_at(t: float) -> float:
        return np.exp(-t / 12.0) / 12.0 * np.prod([1.0 - j.reach * np.exp(-t / j.mean_days) for j in own.values()])

    found = channels.first_and_inside(channels.Timed(1.0, 12.0), own, 14.0)
    assert found.first_and_inside_window == pytest.approx(integrate.quad(first_at, 0.0, 14.0)[0])
    assert found.first == pytest.approx(integrate.quad(first_at, 0.0, np.inf)[0])
    alike = channels.first_and_inside(channels.Timed(0.5, 9.0), {"ads": channels.Timed(1.0, 9.0)}, 0.0)
    assert (alike.first, alike.last, alike.inside_window) == pytest.approx((0.25, 0.25, 0.0))
    assert channels.first_and_inside(channels.Timed(1.0, 9.0), {}, 9.0).first == 1.0


@given(st.floats(0.0, 30.0), st.lists(st.tuples(st.floats(0.0, 30.0), SHARE, SHARE, SHARE), max_size=3))
def test_no_more_is_displaced_than_there_is(demand: float, drawn: list) -> None:
    found = channels.displacement(demand, [channels.PartnerSales(*one) for one in drawn])
    assert 0.0 <= found.own_sales == pytest.approx(demand - found.displaced)
    assert found.total_mean == pytest.approx(demand + found.incremental)


def test_separation_pays_from_its_break_even_on() -> None:
    terms = {"price": 100.0, "mu": 10.0, "joint": 0.5, "commission": 0.2, "own_bonus": 0.05, "margin": 0.55}
    even = channels.separation(**terms, anyway=0.3, strict=0.8).break_even_anyway
    assert channels.separation(**terms, anyway=even, strict=0.8).profit_change == pytest.approx(0.0)
    assert channels.separation(**terms, anyway=even + 0.01, strict=0.8).profit_change > 0.0
    left, shares = channels.separated_journeys(10.0, [0.5, 0.2], [True, False], 0.8)
    assert left == pytest.approx(6.0)
    assert [left * share for share in shares] == pytest.approx([1.0, 2.0])
    with pytest.raises(ValueError, match="leaves partners nothing"):
        channels.separated_journeys(10.0, [1.0], [True], 1.0)


def test_pay_on_joint_sales_is_linear_in_the_credit() -> None:
    pays = [channels.joint_pay(40.0, 10.0, 0.2, 0.05, 0.9, credit).total for credit in (0.0, 0.5, 1.0)]
    assert pays[1] == pytest.approx((pays[0] + pays[2]) / 2.0)
    both = channels.joint_pay(40.0, 10.0, 0.2, 0.05, 0.9, None)
    assert both.total - both.paid_twice == pytest.approx(pays[2])


def test_an_experiment_without_an_effect_errs_as_often_as_it_says() -> None:
    nothing = channels.held_out_regions(20, 4, 3, 60.0, 12.0, 1.0)
    assert nothing.power == pytest.approx(0.05)
    assert nothing.months_factor == np.inf
    some = channels.held_out_regions(20, 4, 3, 60.0, 6.0, 0.4)
    longer = channels.held_out_regions(20, 4, 3 * some.months_factor, 60.0, 6.0, 0.4)
    assert longer.power == pytest.approx(0.8, abs=1e-5)
    for bad in (0, 20):
        with pytest.raises(ValueError, match="held_out"):
            channels.held_out_regions(20, bad, 3, 60.0, 12.0, 0.4)
    with pytest.raises(ValueError, match="own_demand"):
        channels.held_out_regions(20, 4, 3, 0.0, 0.0, 0.4)


def test_a_thinned_month_pays_for_every_sale_once() -> None:
    journeys = [channels.CreditedJourney(0.3, 0.5, 0.2), channels.CreditedJourney(0.7, 0.1, 0.0)]
    found = channels.thinned_month(10.0, 0.8, 5.0, 0.2, 0.2, journeys)
    assert found.pay_mean + found.own_pay_mean == pytest.approx(10.0 * 5.0 * 0.2)
    assert found.moved_contracts == pytest.approx(2.0 + 8.0 * 0.7)  # a credit of one half stays
    assert channels.thinned_month(10.0, 1.0, 5.0, 0.2, 0.1, []).pay_variance == pytest.approx(10.0)
    with pytest.raises(ValueError, match="journeys together"):
        channels.thinned_month(10.0, 0.8, 5.0, 0.2, 0.2, [*journeys, channels.CreditedJourney(0.1, 1.0, 0.0)])
