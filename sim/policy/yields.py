"""Effective commission yield: what an offer is worth to a partner, in percentage points of premium (model, section 4).

c~ = 100 (c + y - (j/12) [D/P + c u - (1 - theta c) L]); where a scheme asks for a deposit,
D/P = (1 - theta c) (L + 1) / k with its multiple k, and the interest paid on it is taken off j.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from sim.base.arrays import Reals
from sim.base.units import MONTHS_PER_YEAR

POINTS = 100.0


@dataclass(frozen=True)
class Carriage:
    """What time does to an offer, by segment (or a scalar)."""

    cost_of_money: Reals
    """j, a year"""
    pay_delay: Reals
    """u, months until commission is paid"""
    float_lag: Reals
    """L, months that premium is held"""
    net: Reals
    """theta: 1 if the partner keeps its commission from the remittance"""
    side_income: Reals
    """y, share of premium"""
    deposit: Reals
    """what a deposit costs a month, as a share of the premium that the partner does not keep; 0 without a scheme"""

    def of(self, s: int) -> Carriage:
        """What time does to an offer in one segment."""
        return Carriage(*(value[s] for value in self._fields))

    def paid_after(self, months: Reals) -> Carriage:
        """The same for commission paid after so many months by segment; a net partner keeps its own at once."""
        return replace(self, pay_delay=np.where(self.net > 0, 0.0, months))

    def with_deposit(self, cost: Reals) -> Carriage:
        """The same where a deposit at this cost by segment is asked."""
        return replace(self, deposit=cost)

    def by_segment(self) -> Carriage:
        """The same with segments on rows, to meet rates of the shape (segment, principal)."""
        return Carriage(*(value[:, None] for value in self._fields))

    @property
    def _fields(self) -> tuple[Reals, ...]:
        return self.cost_of_money, self.pay_delay, self.float_lag, self.net, self.side_income, self.deposit

    def effective(self, rate: Reals) -> Reals:
        """Effective yield in points of a commission rate, elementwise."""
        money = self.cost_of_money / MONTHS_PER_YEAR
        passed_on = 1.0 - self.net * rate
        held = passed_on * self.float_lag
        return POINTS * (rate + self.side_income - money * (rate * self.pay_delay - held) - self.deposit * passed_on)
