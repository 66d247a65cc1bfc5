"""Pools, legs and rules of some days through the simulator: books, sums, and batches."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.engine.model import PartnerNetwork
from sim.partners.listed import Listed
from tests.whole.running import many, monthly, named
from tests.whole.scenarios import EVERYTHING, P, S, plan
from tests.whole.test_invariants import check_books

RULES: dict[str, Any] = {
    "base": {"kind": "base", "new": 0.1},
    "club": {"kind": "pool", "share": 0.02, "amount": 300.0, "window": "quarter", "volume": "gross"},
    "team": {"kind": "legs", "rate": 0.1, "legs": "two_largest"},
    "sides": {"kind": "legs", "per": 2, "by": "count", "amount": 7.0, "window": "half_year", "legs": "stated"},
    "spring": {"kind": "share_bonus", "new": 0.05, "effective_from": "2025-03-10", "effective_until": "2025-05-20"},
}
ROSTER = tuple(
    Listed(
        f"p{i:02d}", ("banks", "dealers", "brokers")[i % 3], 9.0 + i % 5,
        sponsor=f"p{(i - 1) // 3:02d}" if i else None, leg=("left", "right", "")[i % 3] if i else "",
    )
    for i in range(20)
)  # fmt: skip
GROWING = {
    "months": "14mo", "policy.rules": RULES, "products.motor.cancellation": 0.1,
    "segments.dealers.turnover.recruiting": 0.08,
}  # fmt: skip


def test_books_and_what_the_pool_gives_away() -> None:
    """Each quarter 2 % of what partners wrote in it, and 300; nothing in between."""
    run = plan(GROWING, EVERYTHING, ROSTER)
    model, premium = PartnerNetwork(run, 1), []
    ours = model.plan.population.rows - len(run.scenario.own) - 1
    while model.month < run.months:
        model.step()
        table = model.table
        premium.append(int((table.premium_new + table.premium_renewal)[:, :ours].sum()))
    found = named(model)
    check_books(found, opened=False)
    by_quarter = np.array(premium)[run.warm_up :][:12].reshape(4, 3).sum(axis=1)
    paid = found["commission_of_rule.club"]
    assert paid[2:12:3].tolist() == np.rint(0.02 * by_quarter + 300_00).tolist()
    assert paid[:2].sum() + paid[12:].sum() == 0
    assert all(found[f"commission_of_rule.{name}"].sum() > 0 for name in RULES)
    assert (found["commission_of_rule.spring"] > 0).tolist() == [2 <= t < 5 for t in range(14)]


def test_replications_together_are_as_alone() -> None:
    run = plan(GROWING, EVERYTHING, ROSTER)
    names = [f"commission_of_rule.{name}" for name in RULES]
    together, alone = many(run, 3, *names), [monthly(run, r) for r in range(3)]
    for name in names:
        assert (together[name] == [one[name] for one in alone]).all(), name


def test_days_of_a_month_through_the_simulator() -> None:
    """Ten partners sell 100.00 each: 10 % to 14 March, 20 % after it, and 5 % on 10 of the 30 days of April."""
    rules = {
        "base": {"kind": "base", "new": {"since": {"2025-01": 0.1, "2025-03-15": 0.2}}},
        "few": {"kind": "promotion", "share": 0.05, "effective_from": "2025-04-11", "effective_until": "2025-04-21"},
    }
    found = monthly(plan({"policy.rules": rules, f"{P}.term": "0mo", f"{S}.partners": 10}))
    of_base, of_few = (found[f"commission_of_rule.{name}"] for name in ("base", "few"))
    march = 10 * round(100_00 * (0.1 * 14 + 0.2 * 17) / 31)
    assert of_base[1:4].tolist() == [10 * 10_00, march, 10 * 20_00]
    assert of_few[2:5].tolist() == [0, pytest.approx(10 * 100_00 * 0.05 / 3, abs=10), 0]
