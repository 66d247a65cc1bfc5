"""Contracts changed inside their term: closed forms, cancellation as the limit, and the same facts in worked examples.

Notation: a months since the sale, tau the term, q earning step.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import yaml

import sim
from sim.base.errors import ScenarioError
from sim.engine.model import PartnerNetwork
from sim.figures.monthly import MONTHLY
from sim.partners.listed import Listed
from sim.theory import cohorts
from tests.whole.hypotheses import likely, z_mean
from tests.whole.running import followed, many, monthly
from tests.whole.scenarios import EVERYTHING, P, S, plan, tree

UP, DOWN, CANCELLED, RATE, TERM = (0.05, 0.4), (0.04, 0.3), 0.02, 0.1, 12
ONCE = {"since": {"2025-01": 1.0, "2025-02": 0.0}}
REPLICATIONS = 40


def changes(up: tuple[float, float] | None, down: tuple[float, float] | None) -> dict[str, Any]:
    """What a product says."""
    stated = {"up": up, "down": down}
    return {way: {"rate": one[0], "size": one[1]} for way, one in stated.items() if one is not None}


def cohort(up: Any = UP, down: Any = DOWN, **more: Any) -> dict[str, Any]:
    """Ten partners that sell 200 contracts each in the first month, and none after it."""
    base = {
        "months": "14mo", f"{S}.flow": 200.0, f"{P}.price": 2400.0, "market.demand": ONCE,
        "policy.rules.base.new": RATE,
    }  # fmt: skip
    return base | {f"{P}.changes": changes(up, down)} | more


def test_premium_and_commission_are_those_of_the_closed_form() -> None:
    """Mean of what is added, returned, cancelled and earned by months since the sale; commission is a share of each."""
    names = (
        "premium_added", "premium_returned", "premium_refunded", "premium_earned", "premium_written",
        "commission_accrued", "commission_clawed_back", "commission_amortised",
    )  # fmt: skip
    found = many(plan(cohort(**{f"{P}.cancellation": CANCELLED})), REPLICATIONS, *names)
    whole, ratio = 2000 * 2400_00, cohorts.changed_in_term(TERM, UP[0] * UP[1], DOWN[0] * DOWN[1], CANCELLED)
    expected = {
        "premium_added": ratio.added, "premium_returned": ratio.returned,
        "premium_refunded": ratio.returned + ratio.cancelled, "premium_earned": ratio.earned,
        "commission_accrued": RATE * ratio.added + RATE * (np.arange(TERM + 1) == 0),
        "commission_clawed_back": RATE * (ratio.returned + ratio.cancelled),
        "commission_amortised": RATE * ratio.earned,
    }  # fmt: skip
    for name, by_month in expected.items():
        first = int(name in ("premium_earned", "commission_amortised"))  # the first month's is certain
        last = TERM + 1 if first else TERM
        deviations = [z_mean(found[name][:, a], whole * by_month[a]) for a in range(first, last)]
        likely(deviations, name)
    kept = found["premium_written"].sum(axis=1) - found["premium_refunded"].sum(axis=1)
    assert (kept == found["premium_earned"].sum(axis=1)).all()
    assert ratio.added.sum() + 1.0 - (ratio.returned + ratio.cancelled).sum() == pytest.approx(ratio.earned.sum())


def test_renewals_begin_at_what_changes_have_made_of_the_premium() -> None:
    """All renew, some of them directly with us; what is added compounds from term to term."""
    term = 3
    terms = {"months": "7mo", f"{P}.term": "3mo", f"{P}.renewal": 1.0, f"{P}.portability": 0.3,
             f"{S}.turnover": {"leave": 0.05}}  # fmt: skip
    found = many(plan(cohort(**terms)), REPLICATIONS, "premium_renewal.line", "premium_added", "renewed_contracts",
                 "renewed_directly")  # fmt: skip
    level = cohorts.changed_in_term(term, UP[0] * UP[1], DOWN[0] * DOWN[1]).level
    assert found["renewed_directly"][:, [3, 6]].sum() > 0
    for renewals in (1, 2):
        at = renewals * term
        of_renewals = found["premium_renewal.line"][:, at] - found["premium_added"][:, at]
        likely(z_mean(of_renewals / (found["renewed_contracts"][:, at] * 2400_00), level**renewals), "level")


def money(found: dict[str, Any]) -> dict[str, Any]:
    """What does not count contracts, nor tells changes apart."""
    whole = [one.name for one in MONTHLY if one.axis == "whole" and one.unit == "money"]
    return {name: found[name].tolist() for name in whole if name in found}


@pytest.mark.parametrize("clawback", ["pro_rata", "none"])
@pytest.mark.parametrize("renewal", [0.0, 0.9])
def test_all_taken_off_is_a_cancellation_but_for_contracts(clawback: str, renewal: float) -> None:
    """A cohort of every age, all of whose contracts lose all of their premium in some months."""
    terms = {"months": "15mo", "market.demand": 1.0, "policy.payment.clawback": clawback, f"{P}.renewal": renewal,
             f"{P}.expenses": {"acquisition": 0.03, "onload": 0.2}, "opening.capital": 1e8}  # fmt: skip
    cancelled, reduced = (
        monthly(plan(cohort(None, down, **terms | {f"{P}.cancellation": rate})))
        for down, rate in ((None, 1.0), ((1.0, 1.0), 0.0))
    )
    assert money(cancelled) == money(reduced) and reduced["premium_returned"].sum() > 0
    assert cancelled["in_force"].sum() == 0 < reduced["in_force"].sum() == reduced["contracts_reduced"].sum()


@pytest.mark.parametrize("stated", [changes((0.0, 0.5), (0.0, 0.5)), changes((0.5, 0.0), (0.5, 0.0)), {}])
def test_what_never_happens_leaves_every_byte(stated: dict[str, Any]) -> None:
    bare, same = (PartnerNetwork(plan(one, EVERYTHING)) for one in ({}, {"products.motor.changes": stated}))
    for model in (bare, same):
        model.run()
    first, second = (np.array(one.datacollector.model_vars["figures"]) for one in (bare, same))
    assert first.tobytes() == second.tobytes()
    assert bare.table.bytes_per_row(True) == same.table.bytes_per_row(True)


# --- the same facts in a worked example -------------------------------------------------------------------------------

PEOPLE = ("boss", "seller")


def seller_and_boss(rules: dict[str, Any], clawback: str) -> Any:
    """A seller with one contract a month of 24 000, some of them doubled, some halved, and its sponsor."""
    people = tuple(Listed(name, "agents", flow, sponsor=above) for name, flow, above in
                   zip(PEOPLE, (0.0, 1.0), (None, "boss"), strict=True))  # fmt: skip
    return plan({
        "months": "16mo", f"{S}.partners": 0, f"{P}.price": 24_000.0, f"{P}.changes": changes((0.1, 1.0), (0.06, 0.5)),
        "policy.rules": rules, "policy.payment": {"clawback": clawback},
    }, roster=people)  # fmt: skip


def said(model: PartnerNetwork) -> dict[str, Any]:
    """Facts of a month as a worked example states them."""
    table, work = model.table, model.nouns.work
    new = int((table.premium_new[0] - table.added_new[0]).sum())
    changed = {int(age): int(premium) / 100 for _, _, age, premium, *_ in work.changes.entries.T}
    refunded = {int(age): int(premium) / 100 for _, _, age, premium, *_ in work.partly.entries.T}
    facts: dict[str, Any] = {"premium_new": new / 100, "new": int(table.new[0].sum()), "changed": changed}
    return facts | ({"refunded": refunded} if refunded else {})


def played(laid: Any) -> Iterator[tuple[dict[str, Any], dict[str, float]]]:
    """Facts of each month, and what it owes both, major units."""

    def look(model: PartnerNetwork) -> tuple[dict[str, Any], dict[str, float]]:
        ids, statement = model.plan.population.ids, model.nouns.commission.statement
        return said(model), {name: statement.owed(ids.index(name)) / 100 for name in PEOPLE}

    yield from followed(laid, 0, look)


BRACKETS = [{"above": 0, "rate": 0.1}, {"above": 100_000, "rate": 0.2}]
RULES: dict[str, dict[str, Any]] = {
    "at the rate of the sale": {
        "base": {"kind": "base", "new": {"since": {"2025-01": 0.1, "2025-06": 0.2}}},
    },
    "at the rate of the month": {
        "base": {"kind": "base", "new": {"since": {"2025-01": 0.1, "2025-06": 0.2}}, "changes": "current"},
    },
    "tiers net of refunds": {
        "volume": {"kind": "tiers", "window": "contract_year", "by": "premium",
                   "scale": {"kind": "retroactive", "brackets": BRACKETS}},
    },
    "a level at another rate": {
        "base": {"kind": "base", "new": {"since": {"2025-01": 0.1, "2025-06": 0.2}}},
        "up": {"kind": "levels", "rates": [{"since": {"2025-01": 0.03, "2025-06": 0.05}}]},
    },
}  # fmt: skip


@pytest.mark.parametrize("rules", RULES)
@pytest.mark.parametrize("clawback", ["pro_rata", "none"])
def test_a_statement_is_that_of_the_worked_example(rules: str, clawback: str, tmp_path: Any) -> None:
    """Month by month, to the minor unit; the rule takes back in full what belongs to premium refunded of a sale."""
    stated = RULES[rules] | {"back": {"kind": "clawback", "window": "12mo", "how": "full"}}
    months = list(played(seller_and_boss(stated, clawback)))
    facts = [one for one, _ in months]
    assert sum(len(one["changed"]) for one in facts) >= 5 and sum("refunded" in one for one in facts) >= 3
    case = {
        "source": "the simulator", "text": "the same facts", "products": {"line": {"term": "12mo"}}, "rules": stated,
        "payment": {"clawback": clawback}, "partners": {"boss": {}, "seller": {"sponsor": "boss"}},
        "months": [{"facts": {"seller": one}, "expected": owed} for one, owed in months],
    }  # fmt: skip
    path = tmp_path / "twin.yaml"
    path.write_text(yaml.safe_dump({"schema": 1, "cases": {"twin": case}}))
    [checked] = sim.policy_check(path)
    assert checked.passed, checked.differences


STEPS = [(0, 0.1), (100_000_00, 0.15), (300_000_00, 0.2)]
ROUNDED = 2_00  # minor units: steps of a term are whole, and refunds round their parts of them


@pytest.mark.parametrize("more", [{f"{P}.cancellation": 0.1}, {f"{P}.changes": changes((0.4, 0.4), (0.2, 0.3))}])
def test_a_tier_reached_is_paid_on_all_that_is_left(more: dict[str, Any]) -> None:
    """Refunds of contracts enlarged in the month in which a tier is reached take back what was paid on each part."""
    brackets = [{"above": above / 100, "rate": rate} for above, rate in STEPS]
    scale = {"kind": "retroactive", "brackets": brackets}
    laid = plan({
        "months": "12mo", f"{S}.partners": 12, f"{S}.flow": 4.0, f"{P}.price": 12_000.0,
        f"{P}.changes": changes((0.4, 0.4), None), "policy.payment": {"clawback": "pro_rata"},
        "policy.rules": {"volume": {"kind": "tiers", "by": "premium", "scale": scale}},
    } | more)  # fmt: skip

    def look(model: PartnerNetwork) -> tuple[Any, Any]:
        one = model.table
        owed = one.accrued[0] + one.expensed - one.reversed - one.taken_back
        return (one.premium_new + one.premium_renewal)[0] - one.refund, owed

    volume, owed = np.array(list(followed(laid, 0, look))).cumsum(axis=0).transpose(1, 0, 2)
    rates = np.select([volume > above for above, _ in STEPS[::-1]], [rate for _, rate in STEPS[::-1]], 0.0)
    assert len(np.unique(rates)) > len(STEPS) - 1
    assert np.abs(owed - rates * volume).max() <= ROUNDED


# --- what is refused --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "more"),
    [
        ("one-off sale", {f"{P}.term": "0mo"}),
        ("follows_price: true", {f"{P}.price": {"since": {"2025-01": 100.0, "2025-06": 120.0}}}),
        ("pays by the single contract", {"policy.rules.base": {"kind": "by_sale", "rate": 0.1}}),
        ("pays by the single contract", {"policy.rules.base.rounding": "sale"}),
        ("by the age of contracts", {"policy.rules.base.to_age": "24mo", f"{P}.renewal": 0.5}),
        ("who is credited", {f"{S}.anyway": 0.2}),
        ("does not fit 64-bit books", {f"{P}.changes": changes((1.0, 4.0), None), "months": "60mo"}),
    ],
)  # fmt: skip
def test_what_cannot_be_right_is_refused(words: str, more: dict[str, Any], tmp_path: Any) -> None:
    path = tmp_path / "one.yaml"
    path.write_text(yaml.safe_dump(tree(cohort(**more))))
    with pytest.raises(ScenarioError, match=words):
        sim.load(path)
