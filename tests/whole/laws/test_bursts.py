"""Posts that are gone in days, and one offer among thousands of alike ones.

Statistical tests use the limit of `tests.whole.hypotheses`. Figures of the cases K... are given from outside
(`tests/reference/channel_cases.json`); their months have 365/12 days, ours 365.25/12, so half-lives are put in months.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

import sim
from sim.base.errors import ScenarioError
from sim.base.units import MINOR_PER_MAJOR
from sim.engine.model import PartnerNetwork
from sim.market.shocks.post import Post
from sim.runs.replicate import replicate
from tests.whole.hypotheses import channel_case, likely, z, z_mean
from tests.whole.running import many
from tests.whole.scenarios import P, S, plan, tree

START = 2025 * 12
DAYS_OF_A_MONTH = 365.0 / 12.0
EVENT = "market.events.burst"
BASE: dict[str, Any] = {
    "months": "4mo", f"{P}.term": "0mo", f"{P}.cost_ratio": 0.82, f"{P}.price": 4000.0, f"{S}.partners": 1,
    f"{S}.flow": 0.0, f"{S}.sales.law": "poisson", "policy.rules.base.new": 0.06, "accounts": {"interest": 0.0},
}  # fmt: skip


def posted(days: float, **more: Any) -> dict[str, Any]:
    """An event as a scenario states it; `buys` is the share of the followers who buy."""
    buys = more.pop("buys", None)
    rates = {} if buys is None else {"reach": 1.0, "click": 1.0, "conversion": buys}
    segment = S.rpartition(".")[2]
    half_life = f"{days / DAYS_OF_A_MONTH:.12f}mo"
    return {"kind": "post", "segment": segment, "start": "2025-01", "half_life": half_life, **rates, **more}


def test_k058_sales_of_a_post_by_month() -> None:
    given, expected = channel_case("K058")
    post = posted(given["half_life_days"], at=given["post_at"], followers=given["sales_in_all"], buys=1.0)
    found = Post.model_validate(post).buyers(START, given["months"])
    assert found == pytest.approx(expected["sales_by_month"], rel=1e-9)


def test_k061_later_posts_find_fewer_who_have_not_bought() -> None:
    """Posts a month apart, forgotten at once."""
    given, expected = channel_case("K061")
    post = posted(1e-3, followers=given["followers"], buys=given["buys"], every="1mo")
    found = Post.model_validate(post).buyers(START, given["posts"])
    assert found == pytest.approx(expected["sales_by_post"], rel=1e-12)


def test_k073_twelve_thousand_sales_in_a_month() -> None:
    """Four posts and the conversion that they need, through the simulator."""
    given, expected = channel_case("K073")
    needed = next(one["conversion_needed"] for one in expected["by_posts"] if one["posts"] == 4)
    post = posted(
        given["half_life_days"], followers=given["followers"], reach=given["reach"], click=given["click"],
        conversion=needed, times=4,
    )  # fmt: skip
    sold = many(plan(BASE | {EVENT: post}), 200, "new_contracts")["new_contracts"]
    likely(z_mean(sold[:, 0], given["sales"]), "the month of the posts")
    in_all = given["followers"] * given["reach"] * given["click"] * needed * 4
    likely(z_mean(sold.sum(axis=1), in_all), "all that they sell")


def test_a_fee_for_a_post_costs_what_commission_would_at_k060() -> None:
    given, expected = channel_case("K060")
    post = posted(1e-3, followers=expected["indifferent_sales"] / given["buys"], buys=given["buys"])
    fee = {"policy.rules.fee": {"kind": "fixed_fee", "per": "post", "amount": given["post_fee"]}}
    law = {f"{S}.sales.law": "fixed"}
    figures = many(plan(BASE | law | fee | {EVENT: post}), 1, "commission_expensed", "commission_accrued")
    assert figures["commission_expensed"].sum() == MINOR_PER_MAJOR * given["post_fee"]
    # whole contracts are sold: less than one of them is missing
    accrued = figures["commission_accrued"].sum() / MINOR_PER_MAJOR
    assert abs(accrued - given["post_fee"]) <= given["price"] * given["commission"]


def test_who_does_not_sell_for_us_does_not_post() -> None:
    """Nobody posts or is paid for it without a programme, without a share of its sales for us, or while it may not."""
    post = posted(5.0, followers=1e5, buys=0.01, every="1mo")
    fee = {"policy.rules.fee": {"kind": "fixed_fee", "per": "post", "amount": 1e3}}
    incidents = {"fine": {"sound": 50.0, "unsound": 50.0, "stop": "12mo"}}
    stopped = {f"{S}.quality": {"unsound": 0.5}, "quality": {"incidents": incidents}}
    names = "new_contracts", "commission_expensed"
    for changes, months in (
        ({"policy.programme": False}, 0),
        ({f"{S}.choice.us_at_start": 0.0, f"{S}.choice.review": 0.0}, 0),
        (stopped, 1),
    ):  # fmt: skip
        found = many(plan(BASE | {EVENT: post, "policy.rules.base.new": 0.0} | fee | changes), 2, *names)
        assert not found["new_contracts"][:, months:].any()
        assert (found["commission_expensed"].sum(axis=1) == months * 1e3 * MINOR_PER_MAJOR).all()


def test_batches_of_posts_are_the_same_in_any_size() -> None:
    laid = plan(BASE | {EVENT: posted(5.0, followers=1e5, buys=0.01, every="1mo", times=3)})
    together, alone = replicate(laid, range(3)), [replicate(laid, [n])[0] for n in range(3)]
    assert all(np.array_equal(a.monthly, b.monthly, equal_nan=True) for a, b in zip(together, alone, strict=True))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({EVENT: posted(5.0, followers=1e5, buys=0.01, segment="nobody")}, "unknown segment"),
        ({EVENT: posted(5.0, followers=1e5, buys=0.01, product="nothing")}, "unknown product"),
        ({EVENT: posted(5.0, followers=1e5, buys=0.01, until="2025-03")}, "state every"),
        ({EVENT: posted(0.0, followers=1e5, buys=0.01)}, "half_life must be above 0"),
        ({"policy.rules.fee": {"kind": "fixed_fee", "per": "post", "amount": 1.0}}, "nobody whom it covers posts"),
    ],
)
def test_bad_posts_are_refused(changes: dict[str, Any], words: str, tmp_path: Path) -> None:
    path = tmp_path / "posts.yaml"
    path.write_text(yaml.safe_dump(tree(BASE | changes)), "utf-8")
    with pytest.raises(ScenarioError, match=words):
        sim.load(path)


def test_k062_place_and_share_among_ten_thousand_offers() -> None:
    """Classes of alike offers, all of whose partners choose anew each month."""
    given, expected = channel_case("K062")
    rivals = {
        f"class_{at}": {"commission": one["rate"], "count": one["count"], "brand": one["attraction"]}
        for at, one in enumerate(given["classes"])
    }
    weights = {"commission": given["weight"], "brand": 1.0}
    choice = {"homing": "multi", "review": 1.0, "inertia": 0.0, "us_at_start": 0.0, "weights": weights}
    for one in expected["at"]:
        model = PartnerNetwork(
            plan(
                {
                    "us": {"brand": given["own_attraction"]}, "rivals": rivals, f"{S}.choice": choice,
                    "policy.rules.base.new": one["rate"], f"{P}.term": "0mo",
                }
            )
        )  # fmt: skip
        model.step()
        assert model.nouns.market.shares[0, 0] == pytest.approx(one["share"], rel=1e-9)
        assert model.nouns.note["rank"][0] == one["rank"]


def test_k064_success_draws_traffic() -> None:
    """Two principals of equal size: the paths to either side of the tipping point."""
    given, expected = channel_case("K064")
    for start, path in expected["paths"].items():
        choice = {
            "homing": "multi", "review": given["review"], "us_at_start": float(start), "inertia": 0.0,
            "weights": {"commission": 0.0, "popularity": given["popularity"], "brand": 1.0},
        }  # fmt: skip
        laid = plan({"us": {"brand": given["advantage"]}, "rivals": {"other": {"brand": 0.0, "commission": 0.1}},
                     f"{S}.choice": choice, "months": f"{given['months']}mo", f"{P}.term": "0mo"})  # fmt: skip
        model, found = PartnerNetwork(laid), []
        model.nouns.market.shares[:] = float(start), 1.0 - float(start)
        for _ in range(given["months"]):
            model.step()
            found.append(model.nouns.market.shares[0, 0])
        assert z(found, path, 1e-6).max() < 1.0, start
