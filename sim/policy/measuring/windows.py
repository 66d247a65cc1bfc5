"""Windows of whole months over which a rule measures a partner, and which of them open and close in a month.

Notation: i partner row, g month of the year (0 is January) in which a row's windows begin. Windows of a year may begin
in any month, shorter ones begin with the calendar year; so all rows of one g open and close together, and tables
by g say what happens in a month. They have one entry where all rows share a calendar.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np

from sim.base.arrays import Flags, Integers, Reals
from sim.base.units import MONTHS_PER_YEAR
from sim.policy.given.facts import MonthFacts
from sim.policy.kernels import tally

LENGTHS = {
    "month": 1,
    "quarter": 3,
    "half_year": 6,
    "year": MONTHS_PER_YEAR,
    "contract_year": MONTHS_PER_YEAR,
    "trailing": MONTHS_PER_YEAR,
    "lifetime": 10**6,  # months: a window that never ends
}
_SHARED: Integers = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True)
class Windows:
    """Windows of one length, each judged some months after its end. Figures of open windows lie in `slots` entries."""

    length: int
    lag: int = 0
    begins: int = 0
    """month of the year, 0 is January, in which windows of a year begin"""
    personal: bool = False
    """windows of a partner that entered begin with the month of its entry; of others as `begins` says"""
    kept: int = 0
    """judged windows that are kept for comparison"""

    @property
    def slots(self) -> int:
        """Entries that windows not yet judged, and those kept, need."""
        return 1 + ceil(self.lag / self.length) + self.kept

    @property
    def run_off(self) -> int:
        """Months after the end of a rule until its last window is judged."""
        return self.length - 1 + self.lag

    def groups(self, facts: MonthFacts) -> Integers:
        """g of every row, int64[n]; empty where all rows share the calendar."""
        if not self.personal:
            return _SHARED
        found = np.zeros(facts.layout.rows, dtype=np.int64)
        tally.groups(facts.entered, facts.ordinal - facts.month, self.begins, found)
        return found

    def beginning(self, facts: MonthFacts) -> slice | Flags | None:
        """Rows whose window begins this month: all, some, or none."""
        if self.personal:
            return np.asarray(self.groups(facts) == facts.ordinal % MONTHS_PER_YEAR)
        return None if (facts.ordinal - self.begins) % self.length else slice(None)

    def ending(self, facts: MonthFacts) -> Flags:
        """Rows whose window ends with this month: bool[n], or bool[1] where all rows share the calendar."""
        following = facts.ordinal + 1 - (self.groups(facts) if self.personal else np.array([self.begins]))
        return np.asarray(following % self.length == 0)

    def months(self, facts: MonthFacts) -> Integers:
        """Months of each row's window, this one included: int64[n], or int64[1] where all rows share the calendar."""
        since = self.now(facts.ordinal)[0] + 1
        return since[self.groups(facts)] if self.personal else since

    def now(self, ordinal: int) -> tuple[Integers, Integers]:
        """By g: months since the window of this month began, and the entry of that window."""
        elapsed = ordinal - self.starts()
        return elapsed % self.length, elapsed // self.length % self.slots

    def number(self, ordinal: int) -> Integers:
        """By g: how many windows have begun by this month, since whenever."""
        return (ordinal - self.starts()) // self.length

    def closing(self, ordinal: int) -> Integers:
        """By g: entry of the window that this month's statement judges, -1 where it judges none."""
        elapsed = ordinal - self.lag - self.starts()
        return np.where((elapsed + 1) % self.length == 0, elapsed // self.length % self.slots, -1)

    def open(self, ordinal: int) -> list[Integers]:
        """By g, the latest first: entries of windows that no statement has judged yet, -1 where one has."""
        elapsed = ordinal - self.starts()
        windows = [elapsed // self.length - back for back in range(self.slots - self.kept)]
        return [np.where((one + 1) * self.length + self.lag > elapsed + 1, one % self.slots, -1) for one in windows]

    def reached(self, patterns: Sequence[Sequence[float]], products: int) -> Reals:
        """Share of a month's claims that the pattern has brought when its window is judged: float64[P, length].

        The second axis counts months from the beginning of the window. Without patterns all is known.
        """
        share = np.ones((products, self.length))
        ages = self.length - 1 - np.arange(self.length) + self.lag
        for p, pattern in enumerate(patterns):
            running = np.minimum(np.cumsum(pattern), 1.0)
            running[-1] = 1.0
            share[p] = running[np.minimum(ages, running.size - 1)]
        return share

    def starts(self) -> Integers:
        """By g: month of the year, 0 is January, in which windows begin."""
        return np.arange(MONTHS_PER_YEAR) if self.personal else np.array([self.begins])
