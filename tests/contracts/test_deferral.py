"""Deferral of several replications side by side: each is what it is alone, and what plain integers say."""

from __future__ import annotations

import numpy as np
import pytest

from sim.contracts.deferral import ClaimsPayable, DeferredCost, Steps

REPLICATIONS = 3
MONTHS = range(-14, 40)
TERMS = [0, 1, 3, 12]
PATTERNS = [[1.0], [0.0, 0.0, 1.0], [0.35, 0.3, 0.2, 0.15], [0.1] * 10]


def unearned(by_slot: list[int], month: int, term: int) -> int:
    """A cohort `age` months old still has 2 (term - age) - 1 of its steps."""
    return sum(steps * (2 * (term - (month - slot) % term) - 1) for slot, steps in enumerate(by_slot)) if term else 0


@pytest.mark.parametrize("term", TERMS)
def test_steps(term: int) -> None:
    rng = np.random.default_rng(term)
    together, alone = Steps(term, REPLICATIONS), [Steps(term) for _ in range(REPLICATIONS)]
    for month in MONTHS:
        steps = rng.integers(0, 10**12, REPLICATIONS)
        together.begin(month, steps)
        lost = together.by_slot // rng.integers(3, 30, together.by_slot.shape)
        together.lose(lost)
        for r, one in enumerate(alone):
            one.begin(month, int(steps[r]))
            one.lose(lost[r : r + 1])
            assert (one.by_slot[0] == together.by_slot[r]).all()
            for when in (month - 1, month):
                found = unearned(together.by_slot[r].tolist(), when, term)
                assert one.unearned(when).tolist() == [found] == [together.unearned(when)[r]]


@pytest.mark.parametrize("term", TERMS)
def test_deferred_cost(term: int) -> None:
    """What is amortised is what has left the steps, cancelled ones included."""
    rng = np.random.default_rng(term)
    together, alone = DeferredCost(term, REPLICATIONS), [DeferredCost(term) for _ in range(REPLICATIONS)]
    by_slot = [[0] * max(term, 1) for _ in range(REPLICATIONS)]
    for month in MONTHS:
        paid = 2 * rng.integers(0, 10**11, REPLICATIONS) * max(term, 1)
        kept = rng.choice([1.0, 0.5, 0.87, 1 / 3], (REPLICATIONS, max(term, 1)))
        amortised = together.amortise(month, paid, kept)
        for r, one in enumerate(alone):
            assert one.amortise(month, paid[r : r + 1], kept[r : r + 1]).tolist() == [amortised[r]]
            before = unearned(by_slot[r], month - 1, term)
            by_slot[r][month % max(term, 1)] = int(paid[r]) // max(2 * term, 1)
            by_slot[r] = [round(steps * share) for steps, share in zip(by_slot[r], kept[r].tolist(), strict=True)]
            assert amortised[r] == before + int(paid[r]) - unearned(by_slot[r], month, term)


def test_halves_of_a_step_go_to_even() -> None:
    cost = DeferredCost(2, 2)
    cost.amortise(0, np.array([12, 20]), np.full((2, 2), 0.5))
    assert cost.steps.by_slot[:, 0].tolist() == [2, 2]  # of 1.5 and 2.5


@pytest.mark.parametrize("pattern", PATTERNS)
def test_claims_payable(pattern: list[float]) -> None:
    """By plain integers: portions of each month's claims, cut where the rounded cumulative shares are."""
    rng = np.random.default_rng(len(pattern))
    together, alone = ClaimsPayable(pattern, REPLICATIONS), [ClaimsPayable(pattern) for _ in range(REPLICATIONS)]
    shares = [*np.cumsum(pattern)[:-1].tolist(), 1.0]
    due = np.zeros((REPLICATIONS, len(MONTHS) + len(pattern)), dtype=np.int64)
    for t in range(len(MONTHS)):
        incurred = rng.integers(0, 10**12, REPLICATIONS) * rng.integers(0, 2, REPLICATIONS)
        paid = together.pay(incurred)
        for r, one in enumerate(alone):
            due[r, t : t + len(pattern)] += np.diff([round(share * int(incurred[r])) for share in shares], prepend=0)
            assert one.pay(incurred[r : r + 1]).tolist() == [paid[r]] == [due[r, t]]
            assert one.reserve.tolist() == [together.reserve[r]] == [due[r, t + 1 :].sum()]
            assert (one.pending[0] == together.pending[r]).all()
