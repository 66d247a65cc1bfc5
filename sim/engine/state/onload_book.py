"""Onload in the books: what of it is deferred, and what this month brings.

Notation: R replications, p product.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np

from sim.base.arrays import Integers, Reals
from sim.contracts.deferral import Steps
from sim.money.flows import Flow

MOVES = (Flow.ONLOAD_ACCRUED, Flow.ONLOAD_TAKEN_BACK, Flow.ONLOAD_PAID, Flow.ONLOAD_WRITTEN_OFF)


class OnloadBook:
    """Tax and social charges on commission; what is deferred of them follows the commission deferred, by product.

    Attributes
    ----------
    rates : float64[p]
    moves : of the month, int64[R] by flow
    owed, ahead : on commission owed, and paid ahead on advances: int64[R]
    deferred : int64[R]
    """

    by_replication: ClassVar[Mapping[str, tuple[Any, ...]]] = dict.fromkeys(("owed", "ahead", "deferred"), ())

    def __init__(self, rates: Reals, replications: int) -> None:
        self.rates = rates
        self.moves: dict[Flow, Integers] = {flow: np.zeros(replications, dtype=np.int64) for flow in MOVES}
        self.owed, self.ahead, self.deferred = np.zeros((3, replications), dtype=np.int64)

    def defer(self, commission: Sequence[Sequence[Steps]], month: int) -> Integers:
        """Defer as much as belongs to the commission deferred, by product; return what has become cost, int64[R].

        It is below 0 where more comes back than the month costs.
        """
        before = self.deferred
        held = np.array([sum(one.unearned(month) for one in steps) for steps in commission])
        lines = np.rint(self.rates[:, None] * held).astype(np.int64) if held.size else np.zeros((1, before.size))
        self.deferred = lines.sum(axis=0).astype(np.int64)
        return before + self.moves[Flow.ONLOAD_ACCRUED] - self.moves[Flow.ONLOAD_TAKEN_BACK] - self.deferred
