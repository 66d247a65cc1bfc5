"""Tiers through the policy's own rules, on facts written by hand: R068, edges, windows, true-ups, expected yields."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.base.units import month_ordinal
from sim.engine.model import PartnerNetwork
from sim.policy.trial import Person, Trial
from tests.whole.hypotheses import case
from tests.whole.running import monthly
from tests.whole.scenarios import P, S, plan

JANUARY = month_ordinal("2025-01")
BRACKETS = [{"above": one["from_"], "rate": one["rate"]} for one in case("R068")["parameters"]["tiers"]]


def rule(kind: str, **more: Any) -> dict[str, Any]:
    scale = {"kind": kind, "brackets": more.pop("brackets", BRACKETS), "edge": more.pop("edge", "left")}
    return {"kind": "tiers", "scale": scale, **more}


class Desk:
    """Statements of one partner from month to month under one tiers rule."""

    def __init__(self, terms: dict[str, Any], products: int = 1, cap: float | None = None) -> None:
        changes: dict[str, Any] = {"policy.rules": {"volume": terms}, f"{S}.partners": 1}
        for p in range(1, products):
            changes[f"products.more{p}"] = {"price": 1.0, "term": "0mo", "cost_ratio": 0.0}
        if cap is not None:
            changes[f"{P}.commission_cap"] = cap
        laid = plan(changes)
        lines = {line.name: line.term for line in laid.lines}
        caps = {
            name: product.commission_cap for name, product in laid.scenario.products.items() if product.commission_cap
        }
        self.trial = Trial(laid.scenario.policy, lines, [Person("a", laid.kinds[0].name)], caps)

    def month(
        self, t: int, new: Sequence[int] | int, renewal: Sequence[int] | int = 0, count: int = 0
    ) -> tuple[int, int, int]:
        """Commission accrued, expensed and reversed on the premium (minor units) of one month."""
        facts = self.trial.facts(JANUARY + t)
        facts.premium_new[:, 0], facts.premium_renewal[:, 0], facts.count_new[0, 0] = new, renewal, count
        statement = self.trial.month(facts)
        assert not statement.accrued[:, 1:].any()
        return int(statement.accrued.sum()), int(statement.expensed[0]), int(statement.reversed[0])


def total(one: tuple[int, int, int]) -> int:
    return one[0] + one[1] - one[2]


@pytest.mark.parametrize("kind", ["marginal", "retroactive"])
def test_volumes_of_the_case(kind: str) -> None:
    """R068, each volume in one month, in a quarter and over a year: the same money to the kopeck."""
    one = case("R068")
    for volume, expected in zip(one["parameters"]["volumes"], one["expected"][kind], strict=True):
        minor, due = round(volume * 100), round(expected * 100)
        assert total(Desk(rule(kind)).month(0, minor)) == due
        for window, months in (("quarter", 3), ("year", 12)):
            desk = Desk(rule(kind, window=window))
            parts = [minor // months] * (months - 1)
            parts.append(minor - sum(parts))
            assert sum(total(desk.month(t, part)) for t, part in enumerate(parts)) == due


def test_cliffs_of_the_case() -> None:
    expected = case("R068")["expected"]["cliff_at_thresholds"]
    for bound, jump in expected.items():
        at, below = (total(Desk(rule("retroactive")).month(0, int(bound) * 100 - less)) for less in (0, 1))
        assert at - below == pytest.approx(jump * 100, abs=1)
        at, below = (total(Desk(rule("marginal")).month(0, int(bound) * 100 - less)) for less in (0, 1))
        assert at - below in (0, 1)


def test_edge() -> None:
    """left: a volume at the bound has reached the tier; right: it has not."""
    assert total(Desk(rule("retroactive", edge="left")).month(0, 100_000_000)) == 12_000_000
    assert total(Desk(rule("retroactive", edge="right")).month(0, 100_000_000)) == 10_000_000
    assert total(Desk(rule("retroactive", edge="right")).month(0, 100_000_001)) == 12_000_000
    for edge in ("left", "right"):
        assert total(Desk(rule("marginal", edge=edge)).month(0, 100_000_000)) == 10_000_000


def test_true_up_in_the_month_that_reaches_a_tier() -> None:
    desk = Desk(rule("retroactive"))
    assert desk.month(0, 60_000_000) == (6_000_000, 0, 0)
    assert desk.month(1, 60_000_000) == (7_200_000, 1_200_000, 0)
    assert desk.month(2, 0) == (0, 0, 0)


def test_true_up_may_be_negative() -> None:
    falling = [{"above": 0, "rate": 0.15}, {"above": 1_000_000, "rate": 0.1}]
    desk = Desk(rule("retroactive", brackets=falling))
    assert desk.month(0, 60_000_000) == (9_000_000, 0, 0)
    assert desk.month(1, 60_000_000) == (6_000_000, 0, 3_000_000)


def test_marginal_needs_no_true_up_but_rounding() -> None:
    desk = Desk(rule("marginal"))
    assert desk.month(0, 60_000_000) == (6_000_000, 0, 0)
    assert desk.month(1, 60_000_000) == (4_000_000 + 2_400_000, 0, 0)


@pytest.mark.parametrize(("window", "resets"), [("month", range(1, 14)), ("quarter", (3, 6, 9, 12)), ("year", (12,))])
def test_window_resets(window: str, resets: Sequence[int]) -> None:
    """At a reset the volume starts anew: the rate of the first tier again, and nothing of the past is trued up."""
    desk, held = Desk(rule("retroactive", window=window)), 0
    for t in range(14):
        held = 60_000_000 if t in resets else held + 60_000_000
        accrued, up, down = desk.month(t, 60_000_000)
        rate = next(r for b, r in ((500, 0.18), (300, 0.15), (100, 0.12), (0, 0.1)) if held >= b * 1_000_000)
        before = held - 60_000_000
        old = next(r for b, r in ((500, 0.18), (300, 0.15), (100, 0.12), (0, 0.1)) if before >= b * 1_000_000)
        assert (accrued, up, down) == (round(rate * 60_000_000), round((rate - old) * before), 0)


def test_trailing_window_sets_the_rate_only() -> None:
    """The last twelve months, this one included, set the rate of this month's premium; nothing is trued up."""
    desk = Desk(rule("retroactive", window="trailing"))
    premium = [20_000_000] * 12 + [0] * 8 + [20_000_000] * 2
    for t, one in enumerate(premium):
        volume = sum(premium[max(0, t - 11) : t + 1])
        rate = next(r for b, r in ((500, 0.18), (300, 0.15), (100, 0.12), (0, 0.1)) if volume >= b * 1_000_000)
        assert desk.month(t, one) == (round(rate * one), 0, 0)


def test_by_count() -> None:
    """Slices of contracts: 5 at 10 %, 3 at 20 % of 800.00; all at the rate reached with a true-up when retroactive."""
    steps = [{"above": 0, "rate": 0.1}, {"above": 5, "rate": 0.2}]
    assert Desk(rule("marginal", by="count", brackets=steps)).month(0, 80_000, count=8) == (11_000, 0, 0)
    desk = Desk(rule("retroactive", by="count", brackets=steps))
    assert desk.month(0, 40_000, count=4) == (4_000, 0, 0)
    assert desk.month(1, 20_000, count=2) == (4_000, 4_000, 0)


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from(["marginal", "retroactive"]),
    st.lists(st.tuples(*[st.integers(0, 10**8)] * 4), min_size=1, max_size=14),
)
def test_window_books_its_payout(kind: str, months: list[tuple[int, int, int, int]]) -> None:
    """Whatever comes in whatever lines: at every statement the window has booked its payout, to the kopeck."""
    desk, booked, volume = Desk(rule(kind), products=2), 0, 0
    for t, (a, b, c, d) in enumerate(months):
        if t % 12 == 0:
            booked = volume = 0
        booked += total(desk.month(t, (a, b), (c, d)))
        volume += a + b + c + d
        bounds = [100_000_000, 300_000_000, 500_000_000]
        rates = [0.1, 0.12, 0.15, 0.18]
        if kind == "retroactive":
            due = volume * rates[sum(volume >= bound for bound in bounds)]
        else:
            lows, highs = [0, *bounds], [*bounds, 10**18]
            due = sum(
                max(0, min(volume, high) - low) * rate for low, high, rate in zip(lows, highs, rates, strict=True)
            )
        assert abs(booked - due) <= 0.5 + 1e-6


@pytest.mark.parametrize(("kind", "per_year"), [("marginal", 340_000.0), ("retroactive", 450_000.0)])
def test_year_through_the_simulator(kind: str, per_year: float) -> None:
    """3 million a year in twelve equal months, two years: each year pays R068's sum, accrued or trued up."""
    recorded = monthly(
        plan({"months": "24mo", f"{S}.partners": 2, f"{P}.price": 250_000.0, "policy.rules": {"volume": rule(kind)}})
    )
    paid = recorded["commission_accrued"] + recorded["commission_expensed"] - recorded["commission_reversed"]
    assert paid[:12].sum() == paid[12:].sum() == 2 * per_year * 100


@pytest.mark.parametrize("volume", [600_000.0, 2_400_000.0, 3_000_000.0, 7_200_000.0])
@pytest.mark.parametrize("kind", ["marginal", "retroactive"])
def test_effective_yield(volume: float, kind: str) -> None:
    """A partner expects the average rate of the volume it would bring in a year."""
    bounds, rates = [one["above"] for one in BRACKETS], [one["rate"] for one in BRACKETS]
    highs = [*bounds[1:], np.inf]
    payout = sum(max(0.0, min(volume, high) - low) * r for low, high, r in zip(bounds, highs, rates, strict=True))
    if kind == "retroactive":
        payout = volume * rates[sum(volume >= bound for bound in bounds) - 1]
    model = PartnerNetwork(plan({f"{P}.price": volume / 12, "policy.rules": {"volume": rule(kind)}}))
    assert model.table.offer[0] == pytest.approx(100 * payout / volume, abs=1e-7)


def test_main_rule_stands_in_place_of_base_and_bonus_on_top() -> None:
    base = {"kind": "base", "new": 0.1}
    scale = {"brackets": [{"above": 0, "rate": 0.05}]}
    main = monthly(plan({"policy.rules": {"base": base, "volume": rule("marginal", **scale)}}))
    bonus = monthly(plan({"policy.rules": {"base": base, "volume": rule("marginal", role="bonus", **scale)}}))
    assert main["commission_accrued"][0] == 0.05 * main["premium_written"][0]
    assert bonus["commission_accrued"][0] == pytest.approx(0.15 * bonus["premium_written"][0], abs=0)


def test_regulators_cap_holds_what_is_accrued() -> None:
    assert Desk(rule("retroactive"), cap=0.11).month(0, 60_000_000) == (6_000_000, 0, 0)
    assert Desk(rule("retroactive"), cap=0.11).month(0, 120_000_000) == (13_200_000, 0, 0)


def test_regulators_cap_holds_true_ups_too() -> None:
    desk = Desk(rule("retroactive"), cap=0.11)
    assert total(desk.month(0, 60_000_000)) + total(desk.month(1, 60_000_000)) <= 0.11 * 120_000_000
