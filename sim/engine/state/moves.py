"""Who moved where: where partners stand at the ends of quarters, and how many went from one place to another.

Places: the principals (0 is us), then left the market, defaulted, not there yet. A partner of several principals
stands with each by its share, so that counts are of partners and parts of them. Notation: R replications, K principals,
n rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np

from sim.base.arrays import Codes, HalfReals, Reals
from sim.base.columns import Table
from sim.engine.layout.batch import Batch
from sim.engine.state.now import Now
from sim.partners.columns import ABSENT, DEFAULTED, LEFT
from sim.partners.moving import BY_SHARE, moved

OUTSIDE = (LEFT, DEFAULTED, ABSENT)  # statuses that are places, after the principals
QUARTER = 3


class Moves:
    """Partners by place at the last quarter's end, and the moves of each quarter of the horizon since.

    Attributes
    ----------
    by_quarter : list of float64[R, place, place]
        Partners from each place to each, those that stay outside left out; the first and the last quarter may be short.
    place, held : where each stood at the last quarter's end: int8[n], and with which principals, float32[K, n]
    """

    by_row: ClassVar[tuple[str, ...]] = ("place", "held")

    by_replication: ClassVar[Mapping[str, tuple[Any, ...]]] = {"by_quarter": (slice(None),)}

    def __init__(self, batch: Batch) -> None:
        self._batch, self.size = batch, len(batch.plan.principals) + len(OUTSIDE)
        self.place: Codes = np.zeros(batch.rows, np.int8)
        self.held: HalfReals = np.zeros((0, batch.rows), np.float32)
        self.by_quarter: list[Reals] = []

    def begin(self, table: Table) -> None:
        """Note where partners stand before the first month."""
        self.place, self.held = self._standing(table)

    def see(self, now: Now, table: Table) -> None:
        """Count at a close: at the opening, and where a calendar quarter or the horizon ends."""
        if now.month < -1:
            return
        if now.month >= 0 and (now.ordinal + 1) % QUARTER and now.month + 1 < now.plan.months:
            return
        present = self._standing(table)
        if now.month >= 0:
            batch, found = self._batch, np.zeros((self._batch.size, self.size, self.size))
            moved(batch.edges, batch.slices // batch.size, self.place, self.held, *present, found)
            self.by_quarter.append(found)
        self.place, self.held = present

    def flows(self, replication: int) -> Reals:
        """Moves of the horizon in a replication, by its place in the batch: float64[quarter, place from, place to]."""
        return np.array([one[replication] for one in self.by_quarter]).reshape(-1, self.size, self.size)

    def _standing(self, table: Table) -> tuple[Codes, HalfReals]:
        """Place of each row outside of the market, or BY_SHARE, int8[n]; shares of the principals, float32[K, n]."""
        place = np.full(table.rows, BY_SHARE, dtype=np.int8)
        for at, outside in enumerate(OUTSIDE, start=len(self._batch.plan.principals)):
            place[table.status == outside] = at
        return place, table.share.astype(np.float32)
