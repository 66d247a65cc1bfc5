"""Who moved where: where partners stand at the ends of quarters, and how many went from one place to another.

Places: the principals (0 is us), then left the market, defaulted, not there yet.
"""

from __future__ import annotations

import numpy as np

from sim.base.arrays import Integers
from sim.base.columns import Table
from sim.engine.layout.plan import Plan
from sim.engine.state.now import Now
from sim.partners.columns import ABSENT, DEFAULTED, LEFT

OUTSIDE = (LEFT, DEFAULTED, ABSENT)  # statuses that are places, after the principals
QUARTER = 3


class Moves:
    """Partners by place at the last quarter's end, and the moves of each quarter of the horizon since.

    Attributes
    ----------
    by_quarter : list of int64[place, place]
        Partners from each place to each, those that stay outside left out; the first and the last quarter may be short.
    """

    def __init__(self, plan: Plan) -> None:
        self.size = len(plan.principals) + len(OUTSIDE)
        self.places: Integers = np.zeros(0, dtype=np.int64)
        self.by_quarter: list[Integers] = []

    def begin(self, plan: Plan, table: Table) -> None:
        """Note where partners stand before the first month."""
        self.places = places(plan, table)

    def see(self, now: Now, table: Table) -> None:
        """Count at a close: at the opening, and where a calendar quarter or the horizon ends."""
        if now.month < -1:
            return
        if now.month >= 0 and (now.ordinal + 1) % QUARTER and now.month + 1 < now.plan.months:
            return
        present = places(now.plan, table)
        if now.month >= 0:
            self.by_quarter.append(counted(self.places, present, self.size))
        self.places = present

    def flows(self) -> Integers:
        """Moves of the horizon: int64[quarter, place from, place to]."""
        return np.array(self.by_quarter, dtype=np.int64).reshape(-1, self.size, self.size)


def places(plan: Plan, table: Table) -> Integers:
    """Place of each partner: its principal, the one with the largest share where it has several; int64[partner]."""
    partners = slice(0, plan.population.direct)
    found: Integers = table.principal[partners].astype(np.int64)
    for kind in plan.kinds:
        if kind.multi:
            found[kind.first : kind.last] = table.share[:, kind.first : kind.last].argmax(axis=0)
    status = table.status[partners]
    for place, outside in enumerate(OUTSIDE, start=len(plan.principals)):
        found[status == outside] = place
    return found


def counted(before: Integers, after: Integers, size: int) -> Integers:
    """Partners from each place to each: int64[size, size]; those outside that stay where they are count nothing."""
    found = np.bincount(before * size + after, minlength=size * size).reshape(size, size)
    outside = np.arange(size - len(OUTSIDE), size)
    found[outside, outside] = 0
    return found
