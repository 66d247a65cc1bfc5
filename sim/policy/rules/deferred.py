"""Deferred: commission is due some months later than `policy.payment` says."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from sim.base.arrays import Flags
from sim.base.units import WholeMonths
from sim.policy.parts.payment_rule import PaymentRule
from sim.policy.terms.payment import PaymentTerms


class Deferred(PaymentRule):
    """More months from the statement to its payment.

    Formula: due month = month of the statement + payment delay + months.
    """

    batched: ClassVar[bool] = True
    owes_back: ClassVar[bool] = False
    kind: Literal["deferred"]
    months: WholeMonths = Field(description="added to the delay of payment")

    def arrange(self, payment: PaymentTerms, cells: Flags, ordinal: int) -> None:
        payment.delay[self.segments_of(cells)] += self.months
