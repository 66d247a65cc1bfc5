"""Rules of payment terms: what they write for each segment, and what waiting costs a partner.

Notation: c commission, j a partner's cost of money a year, u months until commission is paid. The yield falls by
100 c (j / 12) u points (model, section 4).
"""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from sim.base.units import month_ordinal
from sim.engine.model import PartnerNetwork
from sim.policy.terms.payment import PaymentTerms
from sim.policy.trial import Person, Trial
from sim.scenario.schema import scenario_model
from tests.whole.scenarios import S, plan

JANUARY = month_ordinal("2025-01")
RATE, MONEY = 0.2, 0.12
A_MONTH = 100 * RATE * MONEY / 12  # points of yield that a month of waiting costs: 0.2


def terms(rules: dict[str, Any], payment: dict[str, Any] | None = None, t: int = 0) -> PaymentTerms:
    """Terms of payment of banks, brokers and the direct channel."""
    block = {"rules": rules, "payment": payment or {}}
    policy: Any = scenario_model().model_fields["policy"].annotation.model_validate(block)  # type: ignore[union-attr]
    trial = Trial(policy, {"motor": 12, "home": 12}, [Person("a", "banks"), Person("b", "brokers")])
    return trial.book.payment(JANUARY + t)


def offer(rules: dict[str, Any], **below: Any) -> float:
    """Effective yield of a partner, in points, at a commission of a fifth and a cost of money of 12 %."""
    changes = {f"{S}.{name}": value for name, value in below.items()}
    return float(PartnerNetwork(plan({
        f"{S}.cost_of_money": MONEY, **changes, "policy.rules": {"base": {"kind": "base", "new": RATE}, **rules},
    })).table.offer[0])  # fmt: skip


def test_collected_waits_for_the_premium() -> None:
    """The partner waits for its commission as long as it holds premium: - c x (j/12) x L and + (j/12) x L points."""
    assert offer({"pay": {"kind": "collected"}}, remittance={"lag": "3mo"}) == pytest.approx(20 - 0.2 * 3 + 3, abs=1e-9)


def test_what_the_rules_write() -> None:
    """Each rule changes its segments only; a segment is concerned wherever the rule covers any of it."""
    rules = {
        "a": {"kind": "deferred", "months": "2mo", "segments": ["brokers"]},
        "b": {"kind": "approval", "months": "1mo"},
        "c": {"kind": "collected", "segments": ["banks"]},
        "d": {"kind": "holdback", "share": 0.1, "months": "6mo", "forfeited_on_leaving": True, "segments": ["brokers"]},
        "e": {"kind": "minimum_payout", "amount": 99.995},
        "f": {"kind": "payout_calendar", "every": "half_year", "segments": ["brokers"]},
    }
    found = terms(rules, {"delay": "3mo"})
    assert found.delay.tolist() == [4, 6, 3]
    assert found.collected.tolist() == [True, False, False]
    assert (found.held.tolist(), found.quiet.tolist(), found.forfeits.tolist()) == (
        [0, 0.1, 0],
        [0, 6, 0],
        [False, True, False],
    )
    assert found.minimum.tolist() == [10_000, 10_000, 0]
    assert found.every.tolist() == [1, 6, 1]


def test_dated_terms() -> None:
    rules = {
        "a": {"kind": "deferred", "months": "2mo", "effective_from": "2025-03"},
        "d": {
            "kind": "holdback",
            "share": {"since": {"2025-01": 0.1, "2025-02": 0.3}},
            "months": "6mo",
            "effective_until": "2025-04",
        },
        "e": {"kind": "minimum_payout", "amount": {"since": {"2025-01": 0.0, "2025-05": 5.0}}},
    }
    seen = [terms(rules, t=t) for t in range(5)]
    assert [int(one.delay[0]) for one in seen] == [1, 1, 3, 3, 3]
    assert [float(one.held[0]) for one in seen] == [0.1, 0.3, 0.3, 0, 0]
    assert [int(one.minimum[0]) for one in seen] == [0, 0, 0, 0, 500]


KINDS: dict[str, dict[str, Any]] = {
    "collected": {},
    "deferred": {"months": "1mo"},
    "approval": {"months": "1mo"},
    "holdback": {"share": 0.1, "months": "1mo"},
    "minimum_payout": {"amount": 1.0},
    "payout_calendar": {"every": "quarter"},
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "narrower", [{"products": ["motor"]}, {"regions": ["north"]}, {"groups": ["top"]}, {"pilot": 0.5}]
)
def test_terms_hold_for_whole_segments(kind: str, narrower: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match=f"whole segments; leave out {next(iter(narrower))}"):
        terms({"rule": {"kind": kind, **KINDS[kind], **narrower}})


def test_a_holdback_waits() -> None:
    with pytest.raises(ValidationError, match="holds nothing back"):
        terms({"kept": {"kind": "holdback", "share": 0.1, "months": "0mo"}})


@pytest.mark.parametrize(
    ("rules", "months"),
    [
        ({}, 1.0),
        ({"later": {"kind": "deferred", "months": "3mo"}}, 4.0),
        ({"check": {"kind": "approval", "months": "1mo"}, "later": {"kind": "deferred", "months": "1mo"}}, 3.0),
        ({"kept": {"kind": "holdback", "share": 0.25, "months": "6mo"}}, 1.0 + 0.25 * 6),
        ({"pay": {"kind": "payout_calendar", "every": "quarter"}}, 1.0 + (2 + 1 + 0) / 3),
        ({"pay": {"kind": "payout_calendar", "every": "year"}}, 1.0 + 5.5),
        ({"least": {"kind": "minimum_payout", "amount": 1.0}}, 1.0),
    ],
)
def test_waiting_lowers_the_yield(rules: dict[str, Any], months: float) -> None:
    """A fifth of premium is 20 points, less 0.2 points for every month that it is paid later."""
    assert offer(rules) == pytest.approx(20.0 - A_MONTH * months, abs=1e-9)


def test_a_net_partner_does_not_wait() -> None:
    """It keeps its commission from the remittance of two months later, and the float of the rest till then."""
    held = {"lag": "2mo", "net": True}
    expected = 20.0 + 100 * (MONEY / 12) * (1 - RATE) * 2
    assert offer({"later": {"kind": "deferred", "months": "3mo"}}, remittance=held) == pytest.approx(expected, abs=1e-9)


def test_yield_with_fees_of_the_funnel() -> None:
    """5 leads a contract at 2.00 are 10 points of a premium of 100, paid as late as the rest."""
    funnel = {"click_rate": 0.1, "lead_rate": 0.1, "conversion": 0.2}
    fee = {"kind": "fixed_fee", "per": "lead", "amount": 2.0}
    assert offer({"fee": fee}, funnel=funnel) == pytest.approx(30.0 * (1 - MONEY / 12), abs=1e-9)
