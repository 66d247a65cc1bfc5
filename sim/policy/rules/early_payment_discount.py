"""Early-payment discount: a partner that remits early keeps a share of what it remits. It is our cost of financing."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field, model_validator

from sim.base.arrays import Flags
from sim.base.units import Dated, Share, WholeMonths
from sim.policy.parts.payment_rule import PaymentRule
from sim.policy.rule import Phase
from sim.policy.terms.payment import PaymentTerms


class EarlyPaymentDiscount(PaymentRule):
    """A partner that remits early keeps a share of what it remits.

    Formula: rate x premium remitted at most `within` months after the customer's payment; 0 of what comes later.

    It does so where the discount d is worth more than its money for the months that it gives up, with cost of money j
    and remittance lag L: d / (1 - d) > j / 12 x (L - within).
    """

    phase: ClassVar[Phase] = Phase.RETURN
    batched: ClassVar[bool] = True
    owes_back: ClassVar[bool] = False
    booked_as: ClassVar[str] = "interest"
    kind: Literal["early_payment_discount"]
    rate: Dated[Share] = Field(description="of what is remitted early")
    within: WholeMonths = Field(default=0, description="months from the customer's payment to the remittance, at most")

    @model_validator(mode="after")
    def _leaves_something(self) -> EarlyPaymentDiscount:
        if any(rate >= 1.0 for rate in self.rate.since.values()):
            raise ValueError("a discount of 100% leaves nothing to remit; state a rate below it")
        return self

    def arrange(self, payment: PaymentTerms, cells: Flags, ordinal: int) -> None:
        concerned = self.segments_of(cells)
        payment.discount[concerned] = self.rate.at(ordinal)
        payment.discount_within[concerned] = self.within
