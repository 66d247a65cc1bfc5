"""Terms of payment by segment: when commission is due, what is kept back, when an account is paid out.

`policy.payment` states them for all; rules of the phase of timing change them where they hold.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from sim.base.arrays import Flags, Integers, Reals
from sim.policy.terms.schedule import Payment


@dataclass(frozen=True)
class PaymentTerms:
    """Arrays by segment, the direct channel last. Rules write into them."""

    delay: Integers
    """months from the statement until its commission is due, approval included"""
    every: Integers
    """months between payouts; 1 pays each month, 3 in the last month of a quarter"""
    minimum: Integers
    """an account below it waits, minor units"""
    collected: Flags
    """commission on premium becomes due when its premium is remitted"""
    in_full: Flags
    """of that: only when all of a sale's premium is, else in proportion"""
    after: Integers
    """of that: months from then until it is paid"""
    held: Reals
    """share of commission that is held back"""
    quiet: Integers
    """months from when the rest is due until what was held back is released"""
    forfeits: Flags
    """a partner that leaves loses what is held back"""
    vat: Reals
    """value-added tax on commission, a share of it"""
    recovered: Reals
    """share of that tax which the state gives back"""
    reverse: Flags
    """we owe that tax to the state in the partner's place"""
    tax_withheld: Reals
    """share of commission paid that is kept for the state"""
    discount: Reals
    """share of its remittance that a partner may keep which remits early"""
    discount_within: Integers
    """months from the customer's payment within which it does"""
    held_of: dict[int, tuple[str, ...]] = field(default_factory=dict)
    """by position of the segment: names of the rules of whose commission it is held back; left out: of all"""

    @classmethod
    def of(cls, payment: Payment, segments: int) -> PaymentTerms:
        """The terms of `policy.payment`, the same for all segments."""

        def integers(value: int) -> Integers:
            return np.full(segments, value, dtype=np.int64)

        def shares() -> Reals:
            return np.zeros(segments)

        return cls(
            integers(payment.delay), integers(1), integers(0), shares() > 0, shares() > 0, integers(0), shares(),
            integers(0), shares() > 0, shares(), shares(), shares() > 0, shares(), shares(), integers(0),
        )  # fmt: skip

    @property
    def taxed(self) -> Flags:
        """Segments whose commission bears a tax."""
        return np.asarray((self.vat > 0.0) | (self.tax_withheld > 0.0))

    def wait(self, lag: Reals) -> Reals:
        """Months until commission on premium is paid, on average: due, payout calendar, held back; float64[segments].

        `lag` is that of the premium's remittance, for commission that is due with it.
        """
        due = np.where(self.collected, lag + self.after, self.delay)
        calendar = (self.every - 1) / 2.0
        return np.asarray(due + calendar + self.held * self.quiet, dtype=np.float64)
