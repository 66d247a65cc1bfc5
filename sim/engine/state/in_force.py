"""What the contracts in force are expected to bring: the margin against which deferred cost is held.

Notation: R replications, W worlds, p product, slices as `sim.engine.layout.batch` tells.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.base import laws
from sim.base.arrays import Integers, Reals
from sim.contracts.deferral import Steps
from sim.engine.layout.batch import Batch
from sim.engine.layout.lines import Line
from sim.engine.layout.plan import Plan
from sim.engine.state.now import Now
from sim.policy.to_come import InForce


def _share_within(now: Now, line: Line, stop: int) -> float:
    """Share of a product's expected claims within a stop (minor units), at the mean claim and price of the month."""
    claims, t = line.product.claims, now.t
    if claims is None or line.per_premium[t] <= 0.0:
        return 1.0
    mean = line.mean_claim_minor(t) * now.plan.claims_severity[t]
    return float(laws.limited_mean(claims.severity, np.array([stop / mean]))[0])


class Margin:
    """Margin of the contracts in force, by product.

    It is unearned premium less what it is expected to cost: claims of the exposure that remains, their handling,
    administration as a share of premium, and commission that is accrued only later.
    """

    def __init__(self, batch: Batch, worlds: Sequence[Plan]) -> None:
        self._batch = batch
        by_case, lines = batch.by_case, batch.plan.lines
        apart = by_case.cases if len(by_case.cases) > 1 else worlds
        ages = [np.tile(np.arange(line.slots)[::-1], 2) for line in lines]  # the oldest first: twice around the slots
        self._cost = [np.stack([one.cost_to_come[p][:, age] for one in apart], axis=2) for p, age in enumerate(ages)]
        self._case = batch.by_slice(by_case.case) if apart is by_case.cases else None
        self._longest = max((line.slots for line in batch.plan.lines), default=0)
        self._stops = batch.book.needs.stops_of_claims
        self._risk = np.tile(batch.plan.risk, batch.size)

    def at_close(self, now: Now, unearned: Integers, premium: Sequence[Steps], contracts: Sequence[Steps]) -> Integers:
        """The margin at the close of the month, minor units: int64[p, W, R].

        Parameters
        ----------
        unearned : premium, int64[p, slices]
        premium, contracts : their steps by product
        """
        plan, by_replication, expenses = now.plan, self._batch.by_replication, now.plan.expenses
        cost_of = [
            one if line.each_minor is None else other
            for line, one, other in zip(plan.lines, premium, contracts, strict=True)
        ]
        claims = np.array([self._claims(now, p, steps) for p, steps in enumerate(cost_of)])
        handled = (1.0 + expenses.handling)[:, None, None]
        worth = (1.0 - expenses.administration)[:, None] * unearned
        if plan.book.needs.accrues_later:
            in_force = InForce(unearned.astype(np.float64), claims[:, 0], self._within(now))
            worth -= (1.0 + expenses.onload)[:, None] * self._commission(now, premium, in_force)
        return np.rint(by_replication(worth[:, None] - handled * claims).sum(axis=-1)).astype(np.int64)

    def _commission(self, now: Now, premium: Sequence[Steps], in_force: InForce) -> Reals:
        """Commission not yet accrued, by the terms of the months in which premium is earned: float64[p, slices]."""
        book, found, left = self._batch.book, np.zeros_like(in_force.unearned), in_force.unearned
        begins = now.ordinal + 1
        amended = [date for date in book.dates if begins < date < begins + self._longest]
        for date in amended:
            later = [steps.unearned_later(now.month, date - begins) for steps in premium]
            rest = np.array(later, dtype=np.float64)
            found += book.to_come(begins, in_force.part(left - rest))
            begins, left = date, rest
        return found + book.to_come(begins, in_force.part(left))

    def _within(self, now: Now) -> dict[int, Reals]:
        """Share of each product's expected claims within the sums in which rules count them, at claims of the month."""
        return {stop: np.array([_share_within(now, line, stop) for line in now.plan.lines]) for stop in self._stops}

    def _claims(self, now: Now, p: int, steps: Steps) -> Reals:
        """Expected cost of what a product has still to earn, by the steps that cost goes by: float64[W, slices]."""
        slots = steps.by_slot.shape[1]
        first = (-now.month - 1) % slots
        cost = self._cost[p][now.t, first : first + slots].T
        cost = cost[:, None] if self._case is None else cost[self._case][None]
        found = (steps.by_slot * cost).sum(axis=-1)
        return np.asarray(found if now.plan.lines[p].cost_ratio is not None else found * self._risk)
