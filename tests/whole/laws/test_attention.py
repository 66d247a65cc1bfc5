"""Partners forget us and are reminded: what attention leaves of sales, whom managers call, what customers sent return.

Figures of the cases K... are given from outside.
"""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

from sim.engine.model import PartnerNetwork
from sim.partners.attention import first_by
from sim.partners.listed import Listed
from sim.runs.replicate import replicate
from tests.whole.hypotheses import channel_case
from tests.whole.running import Reals, many, monthly
from tests.whole.scenarios import EVERYTHING, P, S, plan

RULES = ("largest", "longest", "gain", "even")
ONE_OFF: dict[str, Any] = {f"{P}.term": "0mo", f"{P}.cost_ratio": 0.4, f"{S}.flow": 1000.0}


def attention(half_life: float = 3.0, floor: float = 0.05) -> dict[str, Any]:
    return {f"{S}.attention": {"half_life": f"{half_life}mo", "floor": floor}}


def contacts(rule: str, managers: Any = 1, each: Any = 2, **more: Any) -> dict[str, Any]:
    return {"policy.contacts": {"rule": rule, "managers": managers, "each": each, **more}}


@pytest.mark.parametrize("half_life", [2, 4])
@pytest.mark.parametrize("every", [1, 3, 6, 12])
def test_k021_a_call_every_so_many_months(half_life: int, every: int) -> None:
    """As many partners as months between two calls, a call a month: in the long run one is at each point of the cycle.

    What is written differs from the mean of the cycle by less than a contract a partner.
    """
    given, expected = channel_case("K021")
    steady = expected[f"half_life {half_life} every {every}"]
    changes = attention(half_life, given["floor"]) | contacts("longest", each=1, gain=given["gain"])
    found = monthly(plan(ONE_OFF | changes | {f"{S}.partners": every, "months": "60mo", f"{S}.flow": 1e6}))
    assert found["attention"][every:] == pytest.approx(np.full(60 - every, steady["mean"]), abs=given["gain"] * 1e-10)
    sold = found["new_contracts"][every:].sum() / (60 - every) / every / 1e6
    assert sold == pytest.approx(steady["mean"], abs=1e-5)
    assert (found["contacts"] == 1).all()


def k023(rule: str) -> tuple[PartnerNetwork, dict[str, Any], dict[str, Any]]:
    """Five partners in the order of the case, and what is left of their attention when it begins."""
    given, expected = channel_case("K023")
    listed = tuple(Listed(f"p{at}", "agents", 1000.0 * size) for at, size in enumerate(given["volume"]))
    calls = {} if rule == "nobody" else contacts(rule, each=given["contacts"], gain=given["gain"])
    laid = plan(ONE_OFF | attention(given["half_life"], given["floor"]) | calls, roster=listed)
    model = PartnerNetwork(laid)
    model.table.attention[0, :5], model.table.unattended[0, :5] = given["start"], given["unattended"]
    return model, given, expected[rule]


@pytest.mark.parametrize("rule", [*RULES, "nobody"])
def test_k023_whom_to_call(rule: str) -> None:
    """The same partners in the same months, what they sell, and what is left of their attention."""
    model, given, expected = k023(rule)
    for month in range(given["months"]):
        model.step()
        sold = np.array(given["volume"]) @ model.table.attention[0, :5]
        assert sold == pytest.approx(expected["sales_by_month"][month], abs=1e-9)
        assert model.table.new[0, :5].sum() == pytest.approx(1000.0 * sold, abs=5.0)  # whole contracts of each
        if month < 3:
            called = np.flatnonzero(model.table.unattended[0, :5] == 0)
            assert set(called.tolist()) == set(expected["first_three_months_contacted"][month])
    np.testing.assert_allclose(model.table.attention[0, :5], expected["attention_end"], atol=1e-9)


def test_first_by_is_a_sort() -> None:
    """Ties by the next key, then by place; never more than there are."""
    draws = np.random.default_rng(3)
    for size, most in itertools.product((0, 1, 7, 40), (0, 1, 3, 39, 60)):
        first, then = (draws.integers(0, 4, size).astype(float) for _ in range(2))
        among = draws.random(size) < 0.7
        order = np.lexsort((np.arange(size), -then, -first))
        expected = [row for row in order.tolist() if among[row]][:most]
        assert sorted(first_by([first, then], among, most).tolist()) == sorted(expected)


def test_of_those_who_wait_alike_the_larger_is_called() -> None:
    """Nobody has been called yet: the largest two, wherever they stand."""
    sizes = (10.0, 30.0, 20.0, 40.0, 5.0)
    listed = tuple(Listed(f"p{at}", "agents", size) for at, size in enumerate(sizes))
    model = PartnerNetwork(plan(ONE_OFF | attention() | contacts("longest"), roster=listed))
    for called in ({3, 1}, {2, 0}, {4, 3}):
        model.step()
        assert set(np.flatnonzero(model.table.unattended[0, :5] == 0).tolist()) == called


def test_attention_fades_to_the_floor_and_what_calls_bring_is_what_is_sold_more() -> None:
    """Sales are expectations: the figure is the difference to a run without a call, but for whole contracts."""
    alone = monthly(plan(ONE_OFF | attention(2.0, 0.2)))
    reached = 0.2 + 0.8 * 2.0 ** (-np.arange(1, 13) / 2.0)
    np.testing.assert_allclose(alone["attention"], reached, rtol=1e-12)
    np.testing.assert_allclose(alone["new_contracts"], 10_000 * reached, atol=10)
    assert not alone["contacts"].any() and not alone["contacts_brought"].any()
    called = monthly(plan(ONE_OFF | attention(2.0, 0.2) | contacts("gain", each=3, cost=700.0)))
    more = (called["new_contracts"] - alone["new_contracts"]) * 100_00
    np.testing.assert_allclose(called["contacts_brought"], more, atol=20 * 100_00)
    assert (called["contacts_cost"] == 700_00).all() and (called["contacts"] == 3).all()
    assert (called["programme_paid"] - alone["programme_paid"] == 700_00).all()


def test_who_sells_nothing_for_us_is_not_called() -> None:
    """Half of the partners are with a rival: they are not in the way of the longest unattended, nor in the mean."""
    changes = attention() | contacts("longest", each=5) | {f"{S}.choice.us_at_start": 0.5}
    model = PartnerNetwork(plan(ONE_OFF | changes))
    for _ in range(4):
        model.step()
    ours = model.table.share[0, :10] > 0
    assert ours.sum() == 5 and (model.table.attention[0, :10][ours] == 1.0).all()
    assert (model.table.unattended[0, :10] == np.where(ours, 0, 4)).all()
    assert model.nouns.note["attention"] == 1.0


def test_more_calls_sell_no_less() -> None:
    """On common luck, month by month and run by run, by every rule."""
    for rule in RULES:
        changes = ONE_OFF | attention() | {f"{S}.sales.law": "poisson", f"{S}.flow": 30.0}
        sold = [
            many(plan(changes | contacts(rule, managers=n)), 5, "new_contracts")["new_contracts"] for n in (0, 1, 4)
        ]
        assert all((more >= less).all() for less, more in itertools.pairwise(sold)), rule
        assert sold[-1].sum() > sold[0].sum()


def test_newcomers_have_not_forgotten_us() -> None:
    changes = attention(1.0, 0.0) | {f"{S}.turnover.entry": 2.0}
    model = PartnerNetwork(plan(ONE_OFF | changes))
    for _ in range(6):
        model.step()
    table, there = model.table, np.flatnonzero(model.table.present[:-1])  # the last is our own row
    age = model.month - 1 - table.entered[there]
    expected = np.where(age > 100, 2.0**-6, 2.0 ** -np.minimum(age, 100).astype(float))
    assert (age <= 5).any()
    np.testing.assert_allclose(table.attention[0, there], expected, rtol=1e-12)


SHOP: dict[str, Any] = {"kind": "organic", "default": True, "demand": {"line": 400.0}}


def sends(**terms: Any) -> dict[str, Any]:
    return {"own": {"shop": {**SHOP, "sends": terms}}}


def test_customers_sent_are_a_contact_and_are_paid_for() -> None:
    """Nothing is sent in the first month; then a share of last month's new customers, each paid for."""
    laid = plan(ONE_OFF | attention(1.0, 0.0) | sends(segment={"agents": 0.5}, income=30.0, **{"return": 10.0}))
    model, left = PartnerNetwork(laid), 1.0
    shop, before = model.nouns.now.batch.own[0, 0], 0.0
    for _ in range(6):
        model.step()
        left = left / 2.0
        left += (1.0 - left) * min(1.0, 10.0 * before / 10_000)
        assert model.table.attention[0, :10] == pytest.approx(np.full(10, left))
        note = model.nouns.note
        assert note["customers_sent"] == before and note["referral_income"] == before * 30_00
        before = 0.5 * model.table.new[0, shop]
    assert before > 0 and note["contacts_brought"] > 0 and note["balance.referral"] < 0


def test_income_without_attention() -> None:
    """Segments that never forget us only pay for the customers."""
    found = monthly(plan(ONE_OFF | sends(segment={"agents": 0.25}, income=4.0)))
    free = monthly(plan(ONE_OFF | {"own": {"shop": SHOP}}))
    assert (found["new_contracts"] == free["new_contracts"]).all()
    assert (found["referral_income"][1:] == free["new_contracts.shop"][:-1] * 100).all()
    assert "attention" not in found


def test_nobody_calls_without_a_programme_or_once_we_have_stopped() -> None:
    changes = ONE_OFF | attention() | contacts("even", cost=100.0) | sends(segment={"agents": 0.5}, income=1.0)
    off = monthly(plan(changes | {"policy.programme": {"since": {"2025-01": True, "2025-05": False}}}))
    for name in (
        "contacts",
        "contacts_cost",
        "contacts_brought",
        "customers_sent",
        "referral_income",
        "programme_paid",
    ):
        assert off[name][1:4].all() and not off[name][4:].any(), name
    model = PartnerNetwork(plan(changes))
    for month in range(4):
        if month == 2:
            model.stop_selling()
        model.step()
    assert not any(model.nouns.note[name] for name in ("contacts", "contacts_cost", "referral_income"))


def test_the_warm_up_has_its_own_managers() -> None:
    """Before the start the policy of the warm-up calls: attention at the opening is what it has left."""
    opening = {"kind": "warm_up", "months": "6mo", "capital": 0.0}
    rules = {"rules": {"base": {"kind": "base", "new": 0.0}}}
    called = {**rules, "contacts": {"rule": "even", "managers": 1, "each": 10}}
    found = monthly(plan(ONE_OFF | attention(1.0, 0.0) | {"opening": opening | {"policy": called}}))
    np.testing.assert_allclose(found["attention"], 2.0 ** -np.arange(1, 13), rtol=1e-12)


FULL: dict[str, Any] = {
    "segments.banks.attention": {"half_life": "2mo", "floor": 0.3},
    "segments.dealers.attention": {"half_life": "5mo", "floor": 0.1},
    "policy.contacts": {"rule": "gain", "managers": 1, "each": 4, "cost": 10.0},
    "own": {"shop": {"kind": "organic", "default": True, "demand": {"motor": 9.0}, "sends": {
        "segment": {"banks": 0.2, "dealers": 0.4}, "income": 2.0, "return": 0.5}}},
}  # fmt: skip


@pytest.mark.parametrize("rule", RULES)
def test_a_batch_gives_what_its_replications_give_alone(rule: str) -> None:
    laid = plan(FULL | {"policy.contacts": {**FULL["policy.contacts"], "rule": rule}}, EVERYTHING)
    alone, together = (replicate(laid, range(3), most=most) for most in (1, 3))
    assert [one.monthly.tobytes() for one in alone] == [one.monthly.tobytes() for one in together]


def test_attention_that_is_all_there_changes_nothing() -> None:
    """A floor of 100 %: no figure that there is without it moves."""
    stated = plan({"segments.banks.attention": {"half_life": "2mo", "floor": 1.0}}, EVERYTHING)
    plain = plan({}, EVERYTHING)
    found: list[dict[str, Reals]] = [monthly(one, 3) for one in (plain, stated)]
    for name, series in found[0].items():
        assert series.tobytes() == found[1][name].tobytes(), name
