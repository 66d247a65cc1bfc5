"""Approval: a statement is checked for some months (returns, fraud, wrong leads) before it is payable."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from sim.base.arrays import Flags
from sim.base.units import WholeMonths
from sim.policy.parts.payment_rule import PaymentRule
from sim.policy.terms.payment import PaymentTerms


class Approval(PaymentRule):
    """Statements are approved before they are paid: the months of approval come before the delay of payment.

    Formula: due month = month of the statement + payment delay + months.
    """

    batched: ClassVar[bool] = True
    owes_back: ClassVar[bool] = False
    kind: Literal["approval"]
    months: WholeMonths = Field(description="until a statement is approved; 1mo is the usual hold of 30 days")

    def arrange(self, payment: PaymentTerms, cells: Flags, ordinal: int) -> None:
        payment.delay[self.segments_of(cells)] += self.months
