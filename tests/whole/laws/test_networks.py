"""A network of affiliates as a middleman: what it costs, leaving it, who is active, and when a platform pays.

Figures of the cases K... are given from outside. Statistical tests use the limit of `tests.whole.hypotheses`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.engine.layout.plan import Plan
from sim.judgement.beside.closed_forms import theory
from tests.whole.hypotheses import channel_case, likely, z, z_mean
from tests.whole.running import many, monthly
from tests.whole.scenarios import P, S, plan

LEAVE, MONTHS, MINOR = "2025-04", 6, 100.0
BEFORE = 3  # months with the network
PARTNERS, PRICE, REPLICATIONS = 100, 50.0, 200
SURE = 50.0  # utility at which whoever enters chooses us


def programme(of: dict[str, Any], **changes: Any) -> Plan:
    """The programme of a case: in a network until April, then on a platform of our own, and some partners lost."""
    return plan(
        {
            "months": f"{MONTHS}mo", "own.site": {"kind": "organic", "default": True, "demand": {"line": 1.0}},
            P: {"price": PRICE, "term": "0mo", "cost_ratio": 1.0 - of["margin"]},
            f"{S}.partners": PARTNERS, f"{S}.flow": of["sales"] / PRICE / PARTNERS, f"{S}.sales.law": "poisson",
            f"{S}.anyway": 0.1,
            "market.events": {"gone": {"kind": "departure", "start": LEAVE, "share": of["partners_lost"]}},
            "policy.rules": {
                "base": {"kind": "base", "new": of["commission"]},
                "network": {
                    "kind": "network_fee", "share": of["network_fee"], "of": "commission", "effective_until": LEAVE
                },
                "platform": {"kind": "programme_cost", "per_month": of["own_platform"], "effective_from": LEAVE},
                "manager": {"kind": "programme_cost", "per_month": of["manager"]},
            },
        }
        | changes
    )  # fmt: skip


@pytest.mark.parametrize("name", ["K045", "K046"])
def test_profit_with_the_network_and_without(name: str) -> None:
    """A month's profit on what partners sell, and what the network is paid: Poisson sales, partners lost by chance."""
    of, expected = channel_case(name)
    found = many(programme(of), REPLICATIONS, "attributed_profit", "commission_accrued", "premium_written")
    with_it, without = found["attributed_profit"][:, :BEFORE], found["attributed_profit"][:, BEFORE:]
    likely(z_mean(with_it.mean(axis=1) / MINOR, expected["with_network"]), f"{name} with the network")
    likely(z_mean(without.mean(axis=1) / MINOR, expected["direct"]), f"{name} without")
    fee = of["network_fee"] / (1.0 + of["network_fee"]) * found["commission_accrued"][:, :BEFORE]
    likely(z_mean(fee.mean(axis=1) / MINOR, expected["network_cost"]), f"{name} network")


@pytest.mark.parametrize("name", ["K045", "K046"])
def test_where_leaving_breaks_even_stands_beside(name: str) -> None:
    of, expected = channel_case(name)
    beside = theory(programme(of))
    found = {one: beside[one].value for one in ("network_cost", "no_network_above", "no_network_lost")}
    wanted = ("network_cost", "break_even_sales", "break_even_partners_lost")
    assert list(found.values()) == pytest.approx([expected[one] for one in wanted], rel=1e-9)


def test_work_by_hand_in_place_of_the_network() -> None:
    """What is paid for each partner that follows counts like a platform: of 100 partners 90 are left."""
    of, expected = channel_case("K046")
    hand = {"policy.rules.platform.per_month": 3_000.0, "policy.rules.platform.per_active_partner": 300.0}
    assert theory(programme(of, **hand))["no_network_above"].value == pytest.approx(expected["break_even_sales"])


def test_at_the_break_even_both_ways_leave_the_same() -> None:
    of, expected = channel_case("K046")
    even = programme(of | {"sales": expected["break_even_sales"]})
    profit = many(even, REPLICATIONS, "attributed_profit")["attributed_profit"]
    likely(z_mean(profit[:, BEFORE:].mean(axis=1) - profit[:, :BEFORE].mean(axis=1), 0.0), "break-even")


def test_joining_is_leaving_told_backwards() -> None:
    """A programme that gives up its platform for a network: the same sales break even where nobody is lost."""
    of, _ = channel_case("K045")
    changes = {"network": {"effective_until": None, "effective_from": LEAVE},
               "platform": {"effective_until": LEAVE, "effective_from": None}}  # fmt: skip
    dates = {f"policy.rules.{name}.{key}": value for name, one in changes.items() for key, value in one.items()}
    joining = theory(programme(of, **dates))
    assert joining["no_network_above"].value == pytest.approx(of["own_platform"] / (0.3 * 0.12), rel=1e-12)
    assert joining["no_network_above"].value < of["sales"]


def test_nothing_stands_beside_where_nothing_changes() -> None:
    of, _ = channel_case("K045")
    stays = programme(of, **{"policy.rules.network.effective_until": None, "policy.rules.platform": None})
    assert not {"network_cost", "no_network_above", "platform_above"} & theory(stays).keys()


def test_partners_that_come_only_through_the_network() -> None:
    """A segment of their own: the fee is on what it sells alone, and leaving the network takes all of it along."""
    of, _ = channel_case("K046")
    tail = {**plan_segment(), "flow": 30.0}
    found = many(
        programme(
            of | {"partners_lost": 0.0},
            **{"segments.tail": tail, "policy.rules.network.segments": ["tail"],
               "market.events.gone": {"kind": "departure", "segments": ["tail"], "share": 1.0, "start": LEAVE}},
        ),
        20, "new_contracts.tail", "new_contracts.agents", "commission.tail", "commission_accrued",
    )  # fmt: skip
    assert (found["new_contracts.tail"] > 0).tolist() == [[True] * BEFORE + [False] * (MONTHS - BEFORE)] * 20
    sold = {name: found[f"new_contracts.{name}"] * PRICE * MINOR * of["commission"] for name in ("tail", "agents")}
    paid = sold["agents"] + sold["tail"] * (1.0 + of["network_fee"])
    np.testing.assert_allclose(found["commission_accrued"], paid, atol=PARTNERS)


def plan_segment() -> dict[str, Any]:
    """A segment that sells for us alone."""
    choice = {"review": 0.0, "us_at_start": 1.0, "weights": {"commission": 0.0}}
    return {"partners": 40, "mix": {"line": 1.0}, "choice": choice, "sales": {"law": "poisson"},
            "remittance": {"lag": "0mo"}}  # fmt: skip


def test_k047_active_partners_after_cutting_the_network() -> None:
    """Those who leave bring nobody: recruiting of the case is a share of those who were there before."""
    of, expected = channel_case("K047")
    turnover = {"entry": of["entry"], "leave": of["leave"], "recruiting": of["recruiting"] / (1.0 - of["leave"])}
    changes = {"months": f"{of['months']}mo", f"{S}.partners": int(of["active"]), f"{S}.turnover": turnover,
               f"{S}.flow": 60.0, f"{S}.sales.law": "poisson", "us.brand": 1.0,
               f"{S}.choice.weights": {"commission": 0.0, "brand": SURE}}  # fmt: skip
    found = many(plan(changes), 100, "our_partners")["our_partners"]
    deviations = [z_mean(found[:, month], mean) for month, mean in enumerate(expected["path"])]
    likely(deviations, "K047 partners by month")


def test_a_platform_pays_from_some_number_of_active_partners() -> None:
    """By hand 300 and 7.5 a partner, then a platform for 1 000 and 0.5: it pays above 100 active partners."""
    hand = {"kind": "programme_cost", "per_month": 300.0, "per_active_partner": 7.5, "effective_until": LEAVE}
    platform = {"kind": "programme_cost", "per_month": 1_000.0, "per_active_partner": 0.5, "effective_from": LEAVE}
    rules = {"policy.rules": {"base": {"kind": "base", "new": 0.1}, "hand": hand, "platform": platform}}

    def cost(partners: int) -> tuple[float, float]:
        changed = plan({**rules, f"{S}.partners": partners, f"{S}.flow": 5.0, "months": "6mo"})
        assert theory(changed)["platform_above"].value == pytest.approx(100.0, rel=1e-12)
        paid = monthly(changed)["programme_paid"] / MINOR
        return paid[BEFORE - 1], paid[BEFORE]

    assert cost(100) == (1_050.0, 1_050.0)
    assert cost(99)[0] < cost(99)[1] and cost(101)[0] > cost(101)[1]


def test_a_manager_is_paid_for_active_partners() -> None:
    """Poisson sales of mean 1: a partner has sold in the last three months with probability 1 - exp(-3)."""
    pay = {"kind": "programme_cost", "per_month": 2_500.0, "per_active_partner": 6.25, "most": 4_880.0}
    changes = {"months": "4mo", f"{S}.partners": 400, f"{S}.sales.law": "poisson", "policy.rules.manager": pay}
    found = many(plan(changes), 300, "programme_paid", "active_partners")
    wanted = np.minimum(2_500.0 + 6.25 * found["active_partners"], 4_880.0)
    np.testing.assert_array_equal(found["programme_paid"] / MINOR, wanted)
    assert 0.0 < (wanted == 4_880.0).mean() < 1.0
    active = 400 * (1.0 - np.exp(-3.0))
    likely(z(found["active_partners"][:, -1].mean(), active, np.sqrt(active * np.exp(-3.0) / 300)), "active partners")
