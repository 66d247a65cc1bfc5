"""As collected: commission on premium becomes due when that premium has come in, in proportion or all of it."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from sim.base.arrays import Flags
from sim.base.units import WholeMonths
from sim.policy.parts.payment_rule import PaymentRule
from sim.policy.terms.payment import PaymentTerms


class Collected(PaymentRule):
    """Commission on premium and sums for sales wait for their premium; what else is owed is due as usual.

    Formula: due so far = C x A / P (in_proportion), rounded at each step, or C once A = P and 0 before (in_full),
    `after` months later; C commission on a premium P, of which A has come in.

    Of commission C on a premium P of which A has come in, due so far are C x A / P (`in_proportion`), or C once A = P
    and nothing before (`in_full`).
    """

    batched: ClassVar[bool] = True
    owes_back: ClassVar[bool] = False
    kind: Literal["collected"]
    when: Literal["in_proportion", "in_full"] = Field(
        default="in_proportion", description="of a sale that is paid in parts: a part with each, or all with the last"
    )
    after: WholeMonths = Field(default=0, description="months from the premium's remittance until it is paid")

    def arrange(self, payment: PaymentTerms, cells: Flags, ordinal: int) -> None:
        concerned = self.segments_of(cells)
        payment.collected[concerned] = True
        payment.in_full[concerned] = self.when == "in_full"
        payment.after[concerned] = self.after
