"""Limits, clawbacks and holdbacks of named rules: naming all is naming none, one that never binds changes no bit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import sim
from sim.base.errors import ScenarioError
from sim.policy.trial import Trial
from tests.policy.batch import COLUMNS, PEOPLE, forest, random_facts
from tests.policy.catalogue import EVERYTHING, RATES
from tests.policy.test_properties import PRODUCTS, policy

PAYING = {
    "base": RATES["base"], "extra": RATES["extra"], "marginal": RATES["marginal"], "per_sale": EVERYTHING["per_sale"],
    "monthly": EVERYTHING["monthly"],
}  # fmt: skip
ON_SALES = ["base", "extra", "marginal", "per_sale"]
MONTHS = 14
Months = list[dict[str, np.ndarray]]


def played(rules: dict[str, Any], seed: int = 5) -> Months:
    """Every column of each month's statement, and what it owes each partner."""
    random, trial, found = np.random.default_rng(seed), Trial(policy(PAYING | rules), PRODUCTS, PEOPLE), []
    sponsor = forest(random)
    for t in range(MONTHS):
        statement = trial.month(random_facts(trial, random, t, sponsor))
        columns = {name: getattr(statement, name).copy() for name in COLUMNS if name != "advance_back"}
        found.append(columns | {"balance": statement.balance(), "total": statement.total.copy()})
    return found


def same(one: Months, other: Months, *names: str) -> bool:
    return all(np.array_equal(a[name], b[name]) for a, b in zip(one, other, strict=True) for name in names or a)


@pytest.mark.parametrize("limit", [
    {"kind": "cap", "per_quarter": 200}, {"kind": "cap", "per_contract_year": 700, "excess": "carried"},
    {"kind": "cap", "per_month": 90, "lifetime": 1_500}, {"kind": "floor", "per_month": 150, "settled": "year"},
])  # fmt: skip
def test_naming_all_is_naming_none(limit: dict[str, Any]) -> None:
    every = played({"limit": limit})
    assert same(every, played({"limit": limit | {"rules": [*PAYING]}}), "balance", "total")
    assert not same(every, played({"limit": limit | {"rules": ["base"]}}), "balance")


def test_what_each_names_goes_back_once() -> None:
    """Apart, what two clawbacks take is what one takes of all, but for a kopeck of rounding each."""
    back = {"kind": "clawback", "window": "6mo", "how": "full"}
    whole = played({"back": back})
    parts = played({"a": back, "z": back | {"rules": ["per_sale", "extra"]}})
    named = played({"a": back | {"rules": ["base", "marginal"]}, "z": back | {"rules": ["per_sale", "extra"]}})
    assert same(parts, named)
    taken = [sum(month["reversed"].sum() for month in one) for one in (whole, parts)]
    assert abs(taken[0] - taken[1]) <= MONTHS * len(PEOPLE) * len(PRODUCTS) * 6 < taken[0] / 100


def test_one_that_never_binds_changes_no_bit() -> None:
    back = {"kind": "clawback", "window": "6mo"}
    high = {"kind": "cap", "rules": ON_SALES, "per_month": 1e9, "per_half_year": 1e9, "share_of_premium": 1.0}
    low = {"kind": "floor", "rules": ON_SALES, "per_month": 0, "settled": "quarter"}
    assert same(played({"back": back}), played({"back": back, "high": high, "low": low}))


def test_a_clawback_of_all_by_name_takes_what_one_of_all_takes_after_every_cut() -> None:
    """Cuts by a limit of all and a carve-out fall on named rules in proportion, to a kopeck a rule, month and sale."""
    cuts = {"most": {"kind": "cap", "per_month": 300, "share_of_premium": 0.2}, "staff": EVERYTHING["staff"]}
    back = {"kind": "clawback", "window": "6mo", "how": "full"}
    whole, names = (played(cuts | {"back": one}) for one in (back, back | {"rules": ON_SALES}))
    for a, b in zip(whole, names, strict=True):
        assert np.abs(a["balance"] - b["balance"]).max() <= len(ON_SALES) * len(PRODUCTS) * 6


@pytest.mark.parametrize(("rules", "said"), [
    ("most: {kind: cap, rules: [bonuz], per_month: 3}", 'rules.most.rules[0]: unknown rule "bonuz"'),
    ("most: {kind: cap, rules: [most], per_month: 3}", "the rule most names itself"),
    ("most: {kind: cap, rules: [base, base], per_month: 3}", "base is named twice (base: {file}:7)"),
    ("most: {kind: cap, rules: [fine], per_month: 3}\n      fine: {kind: bad_lead_penalty, amount: 3}",
     "fine (bad_lead_penalty) pays partners no commission of its own: there is nothing for most (fine: {file}:9)"),
    ("back: {kind: clawback, rules: [fee], window: 3mo}\n      fee: {kind: fixed_fee, per: lead, amount: 3}",
     "fee pays nothing on new business, so back can take nothing of it back (fee: {file}:9)"),
    ("kept: {kind: holdback, rules: [old], share: 5%, months: 3mo, effective_from: 2025-01}\n"
     "      old: {kind: share_bonus, new: 3%, effective_until: 2024-01}",
     "kept and old never hold for the same partners, products and months (old: {file}:9)"),
    ("a: {kind: clawback, window: 5mo}\n      b: {kind: clawback, window: 3mo}",
     "rules a and b both take back commission on product at partners (a: {file}:8)"),
    ("a: {kind: draw, per_month: 5}\n      b: {kind: draw, per_month: 5}", "rules a and b are both draws"),
    ("back: {kind: clawback}", "state one of the two"),
    ("most: {kind: cap, lifetime: 5, excess: carried}", "only what is over the sum of a window can be carried"),
    ("d: {kind: draw, per_month: 5, recoverable: false, limit: 3}", "never owed back: leave out limit"),
])  # fmt: skip
def test_names_that_a_rule_cannot_be_about_are_refused(tmp_path: Path, rules: str, said: str) -> None:
    path = tmp_path / "cases.yaml"
    head = "schema: 1\ncases:\n  one:\n    source: a\n    text: b\n    rules:\n      base: {kind: base, new: 10%}\n"
    path.write_text(
        f"{head}      {rules}\n    months:\n      - {{facts: {{premium_new: 500}}, expected: 50}}\n", "utf-8"
    )
    with pytest.raises(ScenarioError) as caught:
        sim.policy_check(path)
    assert said.replace("{file}", str(path)) in str(caught.value)
