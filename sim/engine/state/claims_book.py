"""What claims do to the books: paid by a pattern, reserved with an error, found by audits. Nothing depends on them.

Notation: R replications, W worlds, B = W x R books, world by world; p product, s segment (the last is the direct
channel).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from sim.base.arrays import Integers, Reals
from sim.base.units import monthly_rate
from sim.contracts.deferral import ClaimsPayable
from sim.contracts.products import Claims
from sim.money.flows import Flow

if TYPE_CHECKING:
    from sim.engine.layout.plan import Plan
    from sim.engine.state.now import Now
    from sim.market.conditions import Conditions


class ClaimsBook:
    """Claims of all products that are still to be paid, and undeclared damage that no audit has found yet.

    Attributes
    ----------
    handling, reserve_moved : of the month by product, int64[p, B]: handling paid, reserve strengthened less released
    found : undeclared damage that audits have found this month, by segment without the direct channel: float64[B, s]
    """

    def __init__(self, plan: Plan, books: int = 1) -> None:
        claims = [line.product.claims for line in plan.lines]
        patterns = [[1.0] if one is None else one.payment_pattern for one in claims]
        self.payable = ClaimsPayable(patterns, books)
        self.margin = ClaimsPayable([[*[0.0] * (len(one) - 1), 1.0] for one in patterns], books)
        self._goods = np.array([[one is None] for one in claims])
        self._misjudged = [
            (line.position, line.name, one) for line, one in zip(plan.lines, claims, strict=True)
            if one is not None and (one.reserve_error != 0.0 or one.reserve_cv != 0.0)
        ]  # fmt: skip
        first, months = plan.scenario.start - plan.warm_up, plan.warm_up + plan.months
        inflation = [[0.0] * months if one is None else one.inflation.series(first, months) for one in claims]
        self._growth = np.array([[monthly_rate(rate) for rate in rates] for rates in inflation])  # [p, month]
        self._grows = bool(self._growth.any())
        self.hidden_fraud = np.zeros((books, len(plan.kinds)))  # since the last audit, minor units
        self.found = np.zeros_like(self.hidden_fraud)
        self.handling, self.reserve_moved = np.zeros((2, len(plan.lines), books), dtype=np.int64)

    def month(self, plan: Plan, now: Now, incurred: Integers) -> dict[Flow, Integers]:
        """Take in a month's claims, int64[p, B, s] in minor units; return what is to be posted, int64[B] by flow."""
        total = np.add.reduce(incurred, axis=2)
        self.handling = np.rint(plan.expenses.handling[:, None] * total).astype(np.int64)
        goods = total * self._goods
        booked = {
            Flow.COST_OF_GOODS: np.add.reduce(goods),
            Flow.CLAIMS_INCURRED: np.add.reduce(total - goods),
            Flow.CLAIMS_PAID: np.add.reduce(self.payable.pay(total)),
            Flow.HANDLING_PAID: np.add.reduce(self.handling),
        }
        return booked | self._reserved(now, total) | self._fraud_found(plan, now.conditions, incurred)

    @property
    def reserve(self) -> Integers:
        """Claims booked and not yet paid, at what the books say that they will cost: int64[B]."""
        return self.payable.reserve + self.margin.reserve if self._misjudged else self.payable.reserve

    def _reserved(self, now: Now, incurred: Integers) -> dict[Flow, Integers]:
        """What is booked beyond a claim's cost, and comes right with its last payment; inflation of what is unpaid."""
        changes = []
        if self._misjudged:
            extra = np.zeros_like(incurred)
            for p, name, claims in self._misjudged:
                extra[p] = np.rint(_error(name, claims, now, incurred.shape[1]) * incurred[p])
            changes = [extra, -self.margin.pay(extra)]
        if self._grows:
            changes.append(self.payable.grow(self._growth[:, now.t]))
        if not changes:
            return {}
        self.reserve_moved = np.add.reduce(changes)
        return {
            Flow.RESERVE_STRENGTHENED: np.maximum(changes, 0).sum(axis=(0, 1)),
            Flow.RESERVE_RELEASED: np.maximum(np.negative(changes), 0).sum(axis=(0, 1)),
        }

    def _fraud_found(self, plan: Plan, conditions: Sequence[Conditions], incurred: Integers) -> dict[Flow, Integers]:
        """Undeclared damage piles up unseen; an audit finds part of what its sample holds."""
        fraud = plan.by_segment.fraud
        if not fraud.any():
            return {}
        drawn = [line.position for line in plan.lines if line.product.claims is not None]
        self.hidden_fraud += np.add.reduce(incurred[drawn, :, : fraud.size], axis=0) * (fraud / (1.0 + fraud))
        self.found[:] = 0.0
        if not any(one.audits for one in conditions):
            return {}
        found = [self._find(book, plan, conditions[book % len(conditions)]) for book in range(incurred.shape[1])]
        return {Flow.CLAIMS_RECOVERED: np.array(found, dtype=np.int64)}

    def _find(self, book: int, plan: Plan, conditions: Conditions) -> int:
        """What the audits of the month find in one of the books."""
        total = 0.0
        for audit in conditions.audits.values():
            if "fraud" not in audit.finds:
                continue
            looked = audit.sample * np.array([audit.covers(kind.name) for kind in plan.kinds])
            total += audit.detection * float(looked @ self.hidden_fraud[book])
            self.found[book] += audit.detection * looked * self.hidden_fraud[book]
            self.hidden_fraud[book] *= 1.0 - looked
        return round(total)


def _error(name: str, claims: Claims, now: Now, books: int) -> Reals:
    """Share by which this month's claims are booked too high, below 0 too low: float64[B]."""
    level = now.reserving[name]
    above = np.zeros(now.size) if level is None else level.at(now.month) - 1.0
    return np.tile(claims.reserve_error + (1.0 + claims.reserve_error) * above, books // now.size)
