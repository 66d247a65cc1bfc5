"""What is kept of a product as a whole: earning steps by month of sale, acquisition cost, claims still to be paid.

Replications (or books) stand side by side, and nothing passes between them.

Notation: W an amount, q its earning step (see `earning`), tau the term, r replication, b book, p product, c cost.
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

    def to_come(self, month: int) -> Integers:
        """Parts of a step that each cohort still has to earn after the close of `month`: int64[slots], a view."""
        slots = self.by_slot.shape[1]
        first = (-month - 1) % slots
        return self._to_come[first : first + slots]

    def unearned(self, month: int) -> Integers:
        """Minor units still to be earned after the close of `month`, int64[r]."""
        return self.by_slot.dot(self.to_come(month))

    def unearned_later(self, month: int, later: int) -> Integers:
        """Of what is unearned after the close of `month`, what still is so many months later, int64[r]."""
        slots = self.by_slot.shape[1]
        ages = (month - np.arange(slots)) % slots + later
        return self.by_slot.dot(np.maximum(2 * (self.term - ages) - 1, 0))


class DeferredCosts:
    """Costs of products, deferred with their premium and amortised on the same steps.

    Parameters
    ----------
    terms : months by product, 0 for a one-off sale
    costs : int
        How many are kept of each product.
    replications : int

    Attributes
    ----------
    by_slot : int64[c, p, r, slots], as many slots as the longest term needs
    later : int64[c, p, r, slots]
        Steps of this month's cost on premium of earlier months, as much as is not yet earned of it.
    unearned : int64[c, p, r], minor units still to be amortised
    """

    def __init__(self, terms: Sequence[int], costs: int = 1, replications: int = 1) -> None:
        self._terms = np.reshape(terms, (-1, 1, 1))  # by product, replication, slot
        self._slots = np.maximum(self._terms, 1)
        self._slot = np.arange(self._slots.max(initial=1))
        self.by_slot: Integers = np.zeros((costs, len(terms), replications, len(self._slot)), dtype=np.int64)
        self.later = np.zeros_like(self.by_slot)
        self.unearned: Integers = np.zeros(self.by_slot.shape[:-1], dtype=np.int64)

    def amortise(self, month: int, paid: Integers, kept: Reals, added: Reals | None = None) -> Integers:
        """Book the costs `paid` for this month's premium; return what is amortised, cancelled cohorts included.

        Parameters
        ----------
        month : int
        paid : int64[c, p, r]
        kept : float64[p, r, slots]
            Share of each cohort's steps that this month's cancellations have left.
        added : float64[p, r, slots], optional
            Share of `paid` on premium that the month has added to each cohort, as what is unearned of it.

        Returns
        -------
        int64[c, p, r]
        """
        steps, to_come = self.by_slot, self._to_come(month)
        joining = None if added is None else np.rint(paid[..., None] * added).astype(np.int64)
        fresh = paid if joining is None else paid - joining.sum(axis=-1)
        np.copyto(steps, fresh[..., None] // (2 * self._slots), where=self._slot == month % self._slots)
        if joining is not None:
            steps += joining // np.maximum(to_come, 1)
        steps[:] = np.rint(steps * kept)
        left = np.add.reduce(steps * to_come, axis=-1)
        amortised = self.unearned + paid - left
        steps += self.later
        self.unearned = left + np.add.reduce(self.later * to_come, axis=-1)
        self.later[:] = 0
        return np.asarray(amortised)

    def _to_come(self, month: int) -> Integers:
        """Parts of a step that each cohort still has to earn after the close of `month`: int64[p, 1, slots]."""
        ages = (month - self._slot) % self._slots
        return (2 * (self._terms - ages) - 1) * (self._slot < self._terms)


class ClaimsPayable:
    """Claims by the month in which they are paid: portions of each month's sum that add up to it.

    Parameters
    ----------
    patterns : shares of a claim by months since it happened, by product
    books : int

    Attributes
    ----------
    pending : int64[p, b, months], as many months as the longest pattern has
    """

    def __init__(self, patterns: Sequence[Sequence[float]], books: int = 1) -> None:
        self._reached = np.ones((len(patterns), 1, max(map(len, patterns))))  # of a claim, since it happened
        for reached, pattern in zip(self._reached[:, 0], patterns, strict=True):
            reached[: len(pattern) - 1] = np.minimum(np.cumsum(pattern), 1.0)[:-1]
        self.pending: Integers = np.zeros((len(patterns), books, self._reached.shape[2]), dtype=np.int64)

    def pay(self, incurred: Integers) -> Integers:
        """Take in this month's claims, int64[p, b]; return what is paid this month, int64[p, b]."""
        reached = np.rint(self._reached * incurred[..., None]).astype(np.int64)
        self.pending += reached
        self.pending[..., 1:] -= reached[..., :-1]
        paid = self.pending[..., 0].copy()
        self.pending[..., :-1] = self.pending[..., 1:]
        self.pending[..., -1] = 0
        return paid

    def grow(self, rates: Reals) -> Integers:
        """Let what is still to be paid grow at rates by product, float64[p]; return how much it does, int64[p, b]."""
        more = np.rint(rates[:, None, None] * self.pending).astype(np.int64)
        self.pending += more
        return np.asarray(more.sum(axis=-1))

    @property
    def reserve(self) -> Integers:
        """Claims incurred and not yet paid, int64[b]."""
        return np.asarray(np.add.reduce(self.pending, axis=(0, 2)))
