"""Persistency, days of receivable, churn, and what customers and partners are worth against the cost to win them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.partners import activity
from sim.partners.columns import ACTIVE, LEFT
from sim.results import kpis
from sim.results.cube import Cube
from sim.runs.replicate import replicate
from tests.whole.books.test_contribution import TWO
from tests.whole.scenarios import P, S, plan


def figures(changes: dict[str, Any], replications: int = 1) -> dict[str, float]:
    """Key figures of a changed scenario by name."""
    laid = plan(changes)
    monthly = np.array([one.monthly for one in replicate(laid, range(replications))])
    found = kpis.key_figures(Cube.of(laid, monthly[None, None], range(replications), laid.metrics), laid.scenario)
    return {name: one.estimate().figure for name, one in found.items()}


def test_customers_by_hand() -> None:
    """Ten contracts of 120 win 24 % and 36 each; a year's margin is 47.28, kept for certain, discounted at 10 %.

    Of 1 250 earned there remain 132.5 after all cost, 492.5 before the 360 that new business took to win.
    """
    found = figures({**TWO, f"{S}.cost": {}, "accounts.discount_rate": 0.1})
    assert found["persistency_13"] == found["persistency_13.cheap"] == 1.0
    assert found["customer_cost.cheap"] == pytest.approx(0.3 * 120.0)
    assert found["customer_value.cheap"] == pytest.approx(492.5 / 1250.0 * 120.0 * 1.1 / 0.1)
    assert found["customer_value.dear"] == pytest.approx(200.0)  # sold once: what is left before commission


BEGINNING = {"market.demand": {"since": {"2025-01": 1.0, "2025-02": 0.0}}}


def test_a_customer_that_leaves_at_once_is_worth_its_half_month() -> None:
    """Of 120 a twenty-fourth is earned and the rest refunded: of it 2.5 + 0.25 + 0.25 are cost, and no one renews.

    To win it took 12, all lost with it, and a commission of 24, of which a twenty-fourth is kept.
    """
    found = figures({**TWO, f"{S}.cost": {}, "products.cheap.cancellation": 1.0})
    assert found["persistency_13.cheap"] == 0.0
    assert found["customer_cost.cheap"] == pytest.approx(0.1 * 120.0 + 0.2 * 5.0)
    assert found["customer_value.cheap"] == pytest.approx(5.0 - 2.5 - 0.25 - 0.25)


def test_what_is_expensed_at_once_is_a_cost_of_premium_written() -> None:
    """Half a year's contracts have earned little: the cost of a contract is still that of all its premium."""
    found = figures({"months": "6mo", "accounts.acquisition": "expensed", "policy.rules.base.new": 0.2})
    assert found["customer_cost.line"] == pytest.approx(0.2 * 100.0)


def test_ratios_of_parts_by_hand() -> None:
    """Agents earn 1 250 of cheap and 2 000 of dear; commission 242.50 and 200; cheap alone bears expenses, of 20 %."""
    found = figures({**TWO, f"{S}.cost": {}})
    assert found["commission_ratio_of.agents"] == pytest.approx((242.5 + 200.0) / 3250.0)
    assert found["commission_ratio_of.shops"] == pytest.approx(0.1)
    assert found["expense_ratio.cheap"] == pytest.approx(0.1 + 0.05 + 0.1 * 0.5)
    assert found["expense_ratio_of.agents"] == pytest.approx(0.2 * 1250.0 / 3250.0)
    assert found["expense_ratio.dear"] == found["expense_ratio_of.shops"] == 0.0


@pytest.mark.parametrize("basis", ["written", "earned"])
def test_commission_of_a_product_is_over_what_it_earns(basis: str) -> None:
    """12 % of premium, whenever it accrues: a trail is no less than commission at the sale."""
    found = figures({"policy.rules.base": {"kind": "base", "new": 0.12, "basis": basis}})
    assert found["commission_ratio.line"] == pytest.approx(found["commission_ratio"])
    assert found["commission_ratio.line"] == pytest.approx(0.12, rel=2e-3)  # earned in whole kopecks


@pytest.mark.parametrize("months", [12, 6])
def test_what_a_short_horizon_does_not_know(months: int) -> None:
    """Nobody has been insured for a year; after a whole one it is known that all partners have stayed."""
    found = figures({"months": f"{months}mo", f"{P}.renewal": 0.5})
    unknown = ["persistency_13", "persistency_13.line", "customer_value.line"]
    unknown += [] if months == 12 else ["churn.agents", "partner_value.agents"]
    assert all(np.isnan(found[name]) for name in unknown)
    assert months == 6 or found["churn.agents"] == 0.0


MANY = {"months": "36mo", f"{S}.partners": 1, f"{S}.flow": 2000.0, f"{P}.cancellation": 0.01}


@pytest.mark.parametrize(("renewal", "first"), [(0.7, 0.7), ([0.5, 0.9], 0.5)])
def test_persistency_is_that_of_the_first_renewal(renewal: Any, first: float) -> None:
    """Cancelled in none of twelve months and renewed once, whether or not later renewals are told apart."""
    found = figures({**MANY, f"{P}.renewal": renewal, "opening.kind": "warm_up", "opening.months": "24mo"})
    assert found["persistency_13"] == pytest.approx(0.99**12 * first, abs=0.005)


@pytest.mark.parametrize("renewal", [0.0, 1.0])
def test_longer_terms_are_in_force_after_a_year_unless_they_are_cancelled(renewal: float) -> None:
    """None renews before its term ends, and a renewed contract of the third year is no new one."""
    longer = {f"{P}.term": "24mo", f"{P}.renewal": renewal, "months": "40mo"}
    assert figures({**BEGINNING, **longer})["persistency_13"] == 1.0
    found = figures({**MANY, **longer, f"{P}.cancellation": 0.02})
    assert found["persistency_13"] == pytest.approx(0.98**12, abs=0.005)


def test_renewals_that_a_limit_refuses_are_not_kept() -> None:
    """Of five contracts of 100 two renew at 200, since no more than 500 may be owed."""
    found = figures({
        **BEGINNING, "months": "13mo", f"{S}.partners": 1, f"{S}.flow": 5.0, f"{P}.renewal": 1.0,
        f"{P}.price": {"since": {"2025-01": 100.0, "2026-01": 200.0}}, f"{S}.remittance.lag": "1mo",
        "policy.credit_control": {"exposure_limit": 500.0},
    })  # fmt: skip
    assert found["persistency_13"] == pytest.approx(2 / 5)


def test_our_own_channel_counts() -> None:
    """A partner's customers that stay with us directly are kept: all but a tenth, whatever its share."""
    found = figures({**MANY, f"{S}.turnover": {"leave": 0.05}, f"{S}.partners": 50, f"{P}.cancellation": 0.0,
                     f"{P}.renewal": 0.9, f"{P}.portability": 0.0, f"{P}.direct_retention": 1.0})  # fmt: skip
    assert found["persistency_13"] == pytest.approx(0.9, abs=0.005)


@pytest.mark.parametrize("lag", [1, 2])
def test_days_of_receivable(lag: int) -> None:
    """Premium remitted so many months later stands so many months in the books."""
    found = figures({"months": "24mo", f"{S}.remittance.lag": f"{lag}mo"})
    assert found["receivable_days"] == pytest.approx(lag * 365.25 / 12.0)


def test_churn_counts_shares() -> None:
    """Of three and a half a year ago one has left, one gives half of what it gave, one more than then."""
    then, share = np.array([1.0, 1.0, 1.0, 0.5], dtype=np.float32), np.array([1.0, 1.0, 0.5, 0.8])
    status, lost, stood = np.array([ACTIVE, LEFT, ACTIVE, ACTIVE], dtype=np.int8), np.zeros(1), np.zeros(1)
    ours = np.empty(4, dtype=np.float32)
    activity.lost(np.array([0, 4], dtype=np.uint64), then, share, status, ours, lost, stood)
    assert (lost[0], stood[0]) == (1.5, 3.5)


def test_churn_is_a_difference_of_whole_reals() -> None:
    """Shares are kept as halves, what was lost of them is not rounded to one: compiled or not, the same bits."""
    then, ours, lost, stood = np.ones(1, np.float32), np.empty(1, np.float32), np.zeros(1), np.zeros(1)
    status, edges = np.array([ACTIVE], dtype=np.int8), np.array([0, 1], dtype=np.uint64)
    activity.lost(edges, then, np.array([0.1]), status, ours, lost, stood)
    assert lost[0] == 1.0 - float(np.float32(0.1)) != float(np.float32(1.0) - np.float32(0.1))


def test_partners_that_leave_are_worth_their_years() -> None:
    """Leaving by 2 % a month they stay with 0.98^12 from year to year; the margin of a year is what all contribute."""
    found = figures(
        {"months": "36mo", f"{S}.partners": 4000, f"{S}.turnover": {"leave": 0.02}, f"{S}.cost": {"onboarding": 5.0}}
    )
    assert found["churn.agents"] == pytest.approx(1.0 - 0.98**12, abs=0.01)
    assert found["partner_cost.agents"] == 5.0
    active = figures({"months": "36mo"})
    a_year = active["contribution_of.agents"] / 10 / 3
    assert found["partner_value.agents"] == pytest.approx(a_year / found["churn.agents"], rel=0.03)


def test_a_value_is_that_of_the_printed_figures() -> None:
    """Where few partners leave, and in many replications none, nobody is taken to stay for ever."""
    found = figures({"months": "24mo", f"{S}.turnover": {"leave": 0.01}, "accounts.discount_rate": 0.08}, 40)
    active = 10 * 2 * (1 - 0.99**24) / (24 * -np.log(0.99))  # partner-years, to a month or so
    a_year = found["contribution_of.agents"] / active
    assert found["partner_value.agents"] == pytest.approx(a_year * 1.08 / (0.08 + found["churn.agents"]), rel=0.03)


@pytest.mark.parametrize(("term", "cancelled"), [(1, 0.0), (3, 0.0), (1, 0.04)])
def test_customers_of_other_terms_are_worth_their_renewals(term: int, cancelled: float) -> None:
    """A margin of 60 a term, kept with 0.9 times those that did not cancel, discounted term by term (Gupta et al.)."""
    found = figures({
        "months": "36mo", f"{S}.partners": 1, f"{S}.flow": 2000.0, "accounts.discount_rate": 0.1,
        f"{P}.term": f"{term}mo", f"{P}.renewal": 0.9, f"{P}.cancellation": cancelled, f"{P}.cost_ratio": 0.4,
    })  # fmt: skip
    kept, growth = 0.9 * (1.0 - cancelled) ** term, 1.1 ** (term / 12)
    earned = 100.0 * (1.0 - cancelled / 2.0)  # of a month, half of which those who cancel have used
    assert found["customer_value.line"] == pytest.approx(0.6 * earned * growth / (growth - kept), rel=0.01)


@pytest.mark.parametrize(
    "changes", [{f"{P}.renewal": [0.8, 0.9]}, {f"{P}.price": {"since": {"2025-01": 100.0, "2025-06": 120.0}}}]
)
def test_where_contracts_are_not_alike_their_value_is_unknown(changes: dict[str, Any]) -> None:
    """Premium then says nothing of how many of the sold stay from term to term."""
    found = figures({"months": "12mo", f"{P}.term": "1mo", f"{P}.renewal": 0.9, **changes})
    assert np.isnan(found["customer_value.line"]) and found["customer_cost.line"] >= 0.0
