"""Dealers of an operator: what a customer costs through them and offices, what a chain adds, what broken prices do.

Expected figures are the published ones, those of cases K068 and K074, given from outside, the closed form of case K051
and the scenario's own. Which dealers are unsound is the same in every replication.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import sim
from sim.contracts.own_channels import Outlets
from sim.engine.layout.plan import Plan, make
from sim.scenario.schema import Scenario
from sim.statistics.intervals import mean_interval
from sim.theory.channels.quality import Brand, brand_damage
from tests.whole.hypotheses import channel_case, likely, z, z_mean, z_share
from tests.whole.running import Reals, many

SCENARIOS = Path(__file__).parents[3] / "scenarios" / "gallery"
REPLICATIONS = 12
JULY = 6
BUYERS = 100e3  # a month in the three cities
OFFICES = 400
SOLD = tuple(f"new_contracts.{one}" for one in ("dealer", "chain", "offices"))
COSTS = ("own_cost.offices", "commission.dealer", "service_cost.dealer", "active.dealer")
DOUBT = ("unsound.dealer", "doubted.dealer", "incidents", "brand_damage")


def plan(name: str = "") -> Plan:
    return make(sim.load(SCENARIOS / f"telecom_dealers{name}.yaml").scenario, ())


def play(name: str = "") -> dict[str, Reals]:
    found = many(plan(name), REPLICATIONS, *SOLD, *COSTS, *DOUBT)
    return found | {"total": np.sum([found[one] for one in SOLD], axis=0)}


def breaks(scenario: Scenario) -> tuple[float, float]:
    """Price breaks a month of a sound dealer and of an unsound one."""
    assert scenario.quality is not None
    one = scenario.quality.incidents["price_break"]
    return one.sound, one.unsound


def damage(scenario: Scenario, months: int) -> Brand:
    """Closed form of the damage to the brand, as many dealers unsound as stated."""
    dealer, quality, (sound, unsound) = scenario.segments["dealer"], scenario.quality, breaks(scenario)
    assert dealer.quality is not None and quality is not None and quality.brand is not None
    mean = dealer.partners * (sound + (unsound - sound) * dealer.quality.unsound)
    each, terms = quality.incidents["price_break"].brand, quality.brand
    return brand_damage(mean, each, terms.half_life, months, 0.0, terms.elasticity)


def own_demand(played: dict[str, Reals]) -> Reals:
    """What our offices would sell with no partner to take from them: the damage of last month's close has worn it."""
    scenario = plan().scenario
    assert scenario.quality is not None and scenario.quality.brand is not None
    before = np.roll(played["brand_damage"], 1, axis=1)
    before[:, 0] = 0.0
    demand: Reals = OFFICES * 220.0 * np.exp(-scenario.quality.brand.elasticity * before)
    return demand


@pytest.fixture(scope="module")
def played() -> dict[str, Reals]:
    return play()


@pytest.fixture(scope="module")
def unlisted() -> dict[str, Reals]:
    return play("_no_chain")


def test_a_customer_through_dealers_costs_two_to_three_times_less(played: dict[str, Reals]) -> None:
    """The interval of the ratio lies within what was published; both costs are those of the closed form."""
    office = played["own_cost.offices"].sum(axis=1) / played["new_contracts.offices"].sum(axis=1) / 100.0
    spent = played["commission.dealer"] + played["service_cost.dealer"]
    dealer = spent.sum(axis=1) / played["new_contracts.dealer"].sum(axis=1) / 100.0
    mean, low, high = mean_interval(office / dealer)
    assert 2.0 < low < mean < high < 3.0
    given, expected = channel_case("K068")
    assert abs(mean - expected["ratio"]) < 0.1  # of new offices, discounted
    taken = (0.3 * played["new_contracts.chain"] + 0.01 * played["new_contracts.dealer"]).mean() / OFFICES
    month, demand = given["running"] + given["opening"] / given["life"], own_demand(played).mean() / OFFICES
    assert office.mean() == pytest.approx(month / (demand - taken), rel=1e-3)
    assert dealer.mean() == pytest.approx(450.0 + 125.0 + 21 * 60e3 / (2100 * 120), rel=0.01)


def test_figures_of_the_scenario_are_those_of_the_cases() -> None:
    given, expected = channel_case("K074")
    scenario = plan().scenario
    office, chain = scenario.own["offices"], scenario.segments["chain"]
    assert isinstance(office, Outlets) and chain.flow.mean is not None
    seen = damage(scenario, scenario.months).mean[JULY - 1 : -1].mean()  # a month's choice knows the last one's damage
    assert scenario.us.brand.at(0) - seen == pytest.approx(expected["utility_needed"], abs=1e-12)
    assert [one.brand.at(0) for one in scenario.rivals.values()] == given["rival_utilities"]
    assert chain.partners * chain.flow.mean / BUYERS == given["chain_share_of_market"]
    assert chain.anyway == given["anyway"]
    of_case, _ = channel_case("K068")
    stated = (office.running_cost, office.opening_cost, office.life, office.capacity, office.demand["contract"].at(0))
    assert stated == tuple(of_case[one] for one in ("running", "opening", "life", "capacity", "demand"))


def test_the_chain_adds_the_published_points_in_three_cities(
    played: dict[str, Reals], unlisted: dict[str, Reals]
) -> None:
    """Credited points are what it sells; new ones what our offices would not have sold. Before July nothing differs."""
    _, expected = channel_case("K074")
    sold = played["new_contracts.chain"]
    assert not sold[:, :JULY].any() and (played["total"][:, :JULY] == unlisted["total"][:, :JULY]).all()
    mean = expected["attributed_points"] * BUYERS
    likely(z(sold[:, JULY:].mean(), mean, np.sqrt(mean / sold[:, JULY:].size)), "credited points")
    more = (played["total"] - unlisted["total"])[:, JULY:].mean(axis=1) / BUYERS
    likely(z_mean(more, expected["incremental_points"]), "points on common luck")
    elsewhere = own_demand(played) - 0.01 * played["new_contracts.dealer"]  # neither is the chain's doing
    cities = played["new_contracts.chain"] + played["new_contracts.offices"] - elsewhere
    grown = cities[:, JULY:].mean(axis=1) - cities[:, :JULY].mean(axis=1)
    likely(z_mean(grown / BUYERS, expected["incremental_points"]), "points, July to December against January to June")


def test_broken_prices_wear_the_brand(played: dict[str, Reals]) -> None:
    """Mean damage of every month as in case K051; unsound dealers are some by chance, the same in every replication."""
    scenario = plan().scenario
    dealer, (sound, unsound) = scenario.segments["dealer"], breaks(scenario)
    assert dealer.quality is not None
    share, form = dealer.quality.unsound, damage(scenario, scenario.months)
    likely(z_share(played["unsound.dealer"][0, 0], dealer.partners, share), "unsound at the opening")
    chance = np.array([damage(scenario, month + 1).variance_end for month in range(scenario.months)])
    who = (unsound - sound) * np.sqrt(dealer.partners * share * (1.0 - share))
    of_types = form.mean * who / (dealer.partners * (sound + (unsound - sound) * share))
    error = np.sqrt(chance / REPLICATIONS + of_types**2)
    likely(z(played["brand_damage"].mean(axis=0), form.mean, error), "damage")
    bad = played["unsound.dealer"]
    mean = (unsound * bad + sound * (played["doubted.dealer"] - bad)).sum()  # the chain's shops are sound: 0.06 more
    likely(z(played["incidents"].sum(), mean, np.sqrt(mean)), "price breaks, given who is unsound")


def test_there_are_over_two_thousand_dealers(played: dict[str, Reals]) -> None:
    assert played["active.dealer"].min() > 2000


def test_as_many_offices_sell_as_much_and_cost_more(played: dict[str, Reals]) -> None:
    """After their ramp; in the first year the offices that take the dealers' place earn nothing."""
    offices = play("_offices")
    assert not offices["new_contracts.dealer"].any()
    assert offices["total"][:, JULY + 1 :].mean() == pytest.approx(played["total"][:, JULY + 1 :].mean(), rel=0.005)
    each = (offices["own_cost.offices"][:, -1] / offices["new_contracts.offices"][:, -1] / 100.0).mean()
    assert each == pytest.approx(280e3 / 220.0, rel=0.005)
