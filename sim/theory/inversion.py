"""Numerical inversion of a Laplace transform on the half-line.

Notation: t the point, F the transform, A the damping (the error without
correction is about exp(-A) f(3t)), k the term of the series.
Source: Abate and Whitt (1995), ORSA Journal on Computing 7, 36-43.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
import scipy

from sim.theory.arrays import Complexes

Transform: TypeAlias = Callable[[Complexes], Complexes]
"""Maps the points s, shape (m,), to values of shape (..., m)."""

DAMPING = 18.0
TERMS = 200
AVERAGED = 40


def invert(transform: Transform, t: float) -> Complexes:
    """Value of the original function at t > 0.

    Parameters
    ----------
    transform : callable
        Analytic for Re s > 0; the original must be bounded and smooth at t.
        It may be complex-valued.
    t : float
        Point, > 0.

    Returns
    -------
    complex array
        Leading shape of the transform's values. The error is about 1e-11 of the
        bound of the original.
    """
    return _series(transform, t) - np.exp(-DAMPING) * _series(transform, 3.0 * t)


def _series(transform: Transform, t: float) -> Complexes:
    k = np.arange(TERMS + AVERAGED + 1)
    s = (DAMPING + 2j * np.pi * k) / (2.0 * t)
    both = np.concatenate([s, s.conj()[1:]])
    values = np.asarray(transform(both), dtype=np.complex128)
    head = values[..., : len(s)]
    mirrored = np.concatenate([np.zeros_like(head[..., :1]), values[..., len(s) :]], axis=-1)
    terms = (-1.0) ** k * (head + mirrored)
    return np.asarray(np.exp(DAMPING / 2.0) / (2.0 * t) * _euler_sum(terms), np.complex128)


def _euler_sum(terms: Complexes) -> Complexes:
    partial = np.cumsum(terms, axis=-1)[..., TERMS:]
    weights = scipy.special.binom(AVERAGED, np.arange(AVERAGED + 1)) / 2.0**AVERAGED
    return np.asarray(partial @ weights, dtype=np.complex128)
