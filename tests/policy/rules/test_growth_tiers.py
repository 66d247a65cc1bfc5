"""Tiers by customers, growth and loss ratio, and in contract years, on facts written by hand.

Notation: t month from January 2025. Money is in minor units.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from sim.engine.model import PartnerNetwork
from tests.policy.desk import Desk
from tests.whole.scenarios import P, S, plan

GROWTH = [(0, 0.1), ("10%", 0.12), (0.5, 0.15), ("100%", 0.2)]
FALLING = [(0, 0.3), (0.5, 0.2), ("70%", 0.1)]


def tiers(by: str, steps: list[tuple[Any, float]], **more: Any) -> dict[str, Any]:
    brackets = [{"above": above, "rate": rate} for above, rate in steps]
    scale = {"kind": more.pop("kind", "retroactive"), "brackets": brackets, "edge": more.pop("edge", "left")}
    return {"volume": {"kind": "tiers", "by": by, "scale": scale, **more}}


def commission(desk: Desk, months: int, **given: Any) -> list[int]:
    """The first partner's commission of each month; `given` says facts by month."""
    return [
        int(desk.month(t, **{name: by_month(t) for name, by_month in given.items()}).commission[0])
        for t in range(months)
    ]


# --- customers -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("edge", "at_bound"), [("left", 0.2), ("right", 0.1)])
def test_contracts_in_force_set_the_rate_of_the_month(edge: str, at_bound: float) -> None:
    """Contracts of both products together at the last close, nothing is trued up."""
    desk = Desk(tiers("customers", [(0, 0.1), (100, 0.2)], edge=edge), 3, products={"a": 12, "b": 12})
    booked = desk.month(0, premium_new=[[1_000], [500]], premium_renewal=100, in_force=[[60, 60, 60], [39, 40, 41]])
    assert booked.accrued.tolist() == [170, round(1_700 * at_bound), 340] and not booked.trued_up.any()
    assert desk.month(1, premium_new=1_000).accrued.tolist() == [200, 200, 200]


# --- growth ----------------------------------------------------------------------------------------------------------


def rate_of(growth: float) -> float:
    return 0.1 if growth < 0.1 else 0.12 if growth < 0.5 else 0.15 if growth < 1 else 0.2


@pytest.mark.parametrize(("window", "length"), [("month", 1), ("quarter", 3), ("year", 12)])
def test_window_is_worth_the_rate_of_its_growth(window: str, length: int) -> None:
    """Premium of a window over that window a year before; at each statement the window has booked its rate so far."""
    desk = Desk(tiers("growth", GROWTH, window=window))
    random = np.random.default_rng(5)
    premium = random.integers(0, 5, 48) * 10_000
    paid = commission(desk, 48, premium_new=lambda t: premium[t])
    grown = 0
    for t in range(48):
        first = t - t % length
        volume, before = (
            premium[first : t + 1].sum(),
            premium[first - 12 : first - 12 + length].sum() if first >= 12 else 0,
        )
        rate = rate_of(volume / before - 1) if before else 0.1
        assert sum(paid[first : t + 1]) == round(rate * volume)
        grown += rate > 0.1
    assert grown >= 4


def test_growth_at_its_bound_and_new_and_renewal_premium() -> None:
    """110 % of 30 of premium, in money that no binary fraction holds: the bound belongs to the tier it starts."""
    for edge, rates in (("left", (0.1, 0.12)), ("right", (0.1, 0.1))):
        for premium, rate in zip((32_999, 33_000), rates, strict=True):
            desk = Desk(tiers("growth", GROWTH, edge=edge))
            commission(desk, 12, premium_new=lambda t: 10_000 * (t == 2), premium_renewal=lambda t: 20_000 * (t == 7))
            later = desk.month(12, premium_new=premium - 1_000, premium_renewal=1_000).commission[0]
            assert later == round(rate * (premium - 1_000)) + round(rate * 1_000)


def test_trailing_growth_sets_the_rate_of_the_month() -> None:
    """Twelve months over the twelve before, known from the 24th month on; nothing is trued up."""
    premium = [10_000] * 24 + [30_000] * 12 + [0] * 3 + [10_000] * 3
    desk = Desk(tiers("growth", GROWTH, window="trailing"))
    for t, one in enumerate(premium):
        booked = desk.month(t, premium_new=one)
        now, before = sum(premium[max(0, t - 11) : t + 1]), sum(premium[max(0, t - 23) : max(0, t - 11)])
        rate = rate_of(now / before - 1) if t >= 23 else 0.1
        assert (booked.accrued[0], booked.trued_up[0]) == (round(rate * one), 0)


def test_year_seen_in_part_is_no_measure_of_growth() -> None:
    """From February on: the first year to be compared with is the second."""
    desk = Desk(tiers("growth", GROWTH))
    paid = {t: int(desk.month(t, premium_new=1_000 * 3 ** (t // 12)).commission[0]) for t in range(1, 36)}
    assert sum(paid[t] for t in range(12, 24)) == 3_600
    assert sum(paid[t] for t in range(24, 36)) == 21_600


# --- loss ratio ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("window", "length"), [("month", 1), ("quarter", 3), ("year", 12)])
@pytest.mark.parametrize("lag", [0, 2, 13])
def test_last_judged_window_sets_the_rate_of_the_month(window: str, length: int, lag: int) -> None:
    """A falling scale on earned premium; until a window has been judged the stated rate holds."""
    desk = Desk(tiers("loss_ratio", FALLING, window=window, lag=f"{lag}mo", until_known=0.25))
    random = np.random.default_rng(7)
    earned, incurred = random.integers(1, 9, 60) * 1_000, random.integers(0, 9, 60) * 700
    seen = set()
    for t in range(60):
        booked = desk.month(t, premium_new=10_000, earned=earned[t], incurred=incurred[t])
        last = (t - lag) // length  # windows that ended at least lag months before last month's statement
        rate = 0.25
        if last >= 1:
            there = slice((last - 1) * length, last * length)
            ratio = incurred[there].sum() / earned[there].sum()
            rate = 0.3 if ratio < 0.5 else 0.2 if ratio < 0.7 else 0.1
        assert (booked.accrued[0], booked.trued_up[0]) == (round(rate * 10_000), 0)
        seen.add(rate)
    assert len(seen) >= 3


@pytest.mark.parametrize("lag", [0, 5])
def test_trailing_loss_ratio(lag: int) -> None:
    """Twelve months that ended lag months before last month's close."""
    desk = Desk(tiers("loss_ratio", FALLING, window="trailing", lag=f"{lag}mo"))
    random = np.random.default_rng(9)
    earned, incurred = random.integers(1, 9, 60) * 1_000, random.integers(0, 12, 60) * 600
    rates = []
    for t in range(60):
        there = slice(max(0, t - lag - 12), max(0, t - lag))
        ratio = incurred[there].sum() / earned[there].sum() if t > lag else 0.0
        rates.append(0.3 if ratio < 0.5 else 0.2 if ratio < 0.7 else 0.1)
        assert desk.month(t, premium_new=10_000, earned=earned[t], incurred=incurred[t]).accrued[0] == round(
            rates[-1] * 10_000
        )
    assert set(rates) == {0.1, 0.2, 0.3}


def test_loss_ratio_of_paid_losses_on_written_premium() -> None:
    """600.00 happen in December, a third paid at once, the rest a month on: 20 % is known then, 60 % with the lag."""
    for lag, rate in ((0, 0.3), (1, 0.2)):
        rule = tiers("loss_ratio", FALLING, losses="paid", basis="written", lag=f"{lag}mo", until_known=0.0)
        desk = Desk(rule, payment_patterns={"line": [1 / 3, 2 / 3]})
        commission(
            desk,
            12 + lag,
            premium_new=lambda t: 100_000 * (t == 0),
            earned=lambda t: 7,
            incurred=lambda t: 60_000 * (t == 11),
        )
        assert desk.month(12 + lag, premium_new=1_000).accrued[0] == round(rate * 1_000)


# --- contract years --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "two"), [("marginal", 1_000 + 400), ("retroactive", 2_400)])
def test_contract_years_begin_in_the_month_of_entry(kind: str, two: int) -> None:
    """Those there from the beginning have calendar years; an entrant of April (t = 3) years from April. 60.00 each."""
    desk = Desk(tiers("premium", [(0, 0.1), (100, 0.2)], kind=kind, window="contract_year"), 2)
    paid = np.array(
        [
            desk.month(
                t,
                entered=[-(2**14), 3],
                premium_new=[6_000 * (t in (1, 6, 13)), 6_000 * (t in (8, 13))],
                premium_renewal=[6_000 * (t == 18), 6_000 * (t == 15)],
            ).commission
            for t in range(24)
        ]
    )
    assert (paid[:12, 0].sum(), paid[12:, 0].sum()) == (two, two)
    assert (paid[:15, 1].sum(), paid[15:, 1].sum()) == (two, 600)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 11), st.lists(st.integers(0, 10**6), min_size=30, max_size=30))
def test_entrant_in_its_contract_years_is_like_a_partner_in_calendar_years(month: int, premium: list[int]) -> None:
    """Shifting entry and business by some months shifts the commission, whatever tiers are measured by."""
    for by, steps in (("premium", [(0, 0.1), (5_000, 0.2)]), ("growth", GROWTH), ("loss_ratio", FALLING)):
        entrant, other = Desk(tiers(by, steps, window="contract_year")), Desk(tiers(by, steps, window="year"))
        for t in range(month):
            entrant.month(t, entered=[-(2**14)])
        for t, one in enumerate(premium):
            given = {"premium_new": one, "earned": one, "incurred": premium[-t]}
            assert entrant.month(month + t, entered=[month], **given).commission == other.month(t, **given).commission


# --- what partners expect, what is refused ---------------------------------------------------------------------------


def offered(rule: dict[str, Any], changes: dict[str, Any] | None = None) -> float:
    """Rate that a partner with 5 sales of 100.00 a month may expect, percent."""
    model = PartnerNetwork(plan({f"{S}.flow": 5.0, "policy.rules": rule, **(changes or {})}))
    return float(model.table.offer[0])


def test_expected_rates() -> None:
    assert offered(tiers("customers", [(0, 0.1), (60, 0.2), (61, 0.3)])) == pytest.approx(
        20
    )  # 5 a month, for 12 months
    assert offered(tiers("growth", [(0, 0.1), (0.01, 0.2)])) == pytest.approx(10)
    assert offered(tiers("premium", [(0, 0.1), (6_000, 0.2)], window="contract_year")) == pytest.approx(20)
    claims = {
        f"{P}.cost_ratio": None,
        f"{P}.claims": {"frequency": 1.0, "loss_ratio": 0.9, "severity": {"dist": "exponential"}},
    }
    assert offered(tiers("loss_ratio", FALLING), claims) == pytest.approx(30)
    assert offered(tiers("loss_ratio", FALLING, until_known=0.15), claims) == pytest.approx(15)


def test_caps_and_highest_rates() -> None:
    for by, facts in (("customers", {"in_force": 50}), ("growth", {}), ("loss_ratio", {})):
        desk = Desk(
            tiers(by, [(0, 0.1), (1, 0.4)], until_known=0.3 if by == "loss_ratio" else None), cap={"line": 0.25}
        )
        commission(desk, 12, premium_new=lambda t: 1_000 * (t == 0), earned=lambda t: 1_000, incurred=lambda t: 2_000)
        assert desk.month(12, premium_new=10_000, **facts).commission[0] == 2_500
        assert desk.trial.book.rules[0][1].highest_rate("line", "partners") == 0.4


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        (tiers("retention", FALLING, kind="marginal"), "retention has no slices"),
        (tiers("premium", FALLING, kind="marginal", period="last"), "has ended has no slices"),
        (tiers("premium", FALLING, window="lifetime", period="last"), "never ends"),
        (tiers("premium", FALLING, grace=1), "write period: last"),
        (tiers("premium", FALLING, quota=100), "of_quota: true"),
        (tiers("growth", GROWTH, of_quota=True), "a ratio already"),
        (tiers("retention", FALLING, counts="new"), "of all business"),
        (tiers("premium", FALLING, pays="new", from_age="1mo"), "nothing would be paid"),
        (tiers("loss_ratio", FALLING, window="lifetime"), "judged when a window ends"),
        (tiers("premium", FALLING, of="margin"), "volume: gross"),
        (tiers("loss_ratio", FALLING, kind="marginal"), "write kind: retroactive"),
        (tiers("customers", FALLING, kind="marginal"), "no slices"),
        (tiers("customers", FALLING, window="quarter"), "leave out window"),
        (tiers("premium", FALLING, lag="3mo"), "belong to a loss ratio"),
        (tiers("premium", GROWTH, until_known=0.1), "always known"),
        (tiers("loss_ratio", FALLING, window="trailing", losses="paid"), "losses: incurred"),
    ],
)
def test_refused(rule: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        Desk(rule)


def test_a_partner_expects_the_customers_it_would_have_in_time() -> None:
    """Ten sales a month that last 1 + 0.5 + 0.25 + ... = 2 months on average are twenty customers."""
    scale = {
        "kind": "retroactive",
        "brackets": [{"above": 0, "rate": 0.1}, {"above": 15, "rate": 0.2}, {"above": 25, "rate": 0.3}],
    }
    changes = {
        f"{P}.term": "1mo", f"{P}.renewal": 0.5, f"{S}.partners": 1, f"{S}.flow": 10.0, "months": "24mo",
        "policy.rules": {"customers": {"kind": "tiers", "by": "customers", "scale": scale}},
    }  # fmt: skip
    laid = plan(changes)
    assert laid.layout.lives[0] == pytest.approx(2.0 - 2.0**-23, abs=1e-12)
    assert PartnerNetwork(laid).market.our_segment_rates[0] == pytest.approx(0.2)
