"""Holdback: a share of commission is kept back and released after a quiet period, or serves us if the partner fails."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator

from sim.base.arrays import Flags
from sim.base.units import Dated, Share, WholeMonths
from sim.policy.parts.about_rules import AboutRules
from sim.policy.parts.payment_rule import PaymentRule
from sim.policy.rule import Phase
from sim.policy.terms.payment import PaymentTerms


class Holdback(AboutRules, PaymentRule):
    """Part of what a statement would have us pay waits; at default it is set off against what the partner owes.

    Formula: held back = share x c of a statement that has us pay c, with `rules` share x min(c, commission of those
    rules, as limits have left it and before clawback); released `months` after the rest is due.
    """

    phase: ClassVar[Phase] = Phase.RETURN
    batched: ClassVar[bool] = True
    owes_back: ClassVar[bool] = False
    kind: Literal["holdback"]
    share: Dated[Share] = Field(description="of what a statement has us pay")
    months: WholeMonths = Field(description="after the rest is due until the part kept back is released")
    forfeited_on_leaving: bool = Field(
        default=False, description="a partner that has left when a part is due for release loses it"
    )

    @model_validator(mode="after")
    def _waits(self) -> Holdback:
        if self.months == 0:
            raise ValueError("a holdback of no months holds nothing back; state months of 1mo or more")
        return self

    def arrange(self, payment: PaymentTerms, cells: Flags, ordinal: int) -> None:
        concerned = self.segments_of(cells)
        payment.held[concerned] = self.share.at(ordinal)
        payment.quiet[concerned] = self.months
        payment.forfeits[concerned] = self.forfeited_on_leaving
        if self.named:
            payment.held_of.update(dict.fromkeys(np.flatnonzero(concerned).tolist(), self.named))
