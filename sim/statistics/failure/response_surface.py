"""A response surface: a quadratic fitted to what was played, by moving least squares about a point.

Notation: x points[n, d] in units in which distances count alike, y their values, h reach.
Weights are 1 / (1 + (r / h)^2)^2 at the distance r from the point, so that far points steady what near ones decide.
Sources: Lancaster and Salkauskas 1981, Math. Comp. 37, 141-158; Kang, Koh and Choo 2010, Prob. Eng. Mech. 25, 365-371.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.base.arrays import Reals


@dataclass(frozen=True)
class Surface:
    """The quadratic about a point, and the root of its mean squared error there."""

    about: Reals
    reach: float
    cross: bool
    """whether it has cross terms: not where points are few"""
    factors: Reals
    error: float

    @classmethod
    def of(cls, x: Reals, y: Reals, about: Reals, reach: float) -> Surface:
        """Fitted to points[n, d]; without cross terms where they are few."""
        from_here = (x - about) / reach
        weight = 1.0 / (1.0 + (from_here**2).sum(axis=1)) ** 2
        cross = len(x) > 2 * terms(from_here[:1], True).shape[1]
        columns, root = terms(from_here, cross), np.sqrt(weight)
        factors = np.linalg.lstsq(columns * root[:, None], y * root, rcond=None)[0]
        missed = y - columns @ factors
        return cls(about, reach, cross, factors, float(np.sqrt(weight @ missed**2 / weight.sum())))

    def at(self, x: Reals) -> Reals:
        """Its values at points[n, d]."""
        return np.asarray(terms((x - self.about) / self.reach, self.cross) @ self.factors)


def terms(u: Reals, cross: bool) -> Reals:
    """Columns of a quadratic at points u[n, d]."""
    columns = [np.ones(len(u)), *u.T, *(u**2).T]
    if cross:
        columns += [u[:, i] * u[:, j] for i in range(u.shape[1]) for j in range(i)]
    return np.column_stack(columns)
