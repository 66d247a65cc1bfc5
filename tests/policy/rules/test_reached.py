"""What partners reach sets their rate in a played market as in a worked case: quotas, margin, retention, a status."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.engine.model import PartnerNetwork
from sim.partners.listed import Listed
from sim.runs.replicate import replicate
from tests.whole.scenarios import EVERYTHING, P, S, plan

SCALE = {"kind": "retroactive", "brackets": [{"above": 0, "rate": 0.1}, {"above": 0.9, "rate": 0.2}]}
STEPS = [{"above": 0, "rate": 0.05}, {"above": 5_000, "rate": 0.08}]


def accrued(rules: dict[str, Any], months: int, changes: dict[str, Any] | None = None, **more: Any) -> list[int]:
    """What the partners are accrued in the last month, whole units: every one sells one contract of 100 a month."""
    model = PartnerNetwork(plan({"months": f"{months}mo", "policy.rules": rules, **(changes or {})}, **more), 0)
    model.run()
    return [int(amount) // 100 for amount in model.table.accrued[0, :-1]]


def tiers(**more: Any) -> dict[str, Any]:
    return {"tier": {"kind": "tiers", "scale": SCALE, **more}}


def test_a_quota_is_the_partners_own_or_the_rules() -> None:
    """Flows of 1 and 9: of 1 000 and of 1 000 a month, and of the rule's 100 where the roster says nothing."""
    people = tuple(
        Listed(name, "agents", flow, quota=quota)
        for name, flow, quota in (("a", 1.0, 1_000.0), ("b", 9.0, 1_000.0), ("c", 1.0, None))
    )
    rules = tiers(window="month", of_quota=True, quota=100)
    assert accrued(rules, 1, {f"{S}.partners": 0}, roster=people) == [10, 180, 20]


def test_margin_is_premium_less_what_it_is_expected_to_cost() -> None:
    """100 less 60 of goods; less claims of 90 % of premium."""
    of_margin = {"base": {"kind": "base", "new": 0.5, "of": "margin"}}
    claims = {"frequency": 1.0, "loss_ratio": 0.9, "severity": {"dist": "exponential"}}
    assert set(accrued(of_margin, 1, {f"{P}.cost_ratio": 0.6})) == {20}
    assert set(accrued(of_margin, 1, {f"{P}.cost_ratio": None, f"{P}.claims": claims})) == {5}


def test_a_partner_expects_its_rate_of_the_margin() -> None:
    of_margin = {"base": {"kind": "base", "new": 0.5, "of": "margin"}}
    model = PartnerNetwork(plan({f"{P}.cost_ratio": 0.6, "policy.rules": of_margin}))
    assert float(model.table.offer[0]) == pytest.approx(20)


@pytest.mark.parametrize(("renewal", "rate"), [(1.0, 20), (0.0, 10)])
def test_retention_of_the_month_before(renewal: float, rate: int) -> None:
    """Plans of a month that all renew, or none: in the third month on new business and what is renewed."""
    rules = tiers(by="retention", window="month", period="last", pays="new")
    changes = {f"{P}.term": "1mo", f"{P}.renewal": renewal}
    assert set(accrued(rules, 3, changes)) == {rate}
    assert set(accrued(rules, 2, changes)) == {10}  # of the first month nothing was due


def test_a_status_of_the_half_year_before() -> None:
    scale = {"kind": "prospective", "brackets": [{"above": 0, "rate": 0.1}, {"above": 600, "rate": 0.2}]}
    rules = tiers(window="half_year", period="last")
    rules["tier"]["scale"] = scale
    assert set(accrued(rules, 6)) == {10} and set(accrued(rules, 7)) == {20}


def test_a_batch_gives_what_its_replications_give_alone() -> None:
    marginal, onwards = ({"kind": kind, "brackets": STEPS} for kind in ("marginal", "prospective"))
    rules: dict[str, Any] = {
        "base": {"kind": "base", "new": 0.1, "renewal": 0.05, "of": "margin", "products": ["travel"]},
        "status": {
            "kind": "tiers", "products": ["motor"], "window": "month", "period": "last", "grace": 1, "scale": onwards,
        },
        "kept": {"kind": "tiers", "products": ["service"], "by": "retention", "window": "quarter", "scale": SCALE},
        "life": {"kind": "tiers", "role": "bonus", "window": "lifetime", "scale": marginal},
        "all": {
            "kind": "tiers", "role": "bonus", "products": ["motor"], "count_products": ["motor", "travel"],
            "counts": "new", "scale": {"kind": "retroactive", "brackets": STEPS}, "segments": ["dealers"],
        },
        "share": {
            "kind": "tiers", "role": "bonus", "of_quota": True, "quota": 9_000, "pays": "renewal", "scale": SCALE,
        },
        "more": {"kind": "share_bonus", "renewal": 0.02, "from_age": "3mo", "to_age": "6mo", "products": ["motor"]},
        "grown": {
            "kind": "share_bonus", "new": 0.01,
            "only_if": [{"by": "margin", "least": 500, "window": "quarter"}, {"by": "retention", "least": 0.2}],
        },
    }  # fmt: skip
    changes = {"policy.rules": rules, f"{P}": None, "products.motor.commission_cap": None}
    laid = plan(changes, EVERYTHING)
    alone, together = (replicate(laid, range(3), most=most) for most in (1, 3))
    assert [one.monthly.tobytes() for one in alone] == [one.monthly.tobytes() for one in together]
    booked = PartnerNetwork(laid, 0)
    booked.run()
    assert all(np.any(amount) for amount in booked.nouns.commission.statement.booked.values())
