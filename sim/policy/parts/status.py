"""A status: what a partner was measured by over a window that has ended, held until the next one has.

Notation: i partner row; n rows.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from sim.base.arrays import Flags, Integers, Reals
from sim.base.columns import Column
from sim.policy.given.facts import MonthFacts
from sim.policy.rule import Memory

NONE_SEEN = -1
COLUMNS = (
    Column(
        "held", "f8", "minor, contracts or ratio", "what the window measured on which the status rests", ("status",),
        start=np.nan,
    ),
    Column("below", "i8", "windows", "windows in a row below the status; -1: none was seen", ("status",), start=-1),
)  # fmt: skip


def follow(
    facts: MonthFacts, ended: slice | Flags | None, value: Reals, grace: int, rate_of: Callable[[Reals], Reals],
    memory: Memory,
) -> None:  # fmt: skip
    """Judge the windows of the rows that have `ended`, by their value[n]; a newcomer has no status yet."""
    held, below = memory["held"][0], memory["below"][0]
    new = facts.entered == facts.month
    held[new], below[new] = np.nan, NONE_SEEN
    if ended is not None:
        there = np.zeros(below.size, dtype=np.bool_)
        there[ended] = True
        judge(np.flatnonzero(there & (below > NONE_SEEN)), value, grace, rate_of, memory)
    np.maximum(below, 0, out=below)


def judge(rows: Integers, value: Reals, grace: int, rate_of: Callable[[Reals], Reals], memory: Memory) -> None:
    """Set the status of some rows by the value[n] of a window: at once where its rate is no lower.

    A lower rate holds once more than `grace` windows in a row have been below.
    """
    held, below = memory["held"][0], memory["below"][0]
    worse = rate_of(value)[rows] < rate_of(held)[rows]
    in_a_row = np.where(worse, np.maximum(below[rows], 0) + 1, 0)
    stays = worse & (in_a_row <= grace)
    held[rows] = np.where(stays, held[rows], value[rows])
    below[rows] = np.where(stays, in_a_row, 0)
