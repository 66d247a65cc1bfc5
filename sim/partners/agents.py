"""A network broker's agents as cohorts by joining month: who joins, who leaves, what each cohort has gained.

Notation: R replications, i broker of one segment in one of them, j cohort (0 joined before the opening, j in the month
with index j - 1), a share of premium promised to agents. Agents are expected numbers, not draws. A month's agents sell
alike, and leave alike, whenever they joined.
"""

from __future__ import annotations

import numpy as np

from sim.base.arrays import Flags, Integers, Reals
from sim.base.kernels import kernel

NEVER = -1


class Agents:
    """Agents of the brokers of one segment in all replications, one replication after another.

    Attributes
    ----------
    start : float64[n], agents of a broker as it begins
    number : float64[n], agents now; 0 before a broker begins and after its end
    joined, staying : float64[cohort, n]
        Agents that joined, and those of them still there (at its end, where the broker has ended).
    gain : float64[cohort, n]
        What a cohort has gained over selling elsewhere, minor units: (promised - market rate) x its premium, less the
        cost of joining, less what its broker left unpaid at the default. Agents that come with their broker paid theirs
        before.
    begun : bool[n]
    ended : int32[n], index of the month in which the broker left or defaulted; -1 while it goes on
    failed : bool[n], whether it ended by default
    """

    def __init__(self, start: Reals, months: int) -> None:
        n = start.size
        self.start = start
        self.number = np.zeros(n)
        self.joined = np.zeros((months + 1, n))
        self.staying, self.gain = (np.zeros((n, months + 1)).T for _ in range(2))  # a broker's side by side
        self.begun = np.zeros(n, dtype=np.bool_)
        self.ended = np.full(n, NEVER, dtype=np.int32)
        self.failed = np.zeros(n, dtype=np.bool_)

    def begin(self, present: Flags, t: int) -> Flags:
        """Let the brokers that have come begin with their agents; return which: bool[n]."""
        now = present & ~self.begun
        if now.any():
            cohort = 0 if t == 0 else t + 1
            self.begun |= now
            self.number[now] = self.joined[cohort, now] = self.staying[cohort, now] = self.start[now]
        return now

    def end(self, gone: Flags, failed: Flags, t: int) -> Reals:
        """Let brokers end; return how many agents each of them sets free: float64[n]."""
        free = np.where(gone, self.number, 0.0)
        np.copyto(self.number, 0.0, where=gone)
        np.copyto(self.ended, t, where=gone & (self.ended == NEVER))
        self.failed |= failed
        return free


def before_default(agents: Agents, brokers: slice) -> tuple[Reals, Reals]:
    """Agents of those of these brokers that defaulted, by months between joining and default, and what they gained.

    float64[months] each.

    Those who came with their broker at the opening are left out.
    """
    joined, gain = np.zeros((2, len(agents.joined)))
    for i in brokers.start + np.flatnonzero(agents.failed[brokers]):
        last = int(agents.ended[i]) + 1
        joined[:last] += agents.joined[last:0:-1, i]
        gain[:last] += agents.gain[last:0:-1, i]
    return joined, gain


@kernel
def earn_and_leave(
    cohorts: int,
    above_market: float,
    premium: Integers,
    before: Reals,
    going: Reals,
    staying: Reals,  # [cohort, n]
    gain: Reals,  # [cohort, n]
) -> None:
    """Give each cohort its part of what the month's premium brings agents above the market; then some of it leave.

    Parameters
    ----------
    cohorts : the first so many have joined
    premium : int64[n], minor units
    before, going : float64[n]
        Agents that sold this month, and which part of them leaves.
    """
    for i in range(before.size):
        if before[i] > 0.0:
            each = above_market * premium[i] / before[i]
            _pass_month(each, going[i], staying[:cohorts, i], gain[:cohorts, i])


@kernel
def _pass_month(
    each: float,
    going: float,
    staying: Reals,  # [cohort]
    gain: Reals,  # [cohort]
) -> None:
    for j in range(gain.size):
        gain[j] += each * staying[j]
        staying[j] -= staying[j] * going


@kernel
def lose(
    rows: Integers,
    month: int,
    t: int,
    failed: Flags,
    unpaid: Integers,
    staying: Reals,  # [cohort, n]
    gain: Reals,  # [cohort, n]
) -> None:
    """Take from the cohorts of failed brokers, by their size, the commission that is not paid.

    Parameters
    ----------
    rows : int64[n], where the brokers stand in `unpaid`
    month, t : the month, and its index: cohorts from t + 2 on have not joined yet
    failed : bool[n]
    unpaid : int64[age, row], a ring by month of sale, minor units
    """
    for i in range(failed.size):
        if failed[i]:
            for age in range(min(unpaid.shape[0], t + 1)):
                amount = unpaid[(month - age) % unpaid.shape[0], rows[i]]
                if amount != 0:
                    _take(i, t - age + 1, amount, staying, gain)


@kernel
def _take(
    i: int,
    last: int,
    amount: int,
    staying: Reals,  # [cohort, n]
    gain: Reals,  # [cohort, n]
) -> None:
    """Take an amount from the cohorts 0 .. last of broker i."""
    total = 0.0
    for j in range(last + 1):
        total += staying[j, i]
    for j in range(last + 1):
        gain[j, i] -= amount * staying[j, i] / total if total > 0.0 else 0.0


@kernel
def move(
    cohort: int,
    pull: float,
    unpaid: Flags,
    leave: float,
    leave_unpaid: float,
    most: float,
    joining_cost: int,
    start: Reals,
    number: Reals,
    joined: Reals,  # [cohort, n]
    staying: Reals,  # [cohort, n]
    gain: Reals,  # [cohort, n]
    going: Reals,
) -> None:
    """Agents leave, and those who sell next month join as `cohort`: A' = A (1 + pull (1 - A / ceiling) - leave).

    Parameters
    ----------
    pull : float
        Joiners to an agent and month, far from the ceiling.
    unpaid : bool[n]
        Brokers whose agents leave by `leave_unpaid`, others' by `leave`.
    most : float
        Ceiling as a multiple of start[n]; infinite without one.
    joining_cost : int, minor units
    going : float64[n]
        Written: the part of a broker's agents that leaves, for `earn_and_leave`.
    """
    for i in range(number.size):
        going[i] = 0.0
        if number[i] > 0.0:
            growth = pull * (1.0 - number[i] / (most * start[i]))
            going[i] = min(1.0, (leave_unpaid if unpaid[i] else leave) - min(growth, 0.0))
            more = number[i] * max(growth, 0.0)
            number[i] += more - number[i] * going[i]
            _join(cohort, i, more, joining_cost, joined, staying, gain)


@kernel
def settle_elsewhere(
    cohort: int,
    free: Reals,
    joining_cost: int,
    number: Reals,
    joined: Reals,  # [cohort, n]
    staying: Reals,  # [cohort, n]
    gain: Reals,  # [cohort, n]
) -> None:
    """Share agents set free over the brokers that go on, by their number of agents; with none left they are gone.

    free : float64[R]
    """
    of_one = number.size // free.size
    for replication in range(free.size):
        first, total = replication * of_one, 0.0
        for i in range(first, first + of_one):
            total += number[i]
        if free[replication] <= 0.0 or total <= 0.0:
            continue
        for i in range(first, first + of_one):
            if number[i] > 0.0:
                more = free[replication] * (number[i] / total)
                number[i] += more
                _join(cohort, i, more, joining_cost, joined, staying, gain)


@kernel
def _join(
    cohort: int,
    i: int,
    more: float,
    joining_cost: int,
    joined: Reals,  # [cohort, n]
    staying: Reals,  # [cohort, n]
    gain: Reals,  # [cohort, n]
) -> None:
    joined[cohort, i] += more
    staying[cohort, i] += more
    gain[cohort, i] -= more * joining_cost
