"""Commission that rules will accrue on premium not yet earned, at expected losses: it is not in the books yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from sim.base.arrays import Flags, Reals


@dataclass(frozen=True)
class InForce:
    """What is in force at a close, by product and slice, minor units: float64[product, slice] each."""

    unearned: Reals
    claims: Reals
    """expected of the exposure that remains"""
    within: Mapping[int, Reals] = field(default_factory=dict)
    """by sum, minor units, in which rules count single claims: the share of a product's claims within it, float64[p]"""

    def covered(self, cells: Flags) -> InForce:
        """What lies in these cells, bool[product, segment]."""
        there = np.tile(cells, self.unearned.shape[1] // cells.shape[1])
        return replace(self, unearned=self.unearned * there, claims=self.claims * there)

    def part(self, unearned: Reals) -> InForce:
        """A part of what is unearned, with its share of the claims."""
        share = np.divide(unearned, self.unearned, out=np.zeros_like(unearned), where=self.unearned > 0)
        return replace(self, unearned=unearned, claims=self.claims * share)

    @property
    def loss_ratio(self) -> Reals:
        """Expected losses of all products together over their premium, 0 without premium: float64[slice]."""
        return self.ratio_within(None)

    def ratio_within(self, stop: int | None) -> Reals:
        """The same of losses whose single claims count with at most `stop` minor units; None: with all."""
        counted = self.claims if stop is None else self.claims * self.within[stop][:, None]
        premium, claims = self.unearned.sum(axis=0), counted.sum(axis=0)
        return np.divide(claims, premium, out=np.zeros_like(premium), where=premium > 0)
