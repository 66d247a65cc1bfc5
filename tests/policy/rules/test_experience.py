"""Rules that follow the loss ratio, on facts written by hand: against the theory's scales and paths, and by hand.

Notation: t month from January 2025, LR loss ratio. Money is in minor units.
"""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from sim.theory.variable_commission import Layer, Slide, profit_commission_path
from tests.policy.desk import Booked, Desk
from tests.whole.hypotheses import case

R021 = case("R021")["parameters"]
SLIDE = Slide.from_layers(R021["max_commission"], [Layer(**one) for one in R021["layers"]])
POINTS = [{"loss_ratio": x, "rate": round(r, 10)} for x, r in zip(SLIDE.loss_ratios, SLIDE.rates, strict=True)]
JUMPS = [{"loss_ratio": x, "rate": r} for x, r in ((0.5, 0.3), (0.5, 0.28), (0.7, 0.2), (0.7, 0.1))]


def sliding(**more: Any) -> dict[str, Any]:
    return {"slide": {"kind": "sliding_scale", "provisional": 0.25, "points": POINTS, **more}}


def whole(amount: Decimal) -> int:
    return int(amount.quantize(Decimal(1), ROUND_HALF_EVEN))


def when(desk: Desk, months: int, first: int = 0, **given: Any) -> dict[int, int]:
    """Months with a true-up of the first partner, and what it was; `given` says facts by month."""
    booked = {t: desk.month(t, **{name: by_month(t) for name, by_month in given.items()}) for t in range(first, months)}
    return {t: int(one.trued_up[0]) for t, one in booked.items() if one.trued_up[0]}


# --- sliding scale ---------------------------------------------------------------------------------------------------


def test_year_pays_the_rate_of_its_loss_ratio() -> None:
    """The slide of R021 at 81 loss ratios from 0 to 100 %, 100 000.00 each: provisional 25 % and the difference."""
    ratios = np.arange(0, 101, 1.25) / 100
    booked = Desk(sliding(), ratios.size).year(0, 10_000_000, (ratios * 10_000_000).astype(int))
    assert (booked.accrued == 2_500_000).all()
    assert booked.commission.tolist() == np.rint(SLIDE.rate(ratios) * 10_000_000).astype(int).tolist()


@pytest.mark.parametrize(
    ("losses", "rate"), [(499, 0.3), (500, 0.28), (600, 0.24), (699, 0.2004), (700, 0.1), (701, 0.1)]
)
def test_repeated_loss_ratio_is_a_jump_to_the_later_rate(losses: int, rate: float) -> None:
    booked = Desk(sliding(points=JUMPS)).year(0, 1_000_000, losses * 1_000)
    assert booked.commission[0] == round(rate * 1_000_000)


@pytest.mark.parametrize(("losses", "rate"), [(0, 0.3), (499, 0.3), (500, 0.2), (649, 0.2), (650, 0.05), (999, 0.05)])
def test_steps(losses: int, rate: float) -> None:
    points = [{"loss_ratio": x, "rate": r} for x, r in ((0.3, 0.3), (0.5, 0.2), (0.65, 0.05))]
    booked = Desk(sliding(points=points, steps=True)).year(0, 1_000_000, losses * 1_000)
    assert booked.commission[0] == round(rate * 1_000_000)


@pytest.mark.parametrize("lag", [0, 1, 3, 12, 14, 25])
def test_year_is_judged_once_after_the_lag(lag: int) -> None:
    """Years of 100.00, 200.00, 300.00 without losses are worth 40 %: 15 % more, each lag months after its December."""
    desk = Desk(sliding(lag=f"{lag}mo"))
    paid = when(desk, 36 + lag, earned=lambda t: 10_000 * (t // 12 + 1) if t % 12 == 5 and t < 36 else 0)
    assert paid == {11 + lag: 1_500, 23 + lag: 3_000, 35 + lag: 4_500}
    assert desk.statement.rated == {"slide": (30_000, 12_000)}


def test_young_book_on_written_and_on_earned_premium() -> None:
    """Half of the premium is earned: 45 of losses are LR 45 % on earned premium and 22.5 % on written."""
    given = {"premium_new": 15_000, "premium_renewal": 5_000, "earned": 10_000, "incurred": 4_500}
    for basis, due in (("earned", round((0.325 - 0.25) * 10_000)), ("written", round((0.4 - 0.25) * 20_000))):
        desk = Desk(sliding(basis=basis))
        assert when(desk, 12, **{name: (lambda t, value=value: value * (t == 6)) for name, value in given.items()}) == {
            11: due
        }


PATTERNS = {"a": [0.25, 0.25, 0.25, 0.25], "b": [0.5, 0.0, 0.5]}


@pytest.mark.parametrize(("lag", "a", "b"), [(0, 0.5, 0.5), (1, 0.75, 1.0), (2, 1.0, 1.0)])
@pytest.mark.parametrize("losses", ["paid", "reported"])
def test_losses_known_when_the_year_is_judged(losses: str, lag: int, a: float, b: float) -> None:
    """1 000.00 of each product in March and November: by December + lag the pattern brings a share of November's."""
    pattern = {"paid": "payment_patterns", "reported": "report_patterns"}[losses]
    desk = Desk(
        sliding(
            losses=losses,
            lag=f"{lag}mo",
            points=[{"loss_ratio": 0, "rate": 0}, {"loss_ratio": 1, "rate": 1}],
            provisional=0,
        ),
        products={"a": 12, "b": 12},
        **{pattern: PATTERNS},
    )
    incurred = [[100_000], [100_000]]
    paid = when(desk, 12 + lag, earned=lambda t: 500_000 * (t == 5), incurred=lambda t: incurred if t in (2, 10) else 0)
    assert paid == {11 + lag: 200_000 + round(100_000 * (a + b))}


def test_no_premium_no_rate() -> None:
    desk = Desk(sliding(), partners=2)
    assert not desk.year(0, [0, 100], [50, 40]).trued_up[0]
    assert desk.statement.rated["slide"][0] == 100


def test_provisional_on_new_and_renewal_premium_and_cap() -> None:
    desk = Desk(sliding(), cap={"line": 0.3})
    booked = desk.month(0, premium_new=1_000, premium_renewal=600, earned=1_600)
    assert booked.accrued[0] == 400
    assert when(desk, 12, first=1) == {11: 80}  # 30 % and not 40 %


def test_statement_says_the_loss_ratio() -> None:
    desk = Desk(sliding())
    desk.month(0, watched="p0", premium_new=1_000, earned=1_000, incurred=350)
    assert [(line.reads, line.input, line.amount) for line in desk.statement.lines] == [("premium", 1_000.0, 250)]
    for t in range(1, 12):
        desk.month(t, watched="p0")
    assert [(line.reads, line.input, line.amount) for line in desk.statement.lines] == [("loss_ratio", 0.35, 150)]


def test_contract_years_from_entry_or_from_a_stated_month() -> None:
    """Partners there from the beginning, entered in April (t = 3) and next February; years start in July else."""
    desk = Desk(sliding(window="contract_year", year_starts=7), 3)
    found: dict[int, list[int]] = {}
    for t in range(36):
        booked = desk.month(t, entered=[-(2**14), 3, 13], earned=[100, 100 * (t >= 3), 100 * (t >= 13)])
        if booked.trued_up.any():
            found[t] = booked.trued_up.tolist()
    first = {5: 90, 17: 180, 29: 180}  # January to June, then whole years
    second, third = {14: 180, 26: 180}, {24: 180}
    assert found == {t: [first.get(t, 0), second.get(t, 0), third.get(t, 0)] for t in (5, 14, 17, 24, 26, 29)}
    shared = Desk(sliding(year_starts=7))
    assert when(shared, 30, earned=lambda t: 100) == first


@pytest.mark.parametrize("lag", [0, 3, 13])
def test_entrant_in_its_contract_years_is_like_a_partner_in_calendar_years(lag: int) -> None:
    """Losses paid over months, premium of two products: entry in May shifts everything by four months."""
    random = np.random.default_rng(11)
    premium, losses = random.integers(0, 10**6, (40, 2, 1)), random.integers(0, 10**6, (40, 2, 1))
    for basis in ("written", "earned"):
        found = []
        for window, entry in (("contract_year", 4), ("year", 0)):
            desk = Desk(
                sliding(window=window, losses="paid", basis=basis, lag=f"{lag}mo"),
                products={"a": 12, "b": 12},
                payment_patterns=PATTERNS,
            )
            months = [desk.month(t, entered=[-(2**14)]) for t in range(entry)]
            months = [
                desk.month(entry + t, entered=[entry], premium_new=premium[t], earned=premium[t], incurred=losses[t])
                for t in range(40)
            ]
            found.append([int(one.commission[0]) for one in months])
        assert found[0] == found[1] and len(set(found[0])) > 3


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.tuples(*[st.integers(0, 10**8)] * 3), min_size=12, max_size=12), st.sampled_from(["written", "earned"])
)
def test_whatever_comes_the_year_is_worth_its_rate(months: list[tuple[int, int, int]], basis: str) -> None:
    """Provisional and true-up together are rate(LR) x premium, but for half a unit of rounding a line and a true-up."""
    desk = Desk(sliding(basis=basis))
    booked = [
        desk.month(t, premium_new=a, premium_renewal=b, earned=a + b, incurred=c) for t, (a, b, c) in enumerate(months)
    ]
    premium, losses = sum(a + b for a, b, _ in months), sum(c for *_, c in months)
    due = float(SLIDE.rate(losses / premium)[0]) * premium if premium else 0.0
    assert abs(sum(int(one.commission[0]) for one in booked) - due) <= 0.5 * 25 + 1e-3


# --- profit commission -----------------------------------------------------------------------------------------------


def profit(**more: Any) -> dict[str, Any]:
    return {
        "profit": {
            "kind": "profit_commission",
            "share": 0.2,
            "expense_allowance": 0.25,
            "commission_allowance": 0.05,
            **more,
        }
    }


def test_deficits_carried_without_end_as_the_theory_says() -> None:
    """Six years of 20 partners with different premiums against the recursion in `sim.theory`, K = 70 %."""
    random = np.random.default_rng(3)
    ratios, premiums = random.lognormal(-0.45, 0.4, (6, 20)), random.integers(1_000_000, 9_000_000, (6, 20))
    losses = (ratios * premiums).astype(int)
    desk = Desk(profit(carry="forever"), 20)
    paid = np.array([desk.year(y, premiums[y], losses[y]).commission for y in range(6)])
    assert (paid > 0).any(axis=1).all() and (paid == 0).any(axis=1).all()
    for i in range(20):
        expected, _ = profit_commission_path(
            0.2, 0.7, (losses[:, i] / premiums[:, i]).tolist(), premiums[:, i].tolist()
        )
        assert np.abs(paid[:, i] - expected).max() <= 1.0


@pytest.mark.parametrize(
    ("carry", "paid"),
    # balances -500, -200, +100, +300, +400: with two years the 500 has lost 100 when it expires, then 200 is set off
    [
        ("0y", [0, 0, 20, 60, 80]),
        ("1y", [0, 0, 0, 60, 80]),
        ("2y", [0, 0, 0, 20, 80]),
        ("3y", [0, 0, 0, 0, 40]),
        ("forever", [0, 0, 0, 0, 20]),
    ],
)
def test_deficits_expire_the_oldest_is_set_off_first(carry: str, paid: list[int]) -> None:
    desk = Desk(profit(carry=carry))
    balances = [-500, -200, 100, 300, 400]
    found = [int(desk.year(y, 1_000, 700 - balance).commission[0]) for y, balance in enumerate(balances)]
    assert found == paid


def test_year_without_premium_still_leaves_a_deficit() -> None:
    desk = Desk(profit(carry="forever"))
    assert [
        int(desk.year(y, premium, losses).commission[0]) for y, (premium, losses) in enumerate([(0, 300), (1_000, 0)])
    ] == [0, 80]


# --- loss corridor ---------------------------------------------------------------------------------------------------


def test_corridor_is_borne_and_is_no_commission() -> None:
    """Band of R029, 70 % to 90 %, at half: LR 60, 70, 80, 90, 120 % of 1 000.00."""
    desk = Desk({"band": {"kind": "loss_corridor", "lower": 0.7, "upper": 0.9, "share": 0.5}}, 5)
    booked = desk.year(0, 100_000, [60_000, 70_000, 80_000, 90_000, 120_000])
    assert booked.borne.tolist() == [0, 0, 5_000, 10_000, 10_000]
    assert not booked.commission.any() and desk.statement.total == 0
    assert desk.statement.owed(3) == -10_000
    assert desk.statement.rated == {"band": (500_000, 25_000)}


# --- contingent bonus ------------------------------------------------------------------------------------------------


def bonus(**conditions: Any) -> dict[str, Any]:
    return {"bonus": {"kind": "contingent_bonus", "rate": 0.03, **conditions}}


def second_year(desk: Desk, premiums: tuple[Any, Any], losses: Any = 0) -> list[int]:
    desk.year(0, premiums[0], 0)
    return desk.year(1, premiums[1], losses).commission.tolist()


def test_each_condition_at_its_bound() -> None:
    assert Desk(bonus(volume=5_000), 2).year(0, [499_999, 500_000], 0).commission.tolist() == [0, 15_000]
    grown = second_year(Desk(bonus(growth="10%"), 3), (300_000, [329_999, 330_000, 400_000]))
    assert grown == [0, 9_900, 12_000]
    assert second_year(Desk(bonus(growth="-10%"), 2), (300_000, [269_999, 270_000])) == [0, 8_100]
    good = Desk(bonus(loss_ratio=0.57), 2).year(0, 10_000, [5_700, 5_701])
    assert good.commission.tolist() == [300, 0]


def test_conditions_hold_together() -> None:
    desk = Desk(bonus(volume=3_000, growth=0.1, loss_ratio=0.5), 4)
    before, now = [300_000, 300_000, 200_000, 300_000], [400_000, 310_000, 290_000, 400_000]
    assert second_year(desk, (before, now), [100_000, 0, 0, 300_000]) == [12_000, 0, 0, 0]


def test_growth_needs_a_whole_year_before() -> None:
    desk = Desk(bonus(growth=0.0))
    assert when(desk, 24, premium_new=lambda t: 100 * (t > 0)) == {23: 36}
    late = Desk(bonus(growth=0.0))
    found = {t: int(late.month(t, premium_new=100).trued_up[0]) for t in range(1, 36)}  # from February on
    assert {t: paid for t, paid in found.items() if paid} == {35: 36}


# --- what all share --------------------------------------------------------------------------------------------------


def test_only_covered_products_count() -> None:
    desk = Desk(sliding(products=["b"]), products={"a": 12, "b": 12})
    given = {"premium_new": [[9_000], [1_000]], "earned": [[9_000], [1_000]], "incurred": [[9_000], [350]]}
    assert desk.month(0, **given).accrued[0] == 250
    assert when(desk, 12, first=1) == {11: 150}


def test_main_rule_or_bonus() -> None:
    base = {"base": {"kind": "base", "new": 0.1}}
    for role, accrued in (("main", 250), ("bonus", 350)):
        assert Desk({**sliding(role=role), **base}).month(0, premium_new=1_000).accrued[0] == accrued


def test_rules_add_up() -> None:
    rules = {**sliding(), **profit(), **bonus(volume=1), "band": {"kind": "loss_corridor", "lower": 0.5, "upper": 0.6}}
    booked = Desk(rules).year(0, 100_000, 55_000)
    apart = [Desk({name: rule}).year(0, 100_000, 55_000) for name, rule in rules.items()]
    assert booked == Booked(*(np.sum(part, axis=0) for part in zip(*apart, strict=True)))
    assert booked.commission[0] == 25_000 + 3_000 + 3_000 and booked.borne[0] == 5_000


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        (sliding(points=[]), "at least 1 item"),
        (sliding(points=POINTS[::-1]), "sort them by loss_ratio"),
        (sliding(points=[POINTS[0]] * 3), "not more often"),
        (sliding(points=JUMPS, steps=True), "leave out the repeated one"),
        (sliding(year_starts=13), "less than or equal to 12"),
        (profit(carry="18mo"), "whole years"),
        (profit(expense_allowance=0.95), "never a profit"),
        ({"band": {"kind": "loss_corridor", "lower": 0.9, "upper": 0.7}}, "upper must be above lower"),
        (bonus(), "needs a condition"),
    ],
)
def test_refused(rule: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        Desk(rule)


def test_highest_rates_and_what_a_partner_expects() -> None:
    rules = dict(
        Desk(
            {**sliding(), **profit(), **bonus(volume=1), "band": {"kind": "loss_corridor", "lower": 0, "upper": 1}}
        ).trial.book.rules
    )
    assert {name: rule.highest_rate("line", "partners") for name, rule in rules.items()} == pytest.approx(
        {"slide": 0.4, "profit": 0.14, "bonus": 0.03, "band": 0.0}
    )
    assert {name: rule.needs_losses for name, rule in rules.items()} == {
        "slide": True,
        "profit": True,
        "bonus": False,
        "band": True,
    }


@pytest.mark.parametrize("lag", [0, 3, 14])
def test_rule_that_has_ended_still_judges_its_last_year(lag: int) -> None:
    """From April 2026 base holds instead: the year 2025 and three months of 2026 are judged all the same, once each."""
    desk = Desk({**sliding(lag=f"{lag}mo", effective_until="2026-04"), "base": {"kind": "base", "new": 0.1}})
    booked = {t: desk.month(t, premium_new=1_000, earned=1_000) for t in range(48)}
    assert {t: int(one.trued_up[0]) for t, one in booked.items() if one.trued_up[0]} == {11 + lag: 1_800, 23 + lag: 450}
    assert [int(booked[t].accrued[0]) for t in (14, 15, 40)] == [250, 100, 100]
