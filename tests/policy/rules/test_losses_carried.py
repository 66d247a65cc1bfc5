"""Losses carried from year to year, and stops, on facts written by hand.

Notation: L losses, P premium of a year, D and C what is carried into it, A = L + D - C. Money is in minor units.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from tests.policy.desk import Desk

POINTS = [{"loss_ratio": 0.55, "rate": 0.35}, {"loss_ratio": 0.65, "rate": 0.25}]  # a point for a point
YEAR = 12


def slide(**more: Any) -> dict[str, Any]:
    return {"slide": {"kind": "sliding_scale", "provisional": 0.3, "points": POINTS, **more}}


def profit(**more: Any) -> dict[str, Any]:
    return {"profit": {"kind": "profit_commission", "share": 0.5, "expense_allowance": 0.3, **more}}


def paid(desk: Desk, losses: list[int], premium: int = 1_000) -> list[int]:
    """Commission of each year on the same premium."""
    return [int(desk.year(y, premium, lost).commission[0]) for y, lost in enumerate(losses)]


# --- sliding scale ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("carry", "credit", "rates"),
    # losses of 750, 600, 500, 620, 640 on 1 000: beyond 650 lie 100, short of 550 lie 50
    [
        ("0y", "0y", [250, 300, 350, 280, 260]),
        # 600 takes 50 of the 100 in and pays the least, 500 the other 50 and pays the most
        ("forever", "0y", [250, 250, 350, 280, 260]),
        # after a year the other 50 are gone
        ("1y", "0y", [250, 250, 350, 280, 260]),
        # the 50 that 500 leaves over are set off against 620, all of them
        ("0y", "forever", [250, 300, 350, 330, 260]),
        # of both: the 500 takes the last 50 in, so it leaves nothing over
        ("2y", "forever", [250, 250, 350, 280, 260]),
        # the deficit's rest has expired by then, and 50 are left over again
        ("1y", "1y", [250, 250, 350, 330, 260]),
    ],
)
def test_what_the_scale_does_not_absorb_is_carried(carry: str, credit: str, rates: list[int]) -> None:
    desk = Desk(slide(carry=carry, carry_credit=credit))
    assert paid(desk, [750, 600, 500, 620, 640]) == rates


def test_carried_without_end_each_year_has_the_rate_of_all_that_is_in_it() -> None:
    """Against the recursion A = L + D - C, rate(A / P), D = (A - worst P)+, C = (best P - A)+ in floating point."""
    random = np.random.default_rng(8)
    premium, ratio = random.integers(50_000, 900_000, (8, 30)), random.uniform(0.3, 0.95, (8, 30))
    losses = (premium * ratio).astype(np.int64)
    desk, balance = Desk(slide(carry="forever", carry_credit="forever"), 30), np.zeros(30)
    for y in range(8):
        found = desk.year(y, premium[y], losses[y]).commission
        counted = losses[y] + balance
        expected = premium[y] * np.interp(counted / premium[y], [0.55, 0.65], [0.35, 0.25])
        assert np.abs(found - expected).max() <= 8
        balance = counted - np.clip(counted, 0.55 * premium[y], 0.65 * premium[y])


def test_carrying_stays_in_money_when_premium_grows() -> None:
    """100 beyond 65 % of 1 000 are 5 points of 2 000: 60 % becomes 65 %."""
    desk = Desk(slide(carry="1y"))
    assert int(desk.year(0, 1_000, 750).commission[0]) == 250
    assert int(desk.year(1, 2_000, 1_200).commission[0]) == 500


def test_with_steps_and_jumps_the_ends_are_where_the_rate_no_longer_moves() -> None:
    """30 % below 50 %, 20 % below 70 %, 10 % from there: a credit is what is short of 50 %, a deficit beyond 70 %."""
    points = [{"loss_ratio": x, "rate": r} for x, r in ((0.2, 0.3), (0.5, 0.2), (0.7, 0.1))]
    stepped = {"points": points, "steps": True, "carry": "forever", "carry_credit": "forever"}
    assert paid(Desk(slide(**stepped)), [400, 590, 600, 800, 610]) == [300, 300, 200, 100, 100]


def test_a_cap_that_levels_the_scale_leaves_nothing_to_carry() -> None:
    assert paid(Desk(slide(carry="forever"), cap={"line": 0.2}), [900, 500]) == [200, 200]


def test_a_year_without_premium_carries_its_losses_on() -> None:
    desk = Desk(slide(carry="forever"))
    assert int(desk.year(0, 0, 70).commission[0]) == 0
    assert int(desk.year(1, 1_000, 560).commission[0]) == 270


def test_statement_shows_the_loss_ratio_that_counts() -> None:
    desk = Desk(slide(carry="1y"))
    desk.year(0, 1_000, 700)
    for t in range(YEAR, 2 * YEAR):
        desk.month(t, watched="p0", **({"earned": 1_000, "incurred": 590} if t == YEAR else {}))
    assert [(one.reads, one.input, one.amount) for one in desk.statement.lines] == [("loss_ratio", 0.64, -40)]


# --- profit commission -----------------------------------------------------------------------------------------------


def test_profit_beyond_the_most_is_carried_as_a_credit() -> None:
    """Half of what 70 % leave, at most 10 %: 200 of profit. Of 300 100 are over, which make -50 an account of 50."""
    losses = [400, 750, 600, 520]
    assert paid(Desk(profit(most=0.1)), losses) == [100, 0, 50, 90]
    assert paid(Desk(profit(most=0.1, carry_credit="forever")), losses) == [100, 25, 50, 90]
    late = [400, 500, 600, 600]  # a whole 200 leaves no room for the 100 until they have expired
    assert paid(Desk(profit(most=0.1, carry_credit="1y")), late) == [100, 100, 50, 50]
    assert paid(Desk(profit(most=0.1, carry_credit="2y")), late) == [100, 100, 100, 50]
    both = profit(most=0.1, carry_credit="forever", carry="forever")
    assert paid(Desk(both), [400, 850, 600, 400]) == [100, 0, 25, 100]  # 100 over, -150 leaves 50 to set off


def test_open_years_are_owed_the_oldest_first() -> None:
    """Two years open: 100 beyond the worst rate in the first make the second's 60 % a loss ratio of 65 %."""
    desk = Desk(slide(carry="1y", lag="12mo"))
    for t in range(23):
        given = {"earned": 1_000, "incurred": 700} if t == 3 else {"earned": 1_000, "incurred": 600} if t == 15 else {}
        desk.month(t, **given)
    owed = desk.trial.book.owed(desk.facts(22), desk.trial.memory)
    assert owed.tolist() == [-50 - 50]
    assert [int(desk.month(t).trued_up[0]) for t in (23,)] == [-50]


# --- stops -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stop", "losses", "due"),
    [("62%", 900, 280), ("62%", 600, 300), (6.2, 900, 280), ({"of_premium": "64%", "amount": 6.1}, 900, 290)],
)
def test_a_year_counts_up_to_its_stop(stop: Any, losses: int, due: int) -> None:
    stated = {"amount": stop} if stop == 6.2 else stop
    assert paid(Desk(slide(stop_per_year=stated, carry="forever")), [losses]) == [due]


def test_what_the_stop_cuts_is_not_carried() -> None:
    assert paid(Desk(slide(stop_per_year="70%", carry="forever")), [900, 550]) == [250, 300]


def test_a_claim_counts_up_to_its_stop_in_every_rule() -> None:
    """Two stops side by side: 500 count in the slide's losses, 640 in the corridor's, of claims of 800."""
    band = {"band": {"kind": "loss_corridor", "lower": 0.6, "upper": 0.9, "stop_per_claim": 4.0}}
    desk = Desk({**slide(stop_per_claim=3.0), **band})
    for t in range(YEAR):
        facts = desk.facts(t, **({"earned": 1_000, "incurred": 800} if t == 2 else {}))
        if t == 2:
            assert facts.stopped is not None and facts.stopped.stops == (300, 400)
            facts.stopped.amounts[:, 0, 0] = 500, 640
        statement = desk.trial.month(facts)
    assert int((statement.expensed - statement.reversed)[0]) == 50 and int(statement.loss_share[0]) == 40


def test_tiers_by_a_trailing_loss_ratio_with_stops() -> None:
    scale = {"kind": "retroactive", "brackets": [{"above": 0, "rate": 0.2}, {"above": 0.6, "rate": 0.1}]}
    rule = {"kind": "tiers", "by": "loss_ratio", "window": "trailing", "scale": scale}
    for stop, due in ((None, 100), ("55%", 200)):
        desk = Desk({"tiers": {**rule, **({"stop_per_year": stop} if stop else {})}})
        desk.month(0, earned=1_000, incurred=900)
        assert desk.month(1, premium_new=1_000).accrued[0] == due


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        (slide(carry="18mo"), "carry is in whole years"),
        (slide(carry_credit="30y"), "carry_credit is in whole years"),
        (slide(carry="1y", points=[{"loss_ratio": 0.5, "rate": 0.3}]), "nothing to carry"),
        (slide(stop_per_year=1.5), "a ratio or a sum"),
        (slide(stop_per_year={}), "state a ratio to premium"),
        (slide(stop_per_claim=0), "no claim counts"),
        (profit(carry_credit="1y"), "state most"),
        (
            {"x": {"kind": "contingent_bonus", "rate": 0.1, "volume": 1, "stop_per_claim": 5.0}},
            "belong to a loss ratio",
        ),
        ({"x": {"kind": "loss_corridor", "lower": 0.7, "upper": 0.9, "stop_per_year": "70%"}}, "no losses in the band"),
    ],
)
def test_refused(rule: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        Desk(rule)
