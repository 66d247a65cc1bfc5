"""Payout calendar: accounts are paid out in the last month of each quarter, half-year or year."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
from pydantic import Field

from sim.base.arrays import Flags
from sim.base.units import MONTHS_PER_YEAR
from sim.policy.parts.payment_rule import PaymentRule
from sim.policy.rule import Phase
from sim.policy.terms.payment import PaymentTerms

MONTHS = {"month": 1, "quarter": 3, "half_year": 6, "year": MONTHS_PER_YEAR}


class PayoutCalendar(PaymentRule):
    """What falls due waits for the next payout. Of several calendars in a segment the slowest holds.

    Formula: paid = account, if the month ends a period `every` of the calendar or the partner has left; else 0.
    """

    phase: ClassVar[Phase] = Phase.RETURN
    batched: ClassVar[bool] = True
    owes_back: ClassVar[bool] = False
    kind: Literal["payout_calendar"]
    every: Literal["month", "quarter", "half_year", "year"] = Field(description="period at whose end accounts are paid")

    def arrange(self, payment: PaymentTerms, cells: Flags, ordinal: int) -> None:
        months = np.where(self.segments_of(cells), MONTHS[self.every], 1)
        np.maximum(payment.every, months, out=payment.every)
