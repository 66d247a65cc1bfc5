"""Terms of payment through the simulator, to the kopeck: holdback, as collected, deferral, minimum payout, calendar.

One partner sells one contract of 100.00 a month for a commission of a fifth, due a month after its statement. Every
month's books are proven by the ledger: each account is the sum of what is due.

Notation: W premium a month, C its commission, minor units.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.whole.running import monthly
from tests.whole.scenarios import SMALLEST, P, S, plan

W, C = 10_000, 2_000
BASE = {"kind": "base", "new": 0.2}
DATES = ["2025-01", "2025-02", "2025-03", "2025-04", "2025-05", "2025-06", "2025-07", "2025-08", "2025-09"]
Series = dict[str, np.ndarray]


def played(rules: dict[str, dict[str, Any]], months: int = 8, **changes: Any) -> Series:
    """The recorded series of the partner under the given rules of payment; keyword names are below the segment."""
    below = {f"{S}.{name}": value for name, value in changes.items()}
    terms = {f"{P}.term": "0mo", f"{S}.partners": 1, "months": f"{months}mo", "policy.rules": {"base": BASE, **rules}}
    return monthly(plan({**terms, **below}))


def gone_from(month: int) -> dict[str, Any]:
    """Turnover of a partner that leaves at the start of a month."""
    return {"leave": {"since": {"2024-01": 0.0, DATES[month]: 1.0}}}


def defaults_in(month: int, lag: str) -> dict[str, Any]:
    return {"lag": lag, "default": {"since": {"2024-01": 0.0, DATES[month]: 1.0}}}


# --- holdback --------------------------------------------------------------------------------------------------------


def test_held_back_and_released() -> None:
    """A quarter is kept; after two quiet months more than the rest waits it is paid."""
    found = played({"kept": {"kind": "holdback", "share": 0.25, "months": "2mo"}})
    assert found["holdback_kept"].tolist() == [500] * 8
    assert found["holdback_released"].tolist() == [0, 0, 0, 500, 500, 500, 500, 500]
    assert found["balance.holdback"].tolist() == [500, 1_000, 1_500, 1_500, 1_500, 1_500, 1_500, 1_500]
    assert found["commission_paid"].tolist() == [0, 1_500, 1_500, 2_000, 2_000, 2_000, 2_000, 2_000]
    assert found["balance.commission_payable"].tolist() == [1_500] * 8


def test_share_held_back_is_dated_and_ends() -> None:
    """Half from March, nothing from May; what is kept then is still released in its time."""
    kept = {
        "kind": "holdback",
        "share": {"since": {"2025-01": 0.0, "2025-03": 0.5}},
        "months": "2mo",
        "effective_until": "2025-05",
    }
    found = played({"kept": kept})
    assert found["holdback_kept"].tolist() == [0, 0, 1_000, 1_000, 0, 0, 0, 0]
    assert found["holdback_released"].tolist() == [0, 0, 0, 0, 0, 1_000, 1_000, 0]
    assert found["commission_paid"].tolist() == [0, 2_000, 2_000, 1_000, 1_000, 3_000, 3_000, 2_000]


def test_holdback_is_set_off_at_default() -> None:
    """In March three batches are out: 2 x 1000 of commission, then 3 x 1000 held back are set off, the rest is lost."""
    found = played({"kept": {"kind": "holdback", "share": 0.5, "months": "6mo"}}, remittance=defaults_in(2, "2mo"))
    assert found["commission_netted"].tolist() == [0, 0, 2_000, 0, 0, 0, 0, 0]
    assert found["holdback_set_off"].tolist() == [0, 0, 3_000, 0, 0, 0, 0, 0]
    assert found["receivable_written_off"].tolist() == [0, 0, 25_000, 0, 0, 0, 0, 0]
    assert found["commission_paid"].tolist() == [0, 1_000, 0, 0, 0, 0, 0, 0]
    assert (found["balance.holdback"][2:] == 0).all() and (found["balance.receivable"][2:] == 0).all()


def test_holdback_beyond_the_debt_goes_back() -> None:
    """All of eight months is held back, one batch is out: it is covered, and 6000 is paid to whom it belongs."""
    found = played({"kept": {"kind": "holdback", "share": 1.0, "months": "12mo"}}, 9, remittance=defaults_in(7, "0mo"))
    assert found["holdback_set_off"].tolist() == [0] * 7 + [W, 0]
    assert found["holdback_released"].tolist() == [0] * 7 + [8 * C - W, 0]
    assert found["commission_paid"].tolist() == [0] * 7 + [8 * C - W, 0]
    assert found["receivable_written_off"].sum() == 0
    assert found["balance.commission_payable"][-1] == 0


@pytest.mark.parametrize("forfeited", [True, False])
def test_leaving_with_something_held_back(forfeited: bool) -> None:
    """It leaves in April: of three parts kept, January's has become due in March; the others are lost, or paid."""
    kept = {"kind": "holdback", "share": 0.5, "months": "1mo", "forfeited_on_leaving": forfeited}
    found = played({"kept": kept}, turnover=gone_from(3))
    assert found["holdback_kept"].tolist() == [1_000] * 3 + [0] * 5
    later = [0, 0, 0, 1_000, 1_000, 0, 0, 0]
    assert found["holdback_forfeited"].tolist() == (later if forfeited else [0] * 8)
    assert found["holdback_released"].tolist() == [0, 0, 1_000] + ([0] * 5 if forfeited else later[3:])
    assert found["commission_paid"].sum() == 3 * C - (2_000 if forfeited else 0)
    assert found["balance.holdback"][-1] == found["balance.commission_payable"][-1] == 0


def test_nothing_is_held_back_of_a_debt() -> None:
    """A statement of a penalty alone (4 bad leads of 3.75) keeps nothing back, and goes against later payments."""
    funnel = {"click_rate": 1.0, "lead_rate": 1.0, "conversion": 0.1, "bad_leads": 0.5}
    found = played(
        {
            "base": {"kind": "base", "new": {"since": {"2024-01": 0.0, "2025-02": 0.2}}},
            "kept": {"kind": "holdback", "share": 0.5, "months": "1mo"},
            "out": {"kind": "bad_lead_penalty", "amount": 3.75},
        },
        4,
        funnel=funnel,
    )
    assert found["commission_reversed"].tolist() == [1_500] * 4  # 9 leads did not buy, 4 of them bad
    assert found["holdback_kept"].tolist() == [0, 250, 250, 250]
    assert found["commission_paid"].tolist() == [0, 0, 0, 0]
    assert found["balance.commission_payable"].tolist() == [-1_500, -1_250, -1_000, -500]


# --- when it is paid -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rules", "waits"),
    [
        ({}, 1),
        ({"later": {"kind": "deferred", "months": "2mo"}}, 3),
        ({"check": {"kind": "approval", "months": "1mo"}}, 2),
        ({"later": {"kind": "deferred", "months": "2mo"}, "check": {"kind": "approval", "months": "1mo"}}, 4),
        ({"later": {"kind": "deferred", "months": "2mo", "segments": ["agents"]}}, 3),
    ],
)
def test_deferral_and_approval(rules: dict[str, Any], waits: int) -> None:
    found = played(rules)
    assert found["commission_paid"].tolist() == [0] * waits + [C] * (8 - waits)
    assert found["balance.commission_payable"][-1] == waits * C


def test_deferral_from_a_date_on() -> None:
    """Statements up to February wait a month, later ones three: nothing is paid in April and May."""
    found = played({"later": {"kind": "deferred", "months": "2mo", "effective_from": "2025-03"}})
    assert found["commission_paid"].tolist() == [0, C, C, 0, 0, C, C, C]


@pytest.mark.parametrize(
    ("lag", "paid"), [("0mo", [C] * 6), ("2mo", [0, 0, C, C, C, C]), ("1.5mo", [0, C // 2, C, C, C, C])]
)
def test_collected(lag: str, paid: list[int]) -> None:
    """Commission falls due with the remittance of its premium, whatever the delay of payment."""
    found = played({"pay": {"kind": "collected"}}, 6, remittance={"lag": lag})
    assert found["commission_paid"].tolist() == paid
    assert found["commission_netted"].sum() == 0
    received = W * np.array(paid) / C
    assert found["premium_remitted"].tolist() == received.tolist()


def test_collected_waits_for_premium_that_is_late() -> None:
    """Nothing is remitted before April, then all four batches; a fixed bonus waits for no premium."""
    late = {"lag": "0mo", "discipline": {"since": {"2024-01": 0.0, "2025-04": 1.0}}}
    bonus = {"kind": "fixed_bonus", "amount": 3.0}
    found = played({"pay": {"kind": "collected"}, "bonus": bonus}, 6, remittance=late)
    assert found["premium_remitted"].tolist() == [0, 0, 0, 4 * W, W, W]
    assert found["commission_paid"].tolist() == [0, 300, 300, 4 * C + 300, C + 300, C + 300]


def test_collected_and_never_collected() -> None:
    """At default the commission that waited for its premium is set off against it."""
    found = played({"pay": {"kind": "collected"}}, 4, remittance=defaults_in(2, "3mo"))
    assert found["commission_paid"].sum() == 0
    assert found["commission_netted"].tolist() == [0, 0, 3 * C, 0]
    assert found["receivable_written_off"].tolist() == [0, 0, 3 * (W - C), 0]


@pytest.mark.parametrize(
    ("every", "paid"),
    [
        ("month", [0] + [C] * 12),
        ("quarter", [0, 0, 2 * C, 0, 0, 3 * C, 0, 0, 3 * C, 0, 0, 3 * C, 0]),
        ("half_year", [0] * 5 + [5 * C] + [0] * 5 + [6 * C] + [0]),
        ("year", [0] * 11 + [11 * C] + [0]),
    ],
)
def test_payout_calendar(every: str, paid: list[int]) -> None:
    """What has fallen due by the last month of the calendar's period is paid then."""
    assert played({"pay": {"kind": "payout_calendar", "every": every}}, 13)["commission_paid"].tolist() == paid


def test_minimum_payout_waits_and_pays_all_at_leaving() -> None:
    """Accounts of 20, 40 wait for 60 over a minimum of 50; the equal of the minimum is enough."""
    found = played({"pay": {"kind": "minimum_payout", "amount": 50.0}})
    assert found["commission_paid"].tolist() == [0, 0, 0, 3 * C, 0, 0, 3 * C, 0]
    exact = played({"pay": {"kind": "minimum_payout", "amount": 40.0}})
    assert exact["commission_paid"].tolist() == [0, 0, 2 * C, 0, 2 * C, 0, 2 * C, 0]
    left = played({"pay": {"kind": "minimum_payout", "amount": 50.0}}, turnover=gone_from(5))
    assert left["commission_paid"].tolist() == [0, 0, 0, 3 * C, 0, 2 * C, 0, 0]
    assert left["balance.commission_payable"][-1] == 0


def test_minimum_payout_with_a_calendar() -> None:
    """A quarter's account that is too small waits for the next quarter."""
    rules = {
        "pay": {"kind": "payout_calendar", "every": "quarter"},
        "least": {"kind": "minimum_payout", "amount": 45.0},
    }
    assert played(rules, 9)["commission_paid"].tolist() == [0] * 5 + [5 * C, 0, 0, 3 * C]


def test_terms_of_one_segment_leave_the_others() -> None:
    other = {**SMALLEST["segments"]["agents"], "partners": 2}
    changes = {f"{P}.term": "0mo", f"{S}.partners": 1, "segments.others": other, "months": "4mo"}
    rules = {"base": BASE, "later": {"kind": "deferred", "months": "1mo", "segments": ["agents"]}}
    assert monthly(plan({**changes, "policy.rules": rules}))["commission_paid"].tolist() == [0, 2 * C, 3 * C, 3 * C]


@settings(max_examples=25, deadline=None)
@given(
    share=st.floats(0.0, 1.0), quiet=st.integers(1, 3), more=st.integers(0, 2),
    every=st.sampled_from(["month", "quarter"]), least=st.integers(0, 60), lag=st.sampled_from(["0mo", "0.5mo", "2mo"]),
    net=st.booleans(), percent=st.integers(0, 50),
)  # fmt: skip
def test_everything_owed_is_paid_in_the_end(
    share: float, quiet: int, more: int, every: str, least: int, lag: str, net: bool, percent: int
) -> None:
    """Whatever the terms, a partner that sells for eight months and leaves gets all its commission."""
    rules = {
        "base": {"kind": "base", "new": percent / 100},
        "kept": {"kind": "holdback", "share": share, "months": f"{quiet}mo"},
        "later": {"kind": "deferred", "months": f"{more}mo"},
        "pay": {"kind": "payout_calendar", "every": every},
        "least": {"kind": "minimum_payout", "amount": float(least)},
    }
    found = played(rules, 15, remittance={"lag": lag, "net": net}, turnover=gone_from(8))
    owed = found["commission_accrued"].sum()
    assert owed == 8 * percent * W // 100
    assert found["commission_paid"].sum() + found["commission_netted"].sum() == owed
    assert (
        found["balance.commission_payable"][-1] == found["balance.holdback"][-1] == found["balance.receivable"][-1] == 0
    )
