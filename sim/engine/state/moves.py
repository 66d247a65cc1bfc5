"""Who moved where: where partners stand at the ends of quarters, and how many went from one place to another.

Places: the principals (0 is us), then left the market, defaulted, not there yet. Notation: R replications.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np

from sim.base.arrays import Integers
from sim.base.columns import Table
from sim.engine.layout.batch import Batch
from sim.engine.state.now import Now
from sim.partners.columns import ABSENT, DEFAULTED, LEFT

OUTSIDE = (LEFT, DEFAULTED, ABSENT)  # statuses that are places, after the principals
QUARTER = 3


class Moves:
    """Partners by place at the last quarter's end, and the moves of each quarter of the horizon since.

    Attributes
    ----------
    by_quarter : list of int64[R, place, place]
        Partners from each place to each, those that stay outside left out; the first and the last quarter may be short.
    """

    by_replication: ClassVar[Mapping[str, tuple[Any, ...]]] = {"places": (), "by_quarter": (slice(None),)}

    def __init__(self, batch: Batch) -> None:
        self._batch, self.size = batch, len(batch.plan.principals) + len(OUTSIDE)
        self.places: Integers = np.zeros(0, dtype=np.int64)
        self.by_quarter: list[Integers] = []

    def begin(self, table: Table) -> None:
        """Note where partners stand before the first month."""
        self.places = places(self._batch, table)

    def see(self, now: Now, table: Table) -> None:
        """Count at a close: at the opening, and where a calendar quarter or the horizon ends."""
        if now.month < -1:
            return
        if now.month >= 0 and (now.ordinal + 1) % QUARTER and now.month + 1 < now.plan.months:
            return
        present = places(self._batch, table)
        if now.month >= 0:
            self.by_quarter.append(counted(self.places, present, self.size))
        self.places = present

    def flows(self, replication: int) -> Integers:
        """Moves of the horizon in a replication, by its place in the batch: int64[quarter, place from, place to]."""
        found = np.array([one[replication] for one in self.by_quarter], dtype=np.int64)
        return found.reshape(-1, self.size, self.size)


def places(batch: Batch, table: Table) -> Integers:
    """Place of each partner: its principal, the one with the largest share where it has several; int64[R, partner]."""
    shape = batch.size, batch.of_one
    found: Integers = table.principal.reshape(shape)[:, :-1].astype(np.int64)
    for kind in batch.plan.kinds:
        if kind.multi:
            shares = table.share.reshape(-1, *shape)[:, :, kind.first : kind.last]
            found[:, kind.first : kind.last] = shares.argmax(axis=0)
    status = table.status.reshape(shape)[:, :-1]
    for place, outside in enumerate(OUTSIDE, start=len(batch.plan.principals)):
        found[status == outside] = place
    return found


def counted(before: Integers, after: Integers, size: int) -> Integers:
    """Partners from each place to each, given places [R, partner]: int64[R, size, size].

    Those outside that stay where they are count nothing.
    """
    replications, square = len(before), size * size
    first = np.arange(replications)[:, None] * square
    found = np.bincount((first + before * size + after).ravel(), minlength=replications * square)
    found = found.reshape(replications, size, size)
    outside = np.arange(size - len(OUTSIDE), size)
    found[:, outside, outside] = 0
    return found
