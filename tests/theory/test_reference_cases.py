"""Every reference case, every expected key, within the tolerance of the case."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.theory import answers_market, answers_network, answers_risk
from tests.theory.cases import CARRIED, Case, all_cases, changed, differences, load

FILE = "cases.json"
ANSWERS: dict[str, Callable[[Case], dict[str, object]]] = {
    "ruin": answers_risk.answer_ruin,
    "aggregate_claims": answers_risk.answer_aggregate,
    "variable_commission": answers_risk.answer_commission,
    "mnl_inertia": answers_market.answer_choice,
    "commission_equilibrium": answers_market.answer_equilibrium,
    "renewals_earning": answers_market.answer_cohorts,
    "finance_identities": answers_market.answer_finance,
    "ponzi_ode": answers_network.answer_ponzi,
    "broker_pyramid": answers_network.answer_broker,
    "tiers_overrides": answers_network.answer_tiers,
    "attribution": answers_network.answer_attribution,
    "deposit_exposure": answers_network.answer_deposit,
}


@pytest.mark.parametrize("case", all_cases(FILE), ids=lambda case: f"{case['id']}-{case['name']}")
def test_case(case: Case) -> None:
    assert differences(case, ANSWERS[case["family"]](case)) == []


def test_the_repository_carries_cases() -> None:
    families = {case["family"] for case in load(CARRIED / FILE)}
    assert families == set(ANSWERS)


def test_the_copy_is_unchanged() -> None:
    assert changed(FILE) == []


def test_a_key_without_an_answer_is_a_difference() -> None:
    case = {"expected": {"a": 1.0, "b": {"c": 2.0}}, "tolerance": {"abs": 1e-9}}
    assert differences(case, {"a": 1.0, "b": {}}) == [".b.c: no answer to this key"]
    assert differences(case, {"a": 1.1, "b": {"c": 2.0}}) != []
    assert differences({**case, "tolerance": {"note": "none"}}, {}) != []
