"""The most generous of ten thousand: its place and share by rate, what it sells, what popularity and rivals do to it.

Expected figures are those of case K062, given from outside, and the recursion that choice follows.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

import sim
from sim.engine.layout.plan import make
from sim.scenario.schema import Scenario
from sim.theory.channels.popularity import Market, Offers, best_rate, first_from_rate
from tests.whole.hypotheses import channel_case, likely, z, z_mean
from tests.whole.running import Reals, many

SCENARIOS = Path(__file__).parents[3] / "scenarios" / "gallery"
REPLICATIONS, MINOR = 20, 100.0
RAISED, MONTHS = 6, 18  # July 2007, months from January
NAMES = ("rank", "new_contracts", "premium_written", "commission_accrued")


def scenario(name: str = "", sets: Sequence[str] = ()) -> Scenario:
    return sim.load(SCENARIOS / f"generous_affiliate{name}.yaml", sets).scenario


def play(name: str = "", sets: Sequence[str] = (), replications: int = REPLICATIONS) -> dict[str, Reals]:
    return many(make(scenario(name, sets), ()), replications, *NAMES)


@pytest.fixture(scope="module")
def generous() -> dict[str, Reals]:
    return play()


def market() -> Market:
    """The scenario's offers as the case has them."""
    stated = scenario()
    rate = [one.commission.rate.at(0) for one in stated.rivals.values()]
    classes = [Offers(one.count, c, one.brand.at(0)) for one, c in zip(stated.rivals.values(), rate, strict=True)]
    return Market(stated.segments["affiliate"].choice.weights.commission.at(0), stated.us.brand.at(0), classes)


def buyers() -> float:
    affiliate = scenario().segments["affiliate"]
    assert affiliate.flow.mean is not None
    return affiliate.partners * affiliate.flow.mean


def test_place_and_share_by_rate() -> None:
    """K062: all choose anew each month, so that a month's sales are Poisson with the case's share of all buyers."""
    _, expected = channel_case("K062")
    for one in expected["at"]:
        sets = (
            f"policy.rules.generous.new={one['rate']}", "months=2mo", "segments.affiliate.choice.review=100%",
            "products.ebook.commission_cap=",
        )  # fmt: skip
        found = play("", sets, 3)
        assert (found["rank"] == one["rank"]).all()
        mean = buyers() * one["share"]
        likely(z(found["new_contracts"], mean, np.sqrt(mean)), f"sales at {one['rate']:.0%}")
        margin = 0.97 * found["premium_written"] - found["commission_accrued"]
        profit = margin / MINOR / (buyers() * scenario().products["ebook"].price.at(0))
        assert profit == pytest.approx(found["new_contracts"] / buyers() * (0.97 - one["rate"]), rel=1e-4)


def test_first_from_and_best_rate_are_those_of_the_case() -> None:
    _, expected = channel_case("K062")
    assert first_from_rate(market()) == pytest.approx(expected["first_from_rate"], rel=1e-9)
    assert best_rate(market(), 0.03).rate == pytest.approx(expected["best_rate"], rel=1e-9)
    for rate, place in ((0.583, 51), (0.584, 1)):
        found = play("", (f"policy.rules.generous.new={rate}", "months=1mo"), 1)
        assert found["rank"][0, 0] == place


def test_published_place_and_sales(generous: dict[str, Reals]) -> None:
    """First of ten thousand, and 1 mn USD a month once two fifths a month have thought it over for long."""
    assert (generous["rank"][:, :RAISED] == 51).all() and (generous["rank"][:, RAISED:] == 1).all()
    moved = 0.6 ** (MONTHS - RAISED)  # of the way from 50 % to 75 % what is left
    last = generous["premium_written"][:, -1] / MINOR
    of_rate = {one["rate"]: one["share"] for one in channel_case("K062")[1]["at"]}
    before, after = of_rate[0.5], of_rate[0.75]
    likely(z_mean(last, 1e6 * (1.0 - moved * (1.0 - before / after))), "sales of June 2008")
    assert buyers() * after * 40.0 == pytest.approx(1e6, rel=1e-12)


def recursion(popularity: float, raised: float = 0.75) -> Reals:
    """Our share by month: x <- x + review (softmax(V) - x), V with what each offer of a class sold last month."""
    count, rate = np.array([1, 4000, 4000, 1950, 50]), np.array([0.5, 0.35, 0.42, 0.5, 0.5])
    brand, share, path = np.array([1.0, 0.0, 0.0, 0.0, 2.0]), np.zeros(5), np.empty(MONTHS)
    for month in range(MONTHS):
        rate[0] = raised if month >= RAISED else 0.5
        odds = count * np.exp(12.0 * rate + brand + popularity * share / count)
        share = share + (0.4 if month else 1.0) * (odds / odds.sum() - share)
        path[month] = share[0]
    return path


def test_popularity_draws_traffic_to_the_first(generous: dict[str, Reals]) -> None:
    """Sales by month as the recursion has them; more than without from the month after the first on."""
    for name, popularity in (("", 0.0), ("_popular", 30.0)):
        found = generous if not name else play(name)
        means = buyers() * recursion(popularity)
        likely(z(found["new_contracts"].mean(axis=0), means, np.sqrt(means / REPLICATIONS)), f"sales{name}")
    assert (found["new_contracts"][:, RAISED + 1 :] > generous["new_contracts"][:, RAISED + 1 :]).all()
    assert (found["rank"][:, RAISED:] == 1).all()


def test_first_no_longer_once_the_best_known_follow(generous: dict[str, Reals]) -> None:
    followed, fifty = play("_followed"), play("", ("policy.rules.generous.new=50%",))
    answered = RAISED + 4  # they see July's rate in October; shares pass ours a month later
    assert (followed["rank"][:, RAISED:answered] == 1).all() and (followed["rank"][:, answered:] == 51).all()
    kept = [(0.97 * one["premium_written"] - one["commission_accrued"])[:, -1] for one in (fifty, followed, generous)]
    assert (kept[0] < kept[1]).all() and (kept[1] < 0.5 * kept[2]).all()
