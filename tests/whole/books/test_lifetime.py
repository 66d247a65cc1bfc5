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


MANY = {"months": "36mo", f"{S}.partners": 1, f"{S}.flow": 2000.0, f"{P}.cancellation": 0.01}


@pytest.mark.parametrize(("renewal", "first"), [(0.7, 0.7), ([0.5, 0.9], 0.5)])
def test_persistency_is_that_of_the_first_renewal(renewal: Any, first: float) -> None:
    """Cancelled in none of twelve months and renewed once, whether or not later renewals are told apart."""
    found = figures({**MANY, f"{P}.renewal": renewal, "opening.kind": "warm_up", "opening.months": "24mo"})
    assert found["persistency_13"] == pytest.approx(0.99**12 * first, abs=0.005)


@pytest.mark.parametrize("lag", [1, 2])
def test_days_of_receivable(lag: int) -> None:
    """Premium remitted so many months later stands so many months in the books."""
    found = figures({"months": "24mo", f"{S}.remittance.lag": f"{lag}mo"})
    assert found["receivable_days"] == pytest.approx(lag * 365.25 / 12.0)


def test_churn_counts_shares() -> None:
    """Of three and a half a year ago one has left, one gives half of what it gave, one more than then."""
    then, share = np.array([1.0, 1.0, 1.0, 0.5], dtype=np.float32), np.array([1.0, 1.0, 0.5, 0.8])
    status, lost, stood = np.array([ACTIVE, LEFT, ACTIVE, ACTIVE], dtype=np.int8), np.zeros(1), np.zeros(1)
    activity.lost(np.array([0, 4], dtype=np.uint64), then, share, status, lost, stood)
    assert (lost[0], stood[0]) == (1.5, 3.5)


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
