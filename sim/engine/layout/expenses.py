"""What products cost besides claims and commission, as rates by product.

Notation: p product.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.base.arrays import Reals
from sim.base.units import to_minor
from sim.engine.layout.lines import Line


@dataclass(frozen=True)
class Expenses:
    """What `sim.contracts.products.Expenses` states, of all products together: float64[p] each rate."""

    acquisition: Reals
    administration: Reals
    handling: Reals
    onload: Reals
    administration_fixed: int
    """of all products a month, minor units"""

    @classmethod
    def of(cls, lines: Sequence[Line]) -> Expenses:
        """Those of these products."""
        stated = [line.product.expenses for line in lines]
        return cls(
            acquisition=np.array([one.acquisition for one in stated]),
            administration=np.array([one.administration for one in stated]),
            handling=np.array([one.handling for one in stated]),
            onload=np.array([one.onload for one in stated]),
            administration_fixed=sum(to_minor(one.administration_fixed) for one in stated),
        )
