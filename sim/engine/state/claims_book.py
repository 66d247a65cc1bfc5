"""What claims do to the books: paid by a pattern, reserved with an error, found by audits. Nothing depends on them.

Notation: R replications, W worlds, B = W x R books, world by world; p product, s segment (the last is the direct
channel).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from sim.base.arrays import Integers
from sim.contracts.deferral import ClaimsPayable
from sim.engine.layout.lines import Line
from sim.money.flows import Flow

if TYPE_CHECKING:
    from sim.engine.layout.plan import Plan
    from sim.market.conditions import Conditions
    from sim.money.ledger import Ledger


class ClaimsBook:
    """Claims of all products that are still to be paid, and undeclared damage that no audit has found yet."""

    def __init__(self, plan: Plan, books: int = 1) -> None:
        claims = [line.product.claims for line in plan.lines]
        patterns = [[1.0] if one is None else one.payment_pattern for one in claims]
        self.payable = [ClaimsPayable(one, books) for one in patterns]
        self.margin = [ClaimsPayable([*[0.0] * (len(one) - 1), 1.0], books) for one in patterns]
        self.hidden_fraud = np.zeros((books, len(plan.kinds)))  # since the last audit, minor units
        self._errors = [0.0 if one is None else one.reserve_error for one in claims]

    def post(self, ledger: Ledger, plan: Plan, conditions: Sequence[Conditions], incurred: Integers) -> None:
        """Enter a month's claims, int64[p, B, s] in minor units; conditions by replication."""
        for line, total in zip(plan.lines, np.add.reduce(incurred, axis=2), strict=True):
            ledger.post(Flow.COST_OF_GOODS if line.product.claims is None else Flow.CLAIMS_INCURRED, total)
            ledger.post(Flow.CLAIMS_PAID, self.payable[line.position].pay(total))
            self._post_reserve_error(ledger, line, total)
            ledger.post(Flow.HANDLING_PAID, np.rint(line.product.expenses.handling * total).astype(np.int64))
        self._post_fraud_found(ledger, plan, conditions, incurred)

    @property
    def reserve(self) -> Integers:
        """Claims booked and not yet paid, at what the books say that they will cost: int64[B]."""
        found = np.add.reduce([one.reserve for one in self.payable])
        for one, error in zip(self.margin, self._errors, strict=True):
            if error != 0.0:
                found = found + (-one.reserve if error < 0 else one.reserve)
        return np.asarray(found)

    def _post_reserve_error(self, ledger: Ledger, line: Line, incurred: Integers) -> None:
        """Claims first booked too high (or low) come right when the last of them is paid."""
        error = self._errors[line.position]
        if error == 0.0:
            return
        extra = np.abs(np.rint(error * incurred)).astype(np.int64)
        back = self.margin[line.position].pay(extra)
        first, last = Flow.RESERVE_STRENGTHENED, Flow.RESERVE_RELEASED
        ledger.post(first if error > 0 else last, extra)
        ledger.post(last if error > 0 else first, back)

    def _post_fraud_found(
        self, ledger: Ledger, plan: Plan, conditions: Sequence[Conditions], incurred: Integers
    ) -> None:
        """Undeclared damage piles up unseen; an audit finds part of what its sample holds."""
        fraud = plan.by_segment.fraud
        if not fraud.any():
            return
        drawn = [line.position for line in plan.lines if line.product.claims is not None]
        self.hidden_fraud += np.add.reduce(incurred[drawn, :, :-1], axis=0) * (fraud / (1.0 + fraud))
        if any(one.audits for one in conditions):
            found = [self._found(book, plan, conditions[book % len(conditions)]) for book in range(incurred.shape[1])]
            ledger.post(Flow.CLAIMS_RECOVERED, np.array(found, dtype=np.int64))

    def _found(self, book: int, plan: Plan, conditions: Conditions) -> int:
        """What the audits of the month find in one of the books."""
        found = 0.0
        for audit in conditions.audits.values():
            if "fraud" not in audit.finds:
                continue
            looked = audit.sample * np.array([audit.covers(kind.name) for kind in plan.kinds])
            found += audit.detection * float(looked @ self.hidden_fraud[book])
            self.hidden_fraud[book] *= 1.0 - looked
        return round(found)
