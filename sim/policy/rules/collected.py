"""As collected: commission on premium becomes due when the partner remits that premium."""

from __future__ import annotations

from typing import ClassVar, Literal

from sim.base.arrays import Flags
from sim.policy.parts.payment_rule import PaymentRule
from sim.policy.terms.payment import PaymentTerms


class Collected(PaymentRule):
    """Commission on premium waits for its premium; other amounts are due as `policy.payment` says."""

    batched: ClassVar[bool] = True
    owes_back: ClassVar[bool] = False
    kind: Literal["collected"]

    def arrange(self, payment: PaymentTerms, cells: Flags, ordinal: int) -> None:
        payment.collected[self.segments_of(cells)] = True
