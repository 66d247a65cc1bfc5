"""Minimum payout: an account below a sum waits for more; a partner that is gone is paid whatever there is."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
from pydantic import Field

from sim.base.arrays import Flags
from sim.base.units import Dated, Money, to_minor
from sim.policy.parts.payment_rule import PaymentRule
from sim.policy.rule import Phase
from sim.policy.terms.payment import PaymentTerms


class MinimumPayout(PaymentRule):
    """Small sums are not paid out one by one. Of several minima in a segment the largest holds.

    Formula: paid = account, if account >= amount or the partner has left; else 0, and the account waits.
    """

    phase: ClassVar[Phase] = Phase.RETURN
    batched: ClassVar[bool] = True
    owes_back: ClassVar[bool] = False
    kind: Literal["minimum_payout"]
    amount: Dated[Money] = Field(description="least sum that is paid out")

    def arrange(self, payment: PaymentTerms, cells: Flags, ordinal: int) -> None:
        least = np.where(self.segments_of(cells), to_minor(self.amount.at(ordinal)), 0)
        np.maximum(payment.minimum, least, out=payment.minimum)
