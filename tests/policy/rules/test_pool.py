"""Pools: shares to the last minor unit, what limits do, what stays, and what a partner may expect."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from sim.policy.given.prospect import Prospect
from sim.policy.kernels.pools import NO_LIMIT, share_out
from sim.policy.rules.pool import Pool
from sim.policy.trial import Person, Trial
from sim.theory.channels.money import split_amount
from tests.policy.test_properties import JANUARY, policy

AMOUNTS = st.integers(0, 10**15)
POINTS = st.lists(st.integers(0, 10**17), min_size=1, max_size=8)
HULL = {"hull": 12}


def _shares(pool: int, points: list[int], most: int = NO_LIMIT, to_others: bool = False) -> list[int]:
    found = np.empty(len(points), dtype=np.int64)
    share_out(np.array([pool]), np.array(points, dtype=np.int64), most, to_others, found)
    return list(map(int, found))


@settings(max_examples=200, deadline=None)
@given(AMOUNTS, POINTS)
@example(10**15, [10**17, 10**17 - 1, 1])
def test_a_pool_is_shared_exactly(pool: int, points: list[int]) -> None:
    found = _shares(pool, points)
    if not any(points):
        assert found == [0] * len(points)
        return
    assert found == split_amount(pool, points) and sum(found) == pool
    assert all(abs(one - Fraction(pool * of, sum(points))) < 1 for one, of in zip(found, points, strict=True))


@settings(deadline=None)
@given(AMOUNTS, POINTS, st.integers(0, 10**14))
def test_a_limit_holds_and_the_others_have_the_rest(pool: int, points: list[int], most: int) -> None:
    kept, shared = _shares(pool, points, most), _shares(pool, points, most, to_others=True)
    there = sum(one > 0 for one in points)
    assert max(shared) <= most and kept == [min(one, most) for one in _shares(pool, points)]
    assert sum(shared) == min(pool, most * there) and all(a >= b for a, b in zip(shared, kept, strict=True))


def test_each_replication_has_its_own_pool() -> None:
    found = np.empty(6, dtype=np.int64)
    share_out(np.array([100, 0, 7]), np.array([1, 2, 0, 5, 1, 1]), NO_LIMIT, False, found)
    assert found.tolist() == [33, 67, 0, 0, 4, 3]


def _trial(*ids: str, **rule: object) -> Trial:
    rules = {"base": {"kind": "base", "new": 0.1}, "club": {"kind": "pool", **rule}}
    return Trial(policy(rules), HULL, [Person(one) for one in ids])


def test_what_the_open_window_owes_grows_and_is_paid() -> None:
    trial = _trial("a", "b", amount=300, window="quarter")
    owed = []
    for t in range(3):
        facts = trial.facts(JANUARY + t, t)
        facts.premium_new[0, 0] = 1_000_00
        statement = trial.month(facts)
        owed.append((int(trial.book.owed(facts, trial.memory)[0]), int(statement.expensed[0])))
    assert owed == [(100_00, 0), (200_00, 0), (0, 300_00)]


def test_a_partner_expects_its_part_of_a_pool_of_equals() -> None:
    """2 % of its own premium, and 400 a month by two heads on 1 000: 22 %."""
    trial = _trial("a", "b", share=0.02, amount=1200, window="quarter")
    premium = np.array([[1_000.0, 0.0, 0.0]])
    prospect = Prospect(JANUARY, trial.layout, premium, premium / 100, np.zeros((1, 3)), np.zeros(2), np.zeros((4, 2)))
    trial.book.expect(prospect)
    assert prospect.rate[0].tolist() == pytest.approx([0.1 + 0.02 + 0.2, 0.1, 0.0])


@pytest.mark.parametrize(
    ("said", "what"),
    [
        ({}, "a pool of nothing"),
        ({"amount": 1, "rest": "others"}, "state most"),
        ({"amount": 1, "products": ["a"], "product_points": {"b": 2}}, "name one of its products"),
        ({"amount": 1, "product_points": {"a": 0}}, "more than 0"),
        ({"amount": 1, "product_points": {"a": math.pi}}, "at most three decimals"),
        ({"amount": 1, "levels": [{"above": 5, "points": 1}, {"above": 2, "points": 3}]}, "levels must rise"),
        ({"amount": 1, "levels": [{"above": 5, "points": 0}]}, "no level has points"),
        ({"amount": 1, "effective_from": "2025-01-10"}, "write 2025-01 or 2025-02"),
    ],
)
def test_what_cannot_be_is_refused(said: dict[str, object], what: str) -> None:
    with pytest.raises(ValidationError, match=what):
        Pool.model_validate({"kind": "pool", **said})
