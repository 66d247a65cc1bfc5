"""Bloggers whose traffic grows by a third, and an influencer's posts that sell 12 000 in a month: what they cost.

Expected figures are those of cases K060, K072 and K073, given from outside, and closed forms at the scenario's own
figures; the cases' months have 365/12 days, the scenario's 365.25/12.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

import sim
from sim.base.units import DAYS_PER_MONTH
from sim.engine.layout.plan import Plan, make
from sim.engine.model import PartnerNetwork
from sim.market.shocks.post import Post
from sim.theory.channels import more_entry
from sim.theory.channels.posts import fee_or_commission, within_month
from tests.whole.hypotheses import channel_case, likely, z, z_mean, z_share
from tests.whole.running import Reals, followed, many

SCENARIOS = Path(__file__).parents[3] / "scenarios" / "gallery"
REPLICATIONS, MINOR = 60, 100.0
YEAR, POSTS = 12, 24  # months from January 2023: 2024, and January 2025
MARGIN, PRICE, COMMISSION = 0.12, 4e3, 0.06
SALES = ("new_contracts.blogger", "new_contracts.influencer", "our_partners", "commission.influencer")
UNUSED = ("segments.blogger.partners=0", "segments.blogger.turnover.entry=0")  # the influencer alone


def laid_out(name: str = "", sets: Sequence[str] = ()) -> Plan:
    return make(sim.load(SCENARIOS / f"influencer_burst{name}.yaml", sets).scenario, ())


def alone(name: str = "") -> dict[str, Reals]:
    """The influencer without bloggers."""
    return many(laid_out(name, UNUSED), REPLICATIONS, *SALES)


def post() -> Post:
    event = sim.load(SCENARIOS / "influencer_burst.yaml").scenario.market.events["burst"]
    assert isinstance(event, Post)
    return event


@pytest.fixture(scope="module")
def bloggers() -> dict[str, Reals]:
    return many(laid_out(), REPLICATIONS, *SALES)


def test_published_sales_of_a_month() -> None:
    """12 000 in January, 15 % of it in February from the posts of the month's end, then nothing."""
    sold = alone()["new_contracts.influencer"][:, POSTS:]
    moments = np.arange(4) / 4.0
    within = within_month(5.0, moments, DAYS_PER_MONTH)
    later = within_month(5.0, np.zeros(1), DAYS_PER_MONTH)[0] * (1.0 - within).sum()
    means = np.array([1.0, later / within.sum()]) * 12_000.0
    likely(z(sold[:, :2].mean(axis=0), means, np.sqrt(means / REPLICATIONS)), "January and February")
    assert 0.14 < means[1] / means[0] < 0.16 and sold[:, 2:].mean() < 20.0


def test_clicks_that_buy_are_solved_from_the_published_sales() -> None:
    """K073 at a month of 365.25/12 days; usual rates give a 36th of the sales for one post."""
    given, expected = channel_case("K073")
    one = post()
    assert (one.followers, one.reach, one.click) == (given["followers"], given["reach"], given["click"])
    met = given["followers"] * given["reach"] * given["click"]
    needed = given["sales"] / (met * within_month(given["half_life_days"], np.arange(4) / 4.0, DAYS_PER_MONTH).sum())
    assert one.conversion == pytest.approx(needed, rel=1e-12)
    stated = next(of["conversion_needed"] for of in expected["by_posts"] if of["posts"] == one.times)
    assert one.conversion == pytest.approx(stated, rel=1e-3)
    usual = alone("_usual")["new_contracts.influencer"][:, POSTS:].sum(axis=1)
    likely(z_mean(usual, one.times * met * given["usual_conversion"]), "usual rates")
    assert given["sales"] / expected["sales_at_usual_conversion"] == pytest.approx(36.0, abs=0.5)


def test_fee_costs_what_commission_costs_at_k060() -> None:
    """2.5 mn for the posts: 6 % costs as much at 10 417 sales, the margin of 5 208 pays it."""
    given, expected = channel_case("K060")
    form = fee_or_commission(
        given["followers"], given["buys"], 1, given["post_fee"], COMMISSION, PRICE, MARGIN, given["cv"]
    )
    assert form.indifferent_sales == pytest.approx(expected["indifferent_sales"], rel=1e-9)
    for name in ("", "_usual"):
        sale, fee = alone(name), alone(f"{name}_fee")
        sold = sale["new_contracts.influencer"].sum(axis=1)
        assert (fee["new_contracts.influencer"] == sale["new_contracts.influencer"]).all(), "pay moves no sale"
        paid = fee["commission.influencer"].sum(axis=1) / MINOR
        assert paid == pytest.approx(given["post_fee"])
        dearer = sale["commission.influencer"].sum(axis=1) / MINOR - paid
        assert dearer == pytest.approx((sold - form.indifferent_sales) * COMMISSION * PRICE, abs=1.0)
        pays = MARGIN * PRICE * sold - paid > 0.0
        assert (pays == (sold > form.break_even_sales)).all() and pays.all() == (name == "")


def test_active_bloggers_of_the_case(bloggers: dict[str, Reals]) -> None:
    """K072: 4 000 through 2023, from January 2024 on 2.286 times as many come, and 2024 has 1.35 times as many."""
    given, expected = channel_case("K072")
    entry = sim.load(SCENARIOS / "influencer_burst.yaml").scenario.segments["blogger"].turnover.entry.since
    found = bloggers["our_partners"] - 1.0  # the influencer
    form = more_entry(**given)
    assert form.entry_factor == pytest.approx(expected["entry_factor"], rel=1e-9)
    assert entry[max(entry)] / entry[min(entry)] == pytest.approx(expected["entry_factor"], rel=1e-12)
    likely([z_mean(found[:, month], 4_000.0) for month in range(YEAR)], "2023")
    path = enumerate(expected["active_by_month"], start=YEAR)
    likely([z_mean(found[:, month], mean) for month, mean in path], "2024")
    likely(z_mean(found[:, YEAR : 2 * YEAR].mean(axis=1), given["traffic"] * 4_000.0), "published traffic")


def test_traffic_follows_bloggers_and_conversion_rises_by_four_per_cent(bloggers: dict[str, Reals]) -> None:
    """A hundred leads each; of them 3 % buy in 2023 and 3.12 % in 2024, so that sales are 1.404 times as many."""
    given, expected = channel_case("K072")
    seen = np.array(list(followed(laid_out(), 0, _funnel)))
    partners, leads, sold = seen.T
    likely(z(leads, 100.0 * partners, 10.0 * np.sqrt(partners)), "leads of those there")
    for year, rate in enumerate((0.03, 0.03 * given["conversion"])):
        months = slice(year * YEAR, (year + 1) * YEAR)
        likely(z_share(sold[months].sum(), leads[months].sum(), rate), f"conversion of {2023 + year}")
    by_year = [bloggers["new_contracts.blogger"][:, year * YEAR : (year + 1) * YEAR].sum(axis=1) for year in (0, 1)]
    likely(z_mean(by_year[1] - expected["sales_factor"] * by_year[0], 0.0), "sales of 2024")


def _funnel(model: PartnerNetwork) -> tuple[int, int, int]:
    """Bloggers there, their leads and sales."""
    table = model.table
    rows = slice(0, model.plan.kinds[0].last)
    return (int(table.present[rows].sum()), int(table.leads[0, rows].sum()), int(table.new[0, rows].sum()))
