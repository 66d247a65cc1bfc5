"""What of the month's cost is known to belong to a product or a type of partner, kept where it is posted.

Notation: R replications, p product, s segment (the last is the direct channel).
"""

from __future__ import annotations

import numpy as np

from sim.base.arrays import Integers, Reals
from sim.base.units import MONTHS_PER_YEAR
from sim.engine.layout.plan import Plan
from sim.engine.state.renewals_in_force import RenewalsInForce
from sim.settlement.credit import Recoveries


class OwnCost:
    """Kept for contributions; what stands here has been posted by others.

    Attributes
    ----------
    acquisition, administration : as they become cost, and administration without what is fixed: int64[p, R]
    released : deferred commission of cancelled contracts, int64[p, R]
    deferred : commission deferred at the last close, int64[p, R]
    trued_up : what the month's true-ups add to deferred commission less what they take off it, int64[p, R]
    unearned : premium unearned at the last close, int64[p, R, s]
    deficiency, deficiency_of_renewals : premium deficiency that stood at the last close, by segment, and the part of it
        that stems from renewals, by product: int64[B, s], int64[p, B]
    service : what partners cost beyond commission: their base cost, onboarding and audits, int64[R, s]
    recovered : debts that came back, int64[R, s]
    amortised : commission amortised, int64[p, R, s], where products bear onload of different rates (`onload_differs`)
    sold : new contracts of the last twelve months by calendar month, int64[p, R, 12]
    followed, longer : products whose contracts may be in force in a thirteenth month, and those of a term above a year
    kept : new contracts of these that are in force a year after, for the next month, int64[longer, R]
    renewals : what of the contracts in force stems from renewals, by term
    pays_new_apart : whether some rule pays otherwise on new business than on renewals
    """

    def __init__(self, plan: Plan, replications: int, books: int) -> None:
        products, parts = len(plan.lines), len(plan.population.segments)
        by_product = np.zeros((5, products, replications), dtype=np.int64)
        self.acquisition, self.administration, self.released, self.deferred, self.trued_up = by_product
        self.unearned: Integers = np.zeros((products, replications, parts), dtype=np.int64)
        self.deficiency = np.zeros((books, parts), dtype=np.int64)
        self.deficiency_of_renewals = np.zeros((products, books), dtype=np.int64)
        self.service, self.recovered = np.zeros((2, replications, parts), dtype=np.int64)
        self.sold: Integers = np.zeros((products, replications, MONTHS_PER_YEAR), dtype=np.int64)
        self.longer = [line.position for line in plan.lines if line.term > MONTHS_PER_YEAR]
        yearly = [line.position for line in plan.lines if line.term == MONTHS_PER_YEAR and line.renews]
        self.followed = sorted(yearly + self.longer)
        self.kept: Integers = np.zeros((len(self.longer), replications), dtype=np.int64)
        self.renewals = RenewalsInForce.of(plan.lines, replications)
        rates = {line.product.expenses.onload for line in plan.lines}
        self.onload_differs = len(rates) > 1
        self.pays_new_apart = plan.book.needs.pays_new_apart
        self.amortised = np.zeros_like(self.unearned)
        credit = plan.scenario.credit
        self._recoveries = Recoveries(credit.recovery_lag, credit.recovery_months, replications * parts)

    def recover(self, lost: Integers, share: Reals) -> None:
        """Take in what was lost this month, int64[R, s], of which a share comes back, float64[R]."""
        coming = np.repeat(share, lost.shape[1])
        self.recovered = self._recoveries.expect(lost.ravel(), coming).reshape(lost.shape)
