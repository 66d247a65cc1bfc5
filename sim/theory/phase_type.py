"""Phase-type claims: exponential, Erlang and any mixture of them.

Notation: i, j = phases; alpha[i] the chance to start in phase i, T[i, j] the
sub-generator (per unit of money), exit rates t = -T 1.
Source: Asmussen and Albrecher, *Ruin Probabilities* (2010), chapter IX.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy

from sim.theory.arrays import Complexes, Floats


@dataclass(frozen=True, eq=False)
class PhaseType:
    """Time to absorption of a chain: `alpha` of shape (n,), `generator` of shape (n, n)."""

    alpha: Floats
    generator: Floats

    @property
    def mean(self) -> float:
        """E X."""
        return float(self.occupation().sum())

    @property
    def exit(self) -> Floats:
        """Exit rates, shape (n,)."""
        return np.asarray(-self.generator.sum(axis=1), dtype=np.float64)

    def occupation(self) -> Floats:
        """Expected amount spent in each phase, alpha (-T)^-1, shape (n,)."""
        solved = np.linalg.solve(-self.generator.T, self.alpha)
        return np.asarray(solved, dtype=np.float64)

    def resolvent(self, s: Complexes) -> Complexes:
        """alpha (sI - T)^-1 of each s, shape (len(s), n)."""
        n = len(self.alpha)
        matrices = s[:, None, None] * np.eye(n) - self.generator
        right = np.broadcast_to(self.alpha[:, None], (len(s), n, 1))
        solved = np.linalg.solve(matrices.transpose(0, 2, 1), right)
        return np.asarray(solved[:, :, 0], dtype=np.complex128)

    def laplace(self, s: Complexes) -> Complexes:
        """E[exp(-sX)], of the shape of s."""
        flat = np.atleast_1d(np.asarray(s, dtype=np.complex128)).ravel()
        value = self.resolvent(flat) @ self.exit
        return np.asarray(value.reshape(np.shape(s)), dtype=np.complex128)

    def laplace_slope(self, s: Complexes) -> Complexes:
        """Derivative of the transform, -alpha (sI - T)^-2 t, of the shape of s."""
        flat = np.atleast_1d(np.asarray(s, dtype=np.complex128)).ravel()
        matrices = flat[:, None, None] * np.eye(len(self.alpha)) - self.generator
        right = np.broadcast_to(self.exit[:, None], (len(flat), len(self.alpha), 1))
        solved = np.linalg.solve(matrices, right)[:, :, 0]
        value = -(self.resolvent(flat) * solved).sum(axis=1)
        return np.asarray(value.reshape(np.shape(s)), dtype=np.complex128)


def hyperexponential(weights: Sequence[float], rates: Sequence[float]) -> PhaseType:
    """Mixture of exponentials with the given weights and rates."""
    return PhaseType(np.asarray(weights, dtype=np.float64), -np.diag(np.asarray(rates, float)))


def exponential(rate: float) -> PhaseType:
    """Exponential claims of mean 1/rate."""
    return hyperexponential([1.0], [rate])


def erlang(shape: int, rate: float) -> PhaseType:
    """Gamma claims of integer shape."""
    alpha = np.zeros(shape)
    alpha[0] = 1.0
    generator = rate * (np.eye(shape, k=1) - np.eye(shape))
    return PhaseType(alpha, generator)


def mixture(weights: Sequence[float], parts: Sequence[PhaseType]) -> PhaseType:
    """Mixture of phase-type laws, itself phase-type."""
    pairs = zip(weights, parts, strict=True)
    alpha = np.concatenate([w * part.alpha for w, part in pairs])
    generator = scipy.linalg.block_diag(*[part.generator for part in parts])
    return PhaseType(alpha, np.asarray(generator, dtype=np.float64))
