"""Claims that count with at most so much each, for rules whose loss ratio states a stop for each claim.

Notation: k stop, p product, i partner row. Money is in minor units.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.base.arrays import Flags, Integers


@dataclass(frozen=True)
class StoppedClaims:
    """The month's claims within each stop that some rule states, known at the statement as claims are."""

    stops: tuple[int, ...]
    amounts: Integers
    """int64[k, P, n]: sum over single claims of min(claim, stop)"""

    def at(self, stop: int) -> Integers:
        """Claims within a stop, int64[P, n]."""
        found: Integers = self.amounts[self.stops.index(stop)]
        return found

    def only(self, coverage: Flags) -> StoppedClaims:
        """Those of some rows and products, bool[P, n]."""
        return StoppedClaims(self.stops, np.asarray(self.amounts * coverage))
