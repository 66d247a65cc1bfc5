"""Deferral of several replications side by side: each is what it is alone, and what plain integers say."""

from __future__ import annotations

import numpy as np
import pytest

from sim.contracts.deferral import ClaimsPayable, DeferredCosts, Steps, lose_steps

REPLICATIONS, COSTS = 3, 2
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


def test_lost_steps_leave_their_cohort() -> None:
    """Of two slices a replication: steps go out, their share and what of the commission was unearned is told."""
    rng = np.random.default_rng(2)
    premium, held = rng.integers(0, 9, (2 * REPLICATIONS, 3)), rng.integers(9, 99, (2 * REPLICATIONS, 3))
    commission, deferred = premium // 2, np.full((REPLICATIONS, 3), 50)
    left, kept, released = held.copy(), np.full((REPLICATIONS, 3), 0.5), np.full(REPLICATIONS, 7)
    lose_steps(premium, commission, np.array([5, 3, 1]), left, deferred, kept, released)
    assert (left == held - premium).all()
    for r in range(REPLICATIONS):
        both = slice(2 * r, 2 * r + 2)
        lost = commission[both].sum(axis=0)
        assert deferred[r].tolist() == (50 - lost).tolist()
        assert released[r] == 7 + 5 * lost[0] + 3 * lost[1] + lost[2]
        assert kept[r].tolist() == (0.5 * (1.0 - premium[both].sum(axis=0) / held[both].sum(axis=0))).tolist()


def test_deferred_costs() -> None:
    """What is amortised is what has left the steps, cancelled ones included, of each product and cost by itself."""
    rng = np.random.default_rng(3)
    slots, shape = [max(term, 1) for term in TERMS], (COSTS, len(TERMS), REPLICATIONS)
    together = DeferredCosts(TERMS, COSTS, REPLICATIONS)
    by_slot = {cell: [0] * slots[cell[1]] for cell in np.ndindex(shape)}
    for month in MONTHS:
        paid = 2 * rng.integers(0, 10**11, shape) * np.reshape(slots, (-1, 1))
        kept = rng.choice([1.0, 0.5, 0.87, 1 / 3], (*shape[1:], max(slots)))
        amortised = together.amortise(month, paid, kept)
        for (cost, p, r), steps in by_slot.items():
            before = unearned(steps, month - 1, TERMS[p])
            steps[month % slots[p]] = int(paid[cost, p, r]) // (2 * slots[p])
            steps[:] = [round(one * share) for one, share in zip(steps, kept[p, r].tolist(), strict=False)]
            left = unearned(steps, month, TERMS[p])
            assert together.unearned[cost, p, r] == left
            assert amortised[cost, p, r] == before + int(paid[cost, p, r]) - left


def test_cost_joins_cohorts_and_comes_later() -> None:
    """Cost on added premium has the steps of its cohort; what a true-up adds counts from the close on."""
    costs, kept = DeferredCosts([4]), np.ones((1, 1, 4))
    assert costs.amortise(0, np.array([[[80]]]), kept).tolist() == [[[10]]]
    added = np.array([[[0.25, 0.0, 0.0, 0.0]]])  # a quarter of the cost on premium of the month before
    costs.later[..., 0] = 3
    assert costs.amortise(1, np.array([[[80]]]), kept, added).tolist() == [[[20 + 20 - 4 * 5 + 60 - 7 * 7]]]
    assert costs.by_slot.ravel().tolist() == [10 + 4 + 3, 7, 0, 0]
    assert costs.unearned.item() == 5 * 17 + 7 * 7


def test_what_joins_cohorts_is_never_more_than_is_paid() -> None:
    """Halves of 11 are rounded to 6 each; a first cohort below 0 would be earned below 0 once nothing else is."""
    costs, kept, joining = DeferredCosts([3]), np.ones((1, 1, 3)), np.array([[[0.5, 0.0, 0.5]]])
    found = [costs.amortise(10, np.array([[[11]]]), kept, joining).item()]
    assert costs.by_slot[0, 0, 0].tolist() == [6 // 3, 0, 5]
    found += [costs.amortise(month, np.zeros((1, 1, 1), dtype=np.int64), kept).item() for month in (11, 12, 13)]
    assert found == [0, 5 + 4, 2, 0]


def test_halves_of_a_step_go_to_even() -> None:
    costs = DeferredCosts([2], replications=2)
    costs.amortise(0, np.array([[[12, 20]]]), np.full((1, 2, 2), 0.5))
    assert costs.by_slot[0, 0, :, 0].tolist() == [2, 2]  # of 1.5 and 2.5


def test_claims_payable() -> None:
    """By plain integers: portions of each month's claims, cut where the rounded cumulative shares are."""
    rng = np.random.default_rng(4)
    shape = len(PATTERNS), REPLICATIONS
    together = ClaimsPayable(PATTERNS, REPLICATIONS)
    due = np.zeros((*shape, len(MONTHS) + max(map(len, PATTERNS))), dtype=np.int64)
    for t in range(len(MONTHS)):
        incurred = rng.integers(0, 10**12, shape) * rng.integers(0, 2, shape)
        paid = together.pay(incurred)
        for (p, r), claims in np.ndenumerate(incurred):
            shares = [*np.cumsum(PATTERNS[p])[:-1].tolist(), 1.0]
            portions = np.diff([round(share * int(claims)) for share in shares], prepend=0)
            due[p, r, t : t + len(portions)] += portions
        assert (paid == due[..., t]).all()
        assert together.reserve.tolist() == due[..., t + 1 :].sum(axis=(0, 2)).tolist()


def test_claims_grow_at_the_rate_of_their_product() -> None:
    payable = ClaimsPayable([[0.0, 1.0], [0.0, 0.5, 0.5]])
    payable.pay(np.array([[100], [100]]))
    assert payable.grow(np.array([0.0, 0.1])).tolist() == [[0], [10]]
    assert payable.pay(np.zeros((2, 1), dtype=np.int64)).tolist() == [[100], [55]]
