"""Amounts split into whole parts."""

from __future__ import annotations

import json
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from sim.base.remainders import split

CASE = json.loads((Path(__file__).parents[1] / "reference" / "attribution_cases.json").read_text("utf-8"))["K003"]
WEIGHTS = st.lists(st.integers(0, 10**6), min_size=1, max_size=12).filter(any)


def test_amounts_of_the_case() -> None:
    found = [split(one["amount"], one["weights"]) for one in CASE["parameters"]["amounts"]]
    assert found == CASE["expected"]["parts"]


@given(st.integers(0, 10**18), WEIGHTS)
def test_parts_sum_to_the_amount_and_are_off_by_less_than_one(amount: int, weights: list[int]) -> None:
    parts, total = split(amount, weights), sum(weights)
    assert sum(parts) == amount
    assert all(abs(part * total - amount * weight) < total for part, weight in zip(parts, weights, strict=True))
