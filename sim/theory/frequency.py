"""Laws of the number of claims, by probability generating function and masses.

Notation: N the count, n a value, z the argument of E[z^N].
Source: Klugman, Panjer and Willmot, *Loss Models*, appendix B.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import scipy

from sim.theory.arrays import Complexes, Floats

NEGLIGIBLE = 1e-19
"""Masses below this are left out of a series."""


class Counts(Protocol):
    """A count known by its moments, generating function and log masses."""

    @property
    def mean(self) -> float:
        """E N."""

    @property
    def variance(self) -> float:
        """Var N."""

    def pgf(self, z: Complexes) -> Complexes:
        """E z^N."""

    def log_mass(self, n: Floats) -> Floats:
        """log P(N = n)."""


@dataclass(frozen=True)
class Poisson:
    """Poisson count with mean lam."""

    lam: float

    @property
    def mean(self) -> float:
        """E N."""
        return self.lam

    @property
    def variance(self) -> float:
        """Var N."""
        return self.lam

    def pgf(self, z: Complexes) -> Complexes:
        """E[z^N]."""
        return np.asarray(np.exp(self.lam * (z - 1.0)), dtype=np.complex128)

    def log_mass(self, n: Floats) -> Floats:
        """Log P(N = n)."""
        log = scipy.special.xlogy(n, self.lam) - self.lam - scipy.special.gammaln(n + 1.0)
        return np.asarray(log, dtype=np.float64)


@dataclass(frozen=True)
class NegativeBinomial:
    """Failures before the r-th success of probability p: mean r(1-p)/p."""

    r: float
    p: float

    @property
    def mean(self) -> float:
        """E N."""
        return self.r * (1.0 - self.p) / self.p

    @property
    def variance(self) -> float:
        """Var N."""
        return self.mean / self.p

    def pgf(self, z: Complexes) -> Complexes:
        """E[z^N]."""
        base = self.p / (1.0 - (1.0 - self.p) * z)
        return np.asarray(base**self.r, dtype=np.complex128)

    def log_mass(self, n: Floats) -> Floats:
        """Log P(N = n)."""
        ways = scipy.special.gammaln(n + self.r) - scipy.special.gammaln(self.r) - scipy.special.gammaln(n + 1.0)
        log = ways + self.r * np.log(self.p) + scipy.special.xlog1py(n, -self.p)
        return np.asarray(log, dtype=np.float64)


@dataclass(frozen=True)
class Binomial:
    """Successes in `trials` trials of probability p."""

    trials: int
    p: float

    @property
    def mean(self) -> float:
        """E N."""
        return self.trials * self.p

    @property
    def variance(self) -> float:
        """Var N."""
        return self.mean * (1.0 - self.p)

    def pgf(self, z: Complexes) -> Complexes:
        """E[z^N]."""
        return np.asarray((1.0 - self.p + self.p * z) ** self.trials, dtype=np.complex128)

    def log_mass(self, n: Floats) -> Floats:
        """Log P(N = n); minus infinity beyond the number of trials."""
        rest = self.trials - n
        room = np.maximum(rest, 0.0)
        ways = scipy.special.gammaln(self.trials + 1.0) - scipy.special.gammaln(n + 1.0)
        log = ways - scipy.special.gammaln(room + 1.0) + scipy.special.xlogy(n, self.p)
        log = log + scipy.special.xlog1py(room, -self.p)
        return np.asarray(np.where(rest < 0.0, -np.inf, log), dtype=np.float64)


def fixed(count: int) -> Binomial:
    """A count that is certain."""
    return Binomial(count, 1.0)


def masses(counts: Counts) -> tuple[Floats, Floats]:
    """Values n and their probabilities, leaving out masses below `NEGLIGIBLE`.

    Returns
    -------
    n, probability : arrays of equal length
        Zero is always among the values.
    """
    spread = 1.0 + counts.variance**0.5
    top = counts.mean + 12.0 * spread
    while counts.log_mass(np.array([np.ceil(top)]))[0] > np.log(NEGLIGIBLE):
        top += 12.0 * spread
    n = np.arange(np.ceil(top) + 1.0)
    probability = np.exp(counts.log_mass(n))
    keep = (probability > NEGLIGIBLE) | (n == 0.0)
    return n[keep], probability[keep]
