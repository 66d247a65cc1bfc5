"""What is kept of a product as a whole: earning steps by month of sale, acquisition cost, claims still to be paid.

Replications (or books) stand side by side, and nothing passes between them.

Notation: W an amount, q its earning step (see `earning`), tau the term, r replication, b book.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.base.arrays import Integers, Reals


class Steps:
    """Sum over all rows of the earning steps, by month of sale: an independent count of what is unearned.

    Parameters
    ----------
    term : int
        Months; 0 for a one-off sale, of which nothing is ever unearned.
    replications : int

    Attributes
    ----------
    by_slot : int64[r, slots]
    """

    def __init__(self, term: int, replications: int = 1) -> None:
        self.term = term
        self.by_slot: Integers = np.zeros((replications, max(term, 1)), dtype=np.int64)
        to_come = 2 * np.arange(1, term + 1) - 1 if term else np.zeros(1, dtype=np.int64)
        self._to_come = np.tile(to_come, 2)  # steps that a cohort still has, the youngest last: twice around the slots

    def begin(self, month: int, steps: int | Integers) -> None:
        """Put the steps of the cohort of `month`, int64[r], in the place of the one that ends."""
        self.by_slot[:, month % self.by_slot.shape[1]] = steps

    def lose(self, lost: Integers) -> None:
        """Take out the steps of cancelled contracts, int64[r, slots]."""
        self.by_slot -= lost

    def unearned(self, month: int) -> Integers:
        """Minor units still to be earned after the close of `month`, int64[r]."""
        slots = self.by_slot.shape[1]
        first = (-month - 1) % slots
        return self.by_slot.dot(self._to_come[first : first + slots])

    def to_come(self, month: int) -> Integers:
        """Parts of a step that each cohort still has to earn after the close of `month`: int64[slots], 1 at least."""
        slots = self.by_slot.shape[1]
        return np.maximum(2 * (self.term - (month - np.arange(slots)) % slots) - 1, 1)

    def unearned_later(self, month: int, later: int) -> Integers:
        """Of what is unearned after the close of `month`, what still is so many months later, int64[r]."""
        slots = self.by_slot.shape[1]
        ages = (month - np.arange(slots)) % slots + later
        return self.by_slot.dot(np.maximum(2 * (self.term - ages) - 1, 0))


class DeferredCost:
    """Acquisition cost of a product, deferred with its premium and amortised on the same steps.

    Attributes
    ----------
    later : int64[r, slots]
        Steps of this month's cost on premium of earlier months, as much as is not yet earned of it.
    """

    def __init__(self, term: int, replications: int = 1) -> None:
        self.steps = Steps(term, replications)
        self.later = np.zeros_like(self.steps.by_slot)

    def amortise(self, month: int, paid: Integers, kept: Reals, added: Reals | None = None) -> Integers:
        """Book the cost `paid` for this month's premium; return what is amortised, cancelled cohorts included.

        Parameters
        ----------
        month : int
        paid : int64[r]
        kept : float64[r, slots]
            Share of each cohort's steps that this month's cancellations have left.
        added : float64[r, slots], optional
            Share of `paid` on premium that the month has added to each cohort, as what is unearned of it.

        Returns
        -------
        int64[r]
        """
        steps = self.steps
        if steps.term == 0:
            return paid
        before = steps.unearned(month - 1)
        later = np.zeros_like(steps.by_slot) if added is None else np.rint(paid[:, None] * added).astype(np.int64)
        steps.begin(month, (paid - later.sum(axis=1)) // (2 * steps.term))
        steps.by_slot += later // steps.to_come(month)
        steps.by_slot[:] = np.rint(steps.by_slot * kept)
        amortised = before + paid - steps.unearned(month)
        steps.by_slot += self.later
        self.later[:] = 0
        return np.asarray(amortised)


class ClaimsPayable:
    """Claims by the month in which they are paid: portions of each month's sum that add up to it.

    Parameters
    ----------
    pattern : shares of a claim by months since it happened
    books : int

    Attributes
    ----------
    pending : int64[b, months]
    """

    def __init__(self, pattern: Sequence[float], books: int = 1) -> None:
        self.cumulative = np.minimum(np.cumsum(pattern), 1.0)
        self.cumulative[-1] = 1.0
        self.pending: Integers = np.zeros((books, len(pattern)), dtype=np.int64)

    def pay(self, incurred: Integers) -> Integers:
        """Take in this month's claims, int64[b]; return what is paid this month, int64[b]."""
        reached = np.rint(self.cumulative * incurred[:, None]).astype(np.int64)
        self.pending += reached
        self.pending[:, 1:] -= reached[:, :-1]
        paid = self.pending[:, 0].copy()
        self.pending[:, :-1] = self.pending[:, 1:]
        self.pending[:, -1] = 0
        return paid

    def grow(self, rate: float) -> Integers:
        """Let what is still to be paid grow at a rate; return by how much it does, int64[b]."""
        more = np.rint(rate * self.pending).astype(np.int64)
        self.pending += more
        return np.asarray(more.sum(axis=1))

    @property
    def reserve(self) -> Integers:
        """Claims incurred and not yet paid, int64[b]."""
        return self.pending.sum(axis=1)
