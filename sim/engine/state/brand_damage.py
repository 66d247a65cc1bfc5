"""What incidents have done to our brand, and what they cost this month.

Notation: R replications, k kind of incident.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np

from sim.base.arrays import Integers, Reals
from sim.engine.layout.batch import Batch
from sim.engine.layout.quality_laid_out import PartnersInDoubt


class BrandDamage:
    """One scalar a replication, and sums of the month.

    Attributes
    ----------
    damage : after the incidents of the last month played: float64[R]
    number : of incidents of the month, int64[R, k]
    cost : of them, minor units: int64[R, k]
    """

    by_replication: ClassVar[Mapping[str, tuple[Any, ...]]] = dict.fromkeys(("damage", "number", "cost"), ())

    def __init__(self, batch: Batch, terms: PartnersInDoubt) -> None:
        self.terms, size, kinds = terms, batch.size, len(terms.incidents)
        self.damage: Reals = np.zeros(size)
        self.number: Integers = np.zeros((size, kinds), dtype=np.int64)
        self.cost: Integers = np.zeros((size, kinds), dtype=np.int64)

    @classmethod
    def of(cls, batch: Batch) -> BrandDamage | None:
        """Our brand where the scenario says what partners' quality is."""
        return None if batch.plan.in_doubt is None else cls(batch, batch.plan.in_doubt)
