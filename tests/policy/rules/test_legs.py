"""Two legs: against sums written out, on trees of any shape; what is matched leaves both sides."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from sim.policy.rules.legs import Legs
from sim.policy.trial import Person, Trial
from tests.policy.test_properties import JANUARY, policy

MODES = ("alternating", "two_largest", "all_but_largest")
MONTHS = 3
Volumes = list[list[int]]


@st.composite
def _networks(draw: st.DrawFn) -> tuple[list[int], Volumes]:
    """The sponsor of each of up to nine, -1 without one, in any order; premium by month."""
    n = draw(st.integers(2, 9))
    above = [-1, *(draw(st.integers(-1, i - 1)) for i in range(1, n))]
    place = draw(st.permutations(range(n)))
    sponsor = [-1] * n
    for i, j in enumerate(above):
        sponsor[place[i]] = -1 if j < 0 else place[j]
    return sponsor, [draw(st.lists(st.integers(0, 500), min_size=n, max_size=n)) for _ in range(MONTHS)]


def _below(i: int, sponsor: list[int], sold: list[int]) -> int:
    return sold[i] + sum(_below(j, sponsor, sold) for j, above in enumerate(sponsor) if above == i)


def _sides(mode: str, recruits: list[int], branch: dict[int, int]) -> tuple[list[int], list[int]]:
    if mode == "alternating":
        return recruits[::2], recruits[1::2]
    ranked = sorted(recruits, key=lambda i: (-branch[i], i))
    return ranked[:1], ranked[1:2] if mode == "two_largest" else ranked[1:]


def _by_hand(mode: str, sponsor: list[int], volumes: Volumes, pair: int) -> list[list[int]]:
    """Volume matched of each by month, from lists of what is left of each branch."""
    left = dict.fromkeys(range(len(sponsor)), 0)
    found = []
    for sold in volumes:
        for i in left:
            left[i] += _below(i, sponsor, sold)
        matched = [0] * len(sponsor)
        for top in range(len(sponsor)):
            sides = _sides(mode, [i for i, above in enumerate(sponsor) if above == top], left)
            weaker = min(sum(left[i] for i in side) for side in sides)
            matched[top] = weaker // pair * pair
            for side in sides:
                rest = matched[top]
                for i in sorted(side):
                    taken = min(left[i], rest)
                    left[i], rest = left[i] - taken, rest - taken
        found.append(matched)
    return found


def _played(rule: dict[str, Any], sponsor: list[int], volumes: Volumes) -> list[list[int]]:
    people = [Person(f"p{i}", sponsor=None if j < 0 else f"p{j}") for i, j in enumerate(sponsor)]
    trial = Trial(policy({"team": {"kind": "legs", **rule}}), {"hull": 12}, people)
    found = []
    for t, sold in enumerate(volumes):
        facts = trial.facts(JANUARY + t, t)
        facts.premium_new[0, :-1] = sold
        found.append(trial.month(facts).expensed[:-1].tolist())
    return found


@settings(max_examples=60, deadline=None)
@given(_networks(), st.sampled_from(MODES))
def test_the_weaker_side_is_paid_and_the_rest_waits(network: tuple[list[int], Volumes], mode: str) -> None:
    sponsor, volumes = network
    found = _played({"rate": 1.0, "legs": mode}, sponsor, volumes)
    assert found == _by_hand(mode, sponsor, volumes, 1)


@settings(max_examples=30, deadline=None)
@given(_networks(), st.sampled_from(MODES))
def test_only_whole_pairs_are_paid(network: tuple[list[int], Volumes], mode: str) -> None:
    """0.07 for each 1.00 of each side."""
    sponsor, volumes = network
    found = _played({"per": 1, "amount": 0.07, "legs": mode}, sponsor, volumes)
    by_hand = _by_hand(mode, sponsor, volumes, 100)
    assert found == [[one // 100 * 7 for one in month] for month in by_hand]


@settings(max_examples=30, deadline=None)
@given(_networks())
def test_nobody_is_paid_on_more_than_half_of_what_stands_below(network: tuple[list[int], Volumes]) -> None:
    sponsor, volumes = network
    paid = np.sum(_played({"rate": 1.0}, sponsor, volumes), axis=0)
    whole = np.sum(volumes, axis=0).tolist()
    assert all(2 * one <= _below(i, sponsor, whole) - whole[i] for i, one in enumerate(paid.tolist()))


def test_a_chain_of_many_ends() -> None:
    """Below the top 4 998 in one chain and one beside it: 10 % of the 0.10 of the short side is one minor unit."""
    n = 5_000
    sponsor = [-1, *range(n - 2), 0]
    found = _played({"rate": 0.1}, sponsor, [[10] * n])[0]
    assert found[0] == 1 and sum(found) == 1


def test_what_an_open_quarter_owes_is_known_and_nothing_is_taken_from_it() -> None:
    people = [Person("top"), Person("l", sponsor="top"), Person("r", sponsor="top")]
    trial = Trial(policy({"team": {"kind": "legs", "rate": 0.1, "window": "quarter"}}), {"hull": 12}, people)
    seen = []
    for t in range(3):
        facts = trial.facts(JANUARY + t, t)
        facts.premium_new[0, 1:3] = 1_000_00, 500_00
        paid = int(trial.month(facts).expensed[0])
        seen.append((int(trial.book.owed(facts, trial.memory)[0]), paid))
    assert seen == [(50_00, 0), (100_00, 0), (0, 150_00)]


@pytest.mark.parametrize(
    ("said", "what"),
    [
        ({}, "state rate, or amount and per"),
        ({"rate": 0.1, "amount": 5, "per": 10}, "state rate, or amount and per"),
        ({"amount": 5}, "state both"),
        ({"rate": 0.1, "per": 10}, "state both"),
        ({"rate": 0.1, "by": "count"}, "leave by out"),
        ({"amount": 5, "per": 0.001}, "per is too little"),
    ],
)
def test_what_cannot_be_is_refused(said: dict[str, object], what: str) -> None:
    with pytest.raises(ValidationError, match=what):
        Legs.model_validate({"kind": "legs", **said})


@pytest.mark.parametrize(("own", "owed"), [(0, 0), (1_00, 50_00)])
def test_a_sponsor_that_may_not_be_paid_is_owed_nothing(own: int, owed: int) -> None:
    people = [Person("top"), Person("l", sponsor="top"), Person("r", sponsor="top")]
    rule = {"kind": "legs", "rate": 0.1, "window": "quarter", "only_if": [{"by": "premium", "least": 1}]}
    trial = Trial(policy({"team": rule}), {"hull": 12}, people)
    facts = trial.facts(JANUARY)
    facts.premium_new[0, :3] = own, 1_000_00, 500_00
    trial.month(facts)
    assert trial.book.owed(facts, trial.memory).tolist() == [owed]
