"""Onload in the books: what of it is deferred, and what this month brings.

Notation: R replications, p product.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np

from sim.base.arrays import Integers, Reals
from sim.money.flows import Flow
from sim.policy.onload import lines

MOVES = (Flow.ONLOAD_ACCRUED, Flow.ONLOAD_TAKEN_BACK, Flow.ONLOAD_PAID, Flow.ONLOAD_WRITTEN_OFF)


class OnloadBook:
    """Tax and social charges on commission; what is deferred of them follows the commission deferred, by product.

    Attributes
    ----------
    rates : float64[p]
    moves : of the month, int64[R] by flow
    owed, ahead : on commission owed, and paid ahead on advances: int64[R]
    deferred : int64[p, R]
    """

    by_replication: ClassVar[Mapping[str, tuple[Any, ...]]] = {
        **dict.fromkeys(("owed", "ahead"), ()),
        "deferred": (slice(None),),
    }

    def __init__(self, rates: Reals, replications: int) -> None:
        self.rates = rates
        self.moves: dict[Flow, Integers] = {flow: np.zeros(replications, dtype=np.int64) for flow in MOVES}
        self.owed, self.ahead = np.zeros((2, replications), dtype=np.int64)
        self.deferred: Integers = np.zeros((len(rates), replications), dtype=np.int64)

    def defer(self, commission: Integers) -> Integers:
        """Defer as much as belongs to the commission deferred, int64[p, R]; return what has become cost, int64[R].

        It is below 0 where more comes back than the month costs.
        """
        before = self.deferred
        self.deferred = lines(self.rates[:, None], commission)
        moved = self.moves[Flow.ONLOAD_ACCRUED] - self.moves[Flow.ONLOAD_TAKEN_BACK]
        return np.asarray(moved + (before - self.deferred).sum(axis=0))
