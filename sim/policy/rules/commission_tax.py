"""Tax on commission: value-added tax on top of it, and tax withheld from it for the state. Neither is commission."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field, model_validator

from sim.base.arrays import Flags
from sim.base.units import Dated, Share
from sim.policy.parts.payment_rule import PaymentRule
from sim.policy.rule import Phase
from sim.policy.terms.payment import PaymentTerms


class CommissionTax(PaymentRule):
    """Value-added tax on top of commission, and tax of the partner that we keep for the state: neither is commission.

    Formula: C + vat x C - withheld x C is what a partner gets of commission C paid, kept or set off in a month;
    `reverse_charge`: without vat x C. Both taxes are rounded for each partner and month.

    With `reverse_charge` it gets no value-added tax: we owe it to the state ourselves. Of value-added tax the state
    gives back the share `recoverable`; the rest is our cost. Both taxes are rounded for each partner and month.
    """

    phase: ClassVar[Phase] = Phase.RETURN
    batched: ClassVar[bool] = True
    owes_back: ClassVar[bool] = False
    kind: Literal["commission_tax"]
    vat: Dated[Share] = Field(default=Dated[Share].always(0.0), description="value-added tax on top of commission")
    recoverable: Share = Field(default=1.0, description="share of value-added tax that the state gives back")
    reverse_charge: bool = Field(
        default=False, description="the partner charges no value-added tax: we owe it in its place"
    )
    withheld: Dated[Share] = Field(
        default=Dated[Share].always(0.0), description="share of commission that we keep for the state as partner's tax"
    )

    @model_validator(mode="after")
    def _taxes(self) -> CommissionTax:
        if self.vat.is_always(0.0) and self.withheld.is_always(0.0):
            raise ValueError("a tax of nothing; state vat, withheld or both")
        if self.vat.is_always(0.0) and (self.reverse_charge or "recoverable" in self.model_fields_set):
            raise ValueError("recoverable and reverse_charge are about value-added tax; state vat as well")
        return self

    def arrange(self, payment: PaymentTerms, cells: Flags, ordinal: int) -> None:
        concerned = self.segments_of(cells)
        payment.vat[concerned] = self.vat.at(ordinal)
        payment.recovered[concerned] = self.recoverable
        payment.reverse[concerned] = self.reverse_charge
        payment.tax_withheld[concerned] = self.withheld.at(ordinal)
