"""Whose a repeat purchase is: for how long partners are credited with what their customers buy again.

Notation: P products, S segments, n rows.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.base.arrays import Flags, Reals


@dataclass(frozen=True)
class Attribution:
    """Windows of referral, by segment where a rule states them, by row where they are used."""

    months: Reals
    """float64[P, S or n] months since the referral; 0: no repeat purchase is credited"""
    resetting: Flags
    """bool[P, S or n] a credited purchase starts the window anew"""

    @classmethod
    def none(cls, products: int, rows: int) -> Attribution:
        """Nothing is credited."""
        return cls(np.zeros((products, rows)), np.zeros((products, rows), dtype=np.bool_))

    def widen(self, months: Reals, resetting: Flags, covered: Flags) -> None:
        """Let windows given by row, [P, n] each, hold where they are covered; the longer one counts."""
        longer = covered & (months > self.months)
        self.months[longer] = months[longer]
        self.resetting[longer] = resetting[longer]
