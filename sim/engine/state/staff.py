"""Our staff whose help some sales of partners need: how far they cooperate, and what they fight about.

Notation: R replications, p product, s segment of partners.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np

from sim.base.arrays import Reals
from sim.engine.layout.batch import Batch
from sim.engine.layout.staff_terms import Staffing


class CooperatingStaff:
    """One scalar a replication, and sums of the month.

    Attributes
    ----------
    cooperation : between 0 and 1, at the sales of the month; NaN before the first month: float64[R]
    disputes : of the month, float64[R, p]
    weight : expected sales of partners that need help, before separation, float64[R, p, s]
    """

    by_replication: ClassVar[Mapping[str, tuple[Any, ...]]] = dict.fromkeys(("cooperation", "disputes", "weight"), ())

    def __init__(self, batch: Batch, terms: Staffing) -> None:
        plan, self.terms = batch.plan, terms
        self.cooperation: Reals = np.full(batch.size, np.nan)
        self.disputes: Reals = np.zeros((batch.size, len(plan.lines)))
        self.weight: Reals = np.zeros((batch.size, len(plan.lines), len(plan.kinds)))

    @classmethod
    def of(cls, batch: Batch) -> CooperatingStaff | None:
        """Our staff where the scenario says how they cooperate."""
        return None if batch.plan.staffing is None else cls(batch, batch.plan.staffing)
