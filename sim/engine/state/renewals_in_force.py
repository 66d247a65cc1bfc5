"""What of the contracts in force stems from renewals: of their premium, their number and the commission on them.

New contracts and renewals of a month are one cohort in the rings. Cancellation hits both alike, so the part of a cohort
that stems from renewals stays what it was in the month of sale.

Notation: R replications, p product, s segment, k kind of steps (`PREMIUM`, `CONTRACTS`, `COMMISSION`); products of one
term together, since their cohorts lie in as many slots.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.base.arrays import Integers, Places, Reals
from sim.base.kernels import inlined, kernel
from sim.contracts.deferral import Steps
from sim.engine.layout.lines import Line

PREMIUM, CONTRACTS, COMMISSION = range(3)


class RenewalsInForce:
    """The cohorts of products that renew and have one term.

    Attributes
    ----------
    products : positions, intp[p]
    term : months
    in_one_year : whether a product's renewals are not told apart by contract year, bool[p, 1]
    """

    def __init__(self, lines: Sequence[Line], term: int, replications: int) -> None:
        self.products, self.term = np.array([line.position for line in lines]), term
        self.in_one_year = np.array([[line.years == 1] for line in lines])
        self._steps: Integers = np.zeros((3, len(lines), replications, term), dtype=np.int64)
        self._share: Reals = np.zeros(self._steps.shape)
        self._running = 2 - np.eye(term, dtype=np.int64)  # steps of each cohort that run off, by that which ends

    @classmethod
    def of(cls, lines: Sequence[Line], replications: int) -> list[RenewalsInForce]:
        """Those of all products that renew, by term."""
        renewing = [line for line in lines if line.renews]
        terms = {line.term: [one for one in renewing if one.term == line.term] for line in renewing}
        return [cls(of_term, term, replications) for term, of_term in terms.items()]

    def running_off(self, month: int) -> tuple[Integers, Reals]:
        """Steps of cohorts before this month's that run off in it: all, and those that stem from renewals; [k, p, R].

        Of a cohort run off two steps a month, one where it begins or ends: premium and commission are earned, contracts
        exposed, of which a step is half a month.
        """
        running = self._steps * self._running[month % self.term]
        return running.sum(axis=-1), (running * self._share).sum(axis=-1)

    def new(self, month: int) -> Reals:
        """Part of the contracts of a month's cohort, or of the one that ends in it, that was new: float64[p, R]."""
        return np.asarray(1.0 - self._share[CONTRACTS, ..., month % self.term])

    def begin(self, month: int, share: Reals) -> None:
        """Take in which part of this month's cohort stems from renewals, float64[k, p, R]."""
        self._share[..., month % self.term] = share

    def hold(self, *kinds: Sequence[Steps]) -> None:
        """Take over the steps that stand at the close, of each kind by product."""
        size = self._steps.shape[2]
        for held, kind in zip(self._steps, kinds, strict=True):
            steps = np.array([kind[p].by_slot for p in self.products])
            np.add.reduce(steps.reshape(len(steps), size, -1, self.term), axis=2, out=held)

    def part(self, month: int) -> Reals:
        """Part of the premium unearned at the close that stems from renewals: float64[p, R]."""
        ages = (month - np.arange(self.term)) % self.term
        unearned = self._steps[PREMIUM] * (2 * (self.term - ages) - 1.0)
        whole = unearned.sum(axis=-1)
        return np.asarray((unearned * self._share[PREMIUM]).sum(axis=-1) / np.maximum(whole, 1.0))


@kernel
def commission_on_renewals(
    products: Places,  # [renewing]
    accrued: Integers,  # [p, R, s]
    passed: Integers,  # [p, R, s], or none
    new: Integers,  # [p, R, s]
    again: Integers,  # [p, R, s]
    rate_new: Reals,  # [p, R or 1, s]
    rate_again: Reals,  # [p, R or 1, s]
    out: Reals,  # [renewing, R, s]
) -> None:
    """Commission of the sellers on renewals: what rates say, and of the rest the part of the premium."""
    for at in range(len(products)):
        p = products[at]
        for r in range(out.shape[1]):
            new_rates, again_rates = rate_new[p, r % rate_new.shape[1]], rate_again[p, r % rate_again.shape[1]]
            for s in range(out.shape[2]):
                sellers = accrued[p, r, s]
                if len(passed):
                    sellers -= passed[p, r, s]
                on_new, on_again = new_rates[s] * new[p, r, s], again_rates[s] * again[p, r, s]
                alike = max(sellers - on_new - on_again, 0.0)
                on_renewals = on_again + alike * _part(again[p, r, s], new[p, r, s] + again[p, r, s])
                out[at, r, s] = sellers * _part(on_renewals, on_new + on_again + alike)


@inlined
def _part(part: float, whole: float) -> float:
    """A part over the whole, between 0 and 1; 0 of nothing."""
    return min(max(part / whole, 0.0), 1.0) if whole > 0 else 0.0
