"""What is kept of a product as a whole: earning steps by month of sale, acquisition cost, claims still to be paid.

Replications (or books) stand side by side, and nothing passes between them.

Notation: W an amount, q its earning step (see `earning`), tau the term, r replication, b book, p product, c cost.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.base.arrays import Integers, Reals
from sim.base.kernels import kernel


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


@kernel
def lose_steps(
    premium: Integers,  # [slices, slots]
    commission: Integers,  # [slices, slots]
    to_come: Integers,  # [slots]
    premium_steps: Integers,  # [slices, slots]
    commission_steps: Integers,  # [r, slots]
    kept: Reals,  # [r, slots]
    released: Integers,  # [r]
) -> None:
    """Take out a product's steps of premium refunded, and of commission deferred with it, r slices after one another.

    `kept` is multiplied by what is left of each cohort's premium; `released` gets what of the commission was unearned.
    """
    slices = len(premium) // len(kept)
    for r in range(len(kept)):
        for slot in range(len(to_come)):
            refunded, lost, held = 0, 0, 0
            for s in range(r * slices, (r + 1) * slices):
                refunded += premium[s, slot]
                lost += commission[s, slot]
                held += premium_steps[s, slot]
                premium_steps[s, slot] -= premium[s, slot]
            kept[r, slot] *= 1.0 - refunded / max(held, 1)
            commission_steps[r, slot] -= lost
            released[r] += lost * to_come[slot]


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
        self._terms = np.array(terms, dtype=np.int64)
        slots = self._terms.max(initial=1)
        self.by_slot: Integers = np.zeros((costs, len(terms), replications, slots), dtype=np.int64)
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
        amortised = self.unearned + paid
        joining = np.zeros((0, 0, 0)) if added is None else added
        _amortise(self._terms, month, paid, kept, joining, self.by_slot, self.later, self.unearned, amortised)
        return amortised


@kernel
def _amortise(
    terms: Integers,  # [p]
    month: int,
    paid: Integers,  # [c, p, r]
    kept: Reals,  # [p, r, slots]
    added: Reals,  # [p, r, slots], or empty
    by_slot: Integers,  # [c, p, r, slots]
    later: Integers,  # [c, p, r, slots]
    unearned: Integers,  # [c, p, r]
    amortised: Integers,  # [c, p, r]
) -> None:
    """`amortised` comes with what is deferred and paid; of it what is left to amortise is taken off."""
    costs, products, replications = paid.shape
    for c in range(costs):
        for p in range(products):
            term = terms[p]
            for r in range(replications):
                fresh, left = paid[c, p, r], 0
                steps = by_slot[c, p, r]
                for slot in range(term):
                    age = (month - slot) % term
                    if age == 0:
                        steps[slot] = 0
                    if len(added):
                        joins = np.int64(np.rint(paid[c, p, r] * added[p, r, slot]))
                        joins = min(joins, fresh) if joins > 0 else joins  # rounded up they may be more than is paid
                        steps[slot] += joins // (2 * (term - age) - 1)
                        fresh -= joins
                for slot in range(term):
                    age = (month - slot) % term
                    to_come = 2 * (term - age) - 1
                    if age == 0:
                        steps[slot] += fresh // (2 * term)
                    steps[slot] = np.int64(np.rint(steps[slot] * kept[p, r, slot]))
                    amortised[c, p, r] -= steps[slot] * to_come
                    steps[slot] += later[c, p, r, slot]
                    later[c, p, r, slot] = 0
                    left += steps[slot] * to_come
                unearned[c, p, r] = left


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
        self._reached = np.ones((len(patterns), max(map(len, patterns))))  # share paid since a claim happened
        for reached, pattern in zip(self._reached, patterns, strict=True):
            reached[: len(pattern) - 1] = np.minimum(np.cumsum(pattern), 1.0)[:-1]
        self.pending: Integers = np.zeros((len(patterns), books, self._reached.shape[1]), dtype=np.int64)

    def pay(self, incurred: Integers) -> Integers:
        """Take in this month's claims, int64[p, b]; return what is paid this month, int64[p, b]."""
        paid = np.empty_like(incurred)
        _pay(self._reached, incurred, self.pending, paid)
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


@kernel
def _pay(
    reached: Reals,  # [p, months]
    incurred: Integers,  # [p, b]
    pending: Integers,  # [p, b, months]
    paid: Integers,  # [p, b]
) -> None:
    products, books, months = pending.shape
    for p in range(products):
        for b in range(books):
            before = np.int64(np.rint(reached[p, 0] * incurred[p, b]))
            paid[p, b] = pending[p, b, 0] + before
            for month in range(1, months):
                so_far = np.int64(np.rint(reached[p, month] * incurred[p, b]))
                pending[p, b, month - 1] = pending[p, b, month] + so_far - before
                before = so_far
            pending[p, b, months - 1] = 0
