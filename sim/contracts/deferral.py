"""What is kept of a product as a whole: earning steps by month of sale, acquisition cost, claims still to be paid.

Notation: W an amount, q its earning step (see `earning`), tau the term.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.base.arrays import Integers, Reals
from sim.base.functions import round_half_even
from sim.base.kernels import kernel


class Steps:
    """Sum over all rows of the earning steps, by month of sale: an independent count of what is unearned.

    Parameters
    ----------
    term : int
        Months; 0 for a one-off sale, of which nothing is ever unearned.
    """

    def __init__(self, term: int) -> None:
        self.term = term
        self.by_slot: Integers = np.zeros(max(term, 1), dtype=np.int64)

    def begin(self, month: int, steps: int) -> None:
        """Put the steps of the cohort of `month` in the place of the one that ends."""
        self.by_slot[month % self.by_slot.size] = steps

    def lose(self, lost: Integers) -> None:
        """Take out the steps of cancelled contracts, by slot."""
        self.by_slot -= lost

    def unearned(self, month: int) -> int:
        """Minor units still to be earned after the close of `month`."""
        return int(_unearned(self.by_slot, month)) if self.term else 0


class DeferredCost:
    """Acquisition cost of a product, deferred with its premium and amortised on the same steps."""

    def __init__(self, term: int) -> None:
        self.steps = Steps(term)

    def amortise(self, month: int, paid: int, kept: Reals) -> int:
        """Book the cost `paid` for this month's premium; return what is amortised, cancelled cohorts included.

        Parameters
        ----------
        month, paid : int
        kept : float64[slots]
            Share of each cohort's steps that this month's cancellations have left.
        """
        if self.steps.term == 0:
            return paid
        before = self.steps.unearned(month - 1)
        self.steps.begin(month, paid // (2 * self.steps.term))
        _keep(self.steps.by_slot, kept)
        return before + paid - self.steps.unearned(month)


class ClaimsPayable:
    """Claims by the month in which they are paid: portions of each month's sum that add up to it.

    Parameters
    ----------
    pattern : shares of a claim by months since it happened
    """

    def __init__(self, pattern: Sequence[float]) -> None:
        self.cumulative = np.minimum(np.cumsum(pattern), 1.0)
        self.cumulative[-1] = 1.0
        self.pending: Integers = np.zeros(len(pattern), dtype=np.int64)

    def pay(self, incurred: int) -> int:
        """Take in this month's claims; return what is paid this month."""
        return int(_pay(self.cumulative, incurred, self.pending))

    @property
    def reserve(self) -> int:
        """Claims incurred and not yet paid."""
        return int(self.pending.sum())


@kernel
def _unearned(
    by_slot: Integers,  # [term]
    month: int,
) -> int:
    term = by_slot.size
    total = 0
    for slot in range(term):
        total += by_slot[slot] * (2 * (term - (month - slot) % term) - 1)
    return total


@kernel
def _keep(
    by_slot: Integers,  # [term]
    kept: Reals,  # [term]
) -> None:
    for slot in range(by_slot.size):
        by_slot[slot] = round_half_even(by_slot[slot] * kept[slot])


@kernel
def _pay(
    cumulative: Reals,  # [months]
    incurred: int,
    pending: Integers,  # [months]
) -> int:
    reached = 0
    for month in range(pending.size):
        portion = round_half_even(cumulative[month] * incurred)
        pending[month] += portion - reached
        reached = portion
    paid = pending[0]
    pending[:-1] = pending[1:].copy()
    pending[-1] = 0
    return paid
