"""Our desk that answers leads of partners: how many come, and what waiting leaves of their sales.

Notation: R replications, s segment of partners.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np

from sim.base.arrays import Flags, Reals
from sim.contracts.waiting_leads import Answered
from sim.engine.layout.batch import Batch


class Desk:
    """What the month's leads meet.

    Attributes
    ----------
    hands_over : segments whose leads it answers, bool[s]
    answered : what it leaves of the month's leads, float64[R] each
    factor : on partners' sales, float64[R, s]
    """

    by_replication: ClassVar[Mapping[str, tuple[Any, ...]]] = {"factor": ()}

    def __init__(self, batch: Batch) -> None:
        self.hands_over: Flags = np.array([kind.segment.handover == "desk" for kind in batch.plan.kinds])
        self.answered = Answered(np.ones(batch.size), np.ones(batch.size), np.zeros(batch.size))
        self.factor: Reals = np.ones((batch.size, len(batch.plan.kinds)))

    @classmethod
    def of(cls, batch: Batch) -> Desk | None:
        """The desk where some segment hands its leads over."""
        return cls(batch) if batch.plan.scenario.hands_over else None
