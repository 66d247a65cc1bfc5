"""What a policy is worth to the owner, contract by contract: sums on paper, without the simulator.

The owner puts in the run-off value V_0 and gets V_T. Prepaid and deferred sums cancel in it: V is cash, and what will
be received, less what is owed and what contracts in force will still cost. All cash bears the same interest, so V_T is
the sum of every payment with its interest to the horizon, what is not paid by then at face:

    npv = V_T / (1 + hurdle)^(T/12) - V_0

A contract costs 1/24 in the month of its sale and in the last, 1/12 between (a year; of any term alike).

Notation: T months of the horizon; n months left after the month in which a contract is sold; W premium of a month.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

YEAR = 12


def monthly(rate: float) -> float:
    """The rate a month that makes a rate a year."""
    return float((1.0 + rate) ** (1.0 / YEAR) - 1.0)


def earned(age: int, term: int = YEAR) -> float:
    """Share of a premium that is earned when its contract is `age` months old."""
    if not 0 <= age <= term:
        return 0.0
    return 1.0 if term == 0 else (0.5 if age in (0, term) else 1.0) / term


@dataclass(frozen=True)
class Horizon:
    """Months that are played, interest on cash, and the owner's hurdle, both a year."""

    months: int = YEAR
    interest: float = 0.06
    hurdle: float = 0.12

    def paid(self, left: int, wait: int = 0) -> float:
        """Worth at the horizon of 1 that is paid so many months after a month with `left` to go; later: 1, as owed."""
        return float((1.0 + self.interest) ** (max(left - wait, 0) / YEAR))

    def as_earned(self, left: int, term: int = YEAR, wait: int = 0, since: int = 0, until: int = 10**6) -> float:
        """The same of 1 that is paid as it is earned, or so many months after; of the ages from `since` to `until`."""
        ages = range(since, min(until, term) + 1)
        return sum(earned(age, term) * self.paid(left, age + wait) for age in ages)

    def each_month(self, worth: Callable[[int], float], months: Iterable[int] | None = None) -> float:
        """Sum over the months of sale, from 1, of what a sale with so many months left is worth."""
        return sum(worth(self.months - month) for month in months or range(1, self.months + 1))

    def npv(self, end: float, opening: float) -> float:
        """What the owner gets, discounted, less what it puts in."""
        return float(end / (1.0 + self.hurdle) ** (self.months / YEAR) - opening)
