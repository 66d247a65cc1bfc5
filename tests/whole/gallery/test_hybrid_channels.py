"""Partners online, in shops and both ways: what is seen and paid, whom they trust, one audience met three ways.

Expected figures are those of case K076, given from outside, the forms of K048 and K050, and the scenario's own figures.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

import sim
from sim.engine.layout.plan import make
from sim.scenario.schema import Scenario
from sim.theory.channels.own_channels import Media, marketing
from sim.theory.channels.tracking import Trust, tracked_pay, trust_in_pay
from tests.whole.hypotheses import LIMIT, channel_case, likely, z, z_mean, z_share
from tests.whole.running import Reals, many

SCENARIOS = Path(__file__).parents[3] / "scenarios" / "gallery"
REPLICATIONS = 60
SEGMENTS = ("online", "offline", "hybrid")
PRICE = 3e3 * 100  # minor units
NAMES = (
    *(f"{figure}.{one}" for one in SEGMENTS for figure in ("sold_first", "untracked", "credit")),
    *("attributed_profit", "incremental_profit", "commission_accrued"),
)  # fmt: skip
EVENT = "premium_seen.event_then_shop"
APRIL = 3  # months from January
SHOPS = (  # so large that their luck does not count, choosing anew each month, without events
    "segments.offline.flow=90e3", "segments.offline.choice.review=100%", "journeys.event_then_shop=",
)  # fmt: skip


def scenario(name: str = "", sets: Sequence[str] = ()) -> Scenario:
    return sim.load(SCENARIOS / f"hybrid_channels{name}.yaml", sets).scenario


def play(name: str = "", sets: Sequence[str] = (), *more: str) -> dict[str, Reals]:
    found = many(make(scenario(name, sets), ()), REPLICATIONS, *NAMES, *more)
    return found | {"sold": np.sum([found[f"sold_first.{one}"] for one in SEGMENTS], axis=0)}


@pytest.fixture(scope="module")
def both() -> dict[str, Reals]:
    return play("", (), EVENT)


def seen() -> dict[str, float]:
    """Share of the sales of each segment that is seen: the form of K048."""
    found = {}
    for name, segment in scenario().segments.items():
        means = segment.tracking
        assert means is not None
        chances = [0.0 if one is None else one.at(0) for one in (means.codes, means.app, means.manual)]
        form = tracked_pay(means.online.at(0), *chances, means.online_part(segment.channel), 1, 0.0, 0.0)
        found[name] = form.hybrid
    return found


def test_what_is_seen_and_paid_by_segment(both: dict[str, Reals]) -> None:
    """Seen as K048 has it; credited with half of a sale that two touched, with a fifth where it stood between two."""
    credited = {"online": 0.95 + 0.05 * 0.5, "offline": 0.9 + 0.1 * 0.5, "hybrid": 0.55 + 0.35 * 0.5 + 0.1 * 0.2}
    for name, share in seen().items():
        sold, unseen = both[f"sold_first.{name}"], both[f"untracked.{name}"]
        likely(z_share(sold.sum() - unseen.sum(), sold.sum(), share), f"seen of {name}")
        paid = both[f"credit.{name}"][:, 0] - share * credited[name] * PRICE * sold[:, 0]
        likely(z_mean(paid, 0.0), f"paid of {name}")


def trusted(codes: float) -> Trust:
    """K050 at the scenario's figures; what the rival pays more in commission counts with what it is."""
    tracked = 1.0 - (1.0 - codes) * 0.9 * 0.85
    return trust_in_pay(6.0, 0.2, 0.05, tracked, 1.0, 18, 1.5, 0.9 + 0.1 * (8.0 - 14.0 * tracked))


def test_more_codes_raise_trust_and_share_as_k050_has_it() -> None:
    paths = {}
    for name, codes in (("", 0.30), ("_codes", 0.55)):
        form = trusted(codes)
        trust = np.append(1.0, form.path[:-1])  # that of the month before
        tracked = 1.0 - (1.0 - codes) * 0.9 * 0.85
        share = 1.0 / (1.0 + np.exp(0.9 + 0.1 * (8.0 - 14.0 * tracked) - 1.5 * trust))
        sold = many(make(scenario(name, SHOPS), ()), 1, "sold_first.offline")["sold_first.offline"][0]
        mean = 120 * 90e3 * share
        likely(z(sold, mean, np.sqrt(mean)), f"share with {codes:.0%} of codes")
        assert share[0] == pytest.approx(form.share_at_target)
        paths[name] = sold
    assert (paths["_codes"] > paths[""]).all()


def as_the_case() -> list[str]:
    """The three programmes of K076: partners sell for us alone, are paid alike, and meet the case's shares seen."""
    given, _ = channel_case("K076")
    online, offline = given["tracked"]["online"], given["tracked"]["offline"]
    sets = [f"journeys.{one}=" for one in scenario().journeys]
    for one in SEGMENTS:
        sets += [f"segments.{one}.choice.us_at_start=100%", f"segments.{one}.choice.review=0%",
                 f"segments.{one}.anyway=0%"]  # fmt: skip
    either = 1.0 - (1.0 - online) * (1.0 - offline)  # a sale met both ways is seen if either way sees it
    sets += [
        f"segments.online.tracking.online={online}", f"segments.hybrid.tracking.online={either}",
        "segments.hybrid.tracking.online_share=100%", f"segments.offline.tracking.codes={offline}",
        "segments.offline.tracking.app=0%", "segments.offline.tracking.manual=0%",
        "products.goods.repeat=0", "policy.rules.loyalty=", "policy.rules.personal.new=10%",
    ]  # fmt: skip
    return sets


def test_three_programmes_on_the_audience_of_k076() -> None:
    given, expected = channel_case("K076")
    for name, part in (("", "hybrid"), ("_online", "online"), ("_offline", "offline")):
        found, form = play(name, as_the_case()), expected[part]
        sold = found["sold"].mean(axis=1)
        paid = sold - np.sum([found[f"untracked.{one}"] for one in SEGMENTS], axis=0).mean(axis=1)
        commission = found["commission_accrued"].mean(axis=1) / 100.0
        likely(z_mean(sold, form["sales"]), f"sales of {part}")
        likely(z_mean(paid, form["paid_sales"]), f"paid sales of {part}")
        likely(z_mean(commission, form["commission"]), f"commission of {part}")
        profit = sold * given["price"] * given["margin"] - commission
        likely(z_mean(profit, form["profit"]), f"profit of {part}")


def test_both_ways_sell_more_than_either_and_the_dashboard_misleads(both: dict[str, Reals]) -> None:
    """The dashboard sets online far above shops, for it does not see half of what they sell; shops add no less."""
    online, shops = play("_online"), play("_offline")
    for one in (online, shops):
        more = both["sold"].sum(axis=1) - one["sold"].sum(axis=1)
        assert more.min() > 0.0
    shown, added = ((online[name] - shops[name]).sum(axis=1) for name in ("attributed_profit", "incremental_profit"))
    assert shown.min() > shops["attributed_profit"].sum(axis=1).max()  # the dashboard: more than twice as good
    assert z_mean(added, 0.0) < -LIMIT
    assert z_mean(added, -0.05 * shops["incremental_profit"].sum(axis=1).mean()) > LIMIT  # within a twentieth


def test_joint_events_touch_more_sales_in_the_months_of_large_ones(both: dict[str, Reals]) -> None:
    """An event's share of the sales in shops moves with its reach: a tenth in January, three times as much in April."""
    reach = marketing(Media(0.3, 0.3, 90e3, 1.0, 2000.0, 0.02), [15e3] * 3 + [90e3], 15e3).reach
    share = 0.1 * reach[APRIL] / reach[0]
    assert share / 0.1 == pytest.approx(3.0, rel=0.02)
    sold = both["sold_first.offline"][:, APRIL] - both["untracked.offline"][:, APRIL]
    touched = np.rint(both[EVENT][:, APRIL] / PRICE)
    likely(z_share(touched.sum(), sold.sum(), share), "touched by an event")
