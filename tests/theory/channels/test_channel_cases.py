"""Every channel case, every expected key, within the tolerance of the case."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.theory.cases import CARRIED, Case, all_cases, changed, differences, load
from tests.theory.channels import answers_credit, answers_offers, answers_work

FILE = "channel_cases.json"
ANSWERS: dict[str, Callable[[Case], dict[str, object]]] = {
    "attribution_paths": answers_credit.answer_paths,
    "attribution_money": answers_credit.answer_money,
    "attribution_markov": answers_credit.answer_markov,
    "incrementality_game": answers_credit.answer_game,
    "attribution_times": answers_credit.answer_times,
    "overlap": answers_credit.answer_overlap,
    "incrementality_test": answers_credit.answer_experiment,
    "credit_thinning": answers_credit.answer_thinning,
    "staff": answers_work.answer_staff,
    "attention": answers_work.answer_attention,
    "effort": answers_work.answer_effort,
    "handover_funnel": answers_work.answer_handover,
    "capacity": answers_work.answer_capacity,
    "stock": answers_work.answer_stock,
    "cookie": answers_work.answer_cookie,
    "network": answers_work.answer_network,
    "tracking": answers_work.answer_tracking,
    "quality": answers_offers.answer_quality,
    "influencer": answers_offers.answer_influencer,
    "popularity": answers_offers.answer_popularity,
    "own_channels": answers_offers.answer_own,
    "seed_calibration": answers_offers.answer_published,
}


@pytest.mark.parametrize("case", all_cases(FILE), ids=lambda case: f"{case['id']}-{case['name']}")
def test_channel_case(case: Case) -> None:
    assert differences(case, ANSWERS[case["family"]](case)) == []


def test_every_family_has_a_case() -> None:
    assert {case["family"] for case in load(CARRIED / FILE)} == set(ANSWERS)


def test_the_channel_cases_are_unchanged() -> None:
    assert changed(FILE) == []
