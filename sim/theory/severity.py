"""Laws of one claim or of a loss ratio, by their partial moments.

Notation: X the amount, x a point, k the order of a moment, s the argument of the
Laplace transform E[exp(-sX)]. A partial moment is E[X^k; X > x].
Source: Klugman, Panjer and Willmot, *Loss Models*, appendix A.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import scipy

from sim.theory.arrays import Complexes, Floats, FloatsLike, floats


class Law(Protocol):
    """A positive amount known by its mean, second moment and upper partial moments."""

    @property
    def mean(self) -> float:
        """E X."""

    @property
    def second_moment(self) -> float:
        """E X^2."""

    def upper_moment(self, k: int, x: FloatsLike) -> Floats:
        """E X^k 1{X > x}."""

    def stop_loss(self, x: FloatsLike) -> Floats:
        """E max(X - x, 0)."""


class Transformable(Protocol):
    """A law whose Laplace transform is known in closed form."""

    @property
    def mean(self) -> float:
        """E X."""

    def laplace(self, s: Complexes) -> Complexes:
        """E exp(-s X)."""

    def laplace_slope(self, s: Complexes) -> Complexes:
        """Its derivative in s."""


def survival(law: Law, x: FloatsLike) -> Floats:
    """P(X > x) of each point."""
    return law.upper_moment(0, x)


def limited_mean(law: Law, x: FloatsLike) -> Floats:
    """Limited expected value E[min(X, x)], in the unit of X."""
    return law.mean - law.stop_loss(x)


def variance(law: Law) -> float:
    """Var X; infinite where the second moment is."""
    return law.second_moment - law.mean**2


@dataclass(frozen=True)
class Gamma:
    """Gamma law; shape 1 is the exponential."""

    shape: float
    scale: float

    @classmethod
    def from_mean(cls, shape: float, mean: float) -> Gamma:
        """Gamma law of the given shape and mean."""
        return cls(shape, mean / shape)

    @property
    def mean(self) -> float:
        """E X."""
        return self.shape * self.scale

    @property
    def second_moment(self) -> float:
        """E X^2."""
        return self.shape * (self.shape + 1.0) * self.scale**2

    def upper_moment(self, k: int, x: FloatsLike) -> Floats:
        """E[X^k; X > x]."""
        factor = self.scale**k * scipy.special.poch(self.shape, k)
        tail = scipy.special.gammaincc(self.shape + k, np.maximum(floats(x), 0.0) / self.scale)
        return np.asarray(factor * tail, dtype=np.float64)

    def stop_loss(self, x: FloatsLike) -> Floats:
        """E[(X - x)+]."""
        return self.upper_moment(1, x) - floats(x) * self.upper_moment(0, x)

    def laplace(self, s: Complexes) -> Complexes:
        """E[exp(-sX)] for Re s > -1/scale."""
        return np.asarray((1.0 + self.scale * s) ** (-self.shape), dtype=np.complex128)

    def laplace_slope(self, s: Complexes) -> Complexes:
        """Derivative of the transform, -E[X exp(-sX)]."""
        power = (1.0 + self.scale * s) ** (-self.shape - 1.0)
        return np.asarray(-self.mean * power, dtype=np.complex128)


@dataclass(frozen=True)
class Lognormal:
    """Lognormal law of exp(mu + sigma Z); sigma = 0 is a fixed amount."""

    mu: float
    sigma: float

    @classmethod
    def from_mean_cv(cls, mean: float, cv: float) -> Lognormal:
        """Lognormal law of the given mean and coefficient of variation."""
        sigma2 = float(np.log1p(cv**2))
        return cls(float(np.log(mean)) - sigma2 / 2.0, sigma2**0.5)

    @property
    def mean(self) -> float:
        """E X."""
        return float(np.exp(self.mu + self.sigma**2 / 2.0))

    @property
    def second_moment(self) -> float:
        """E X^2."""
        return float(np.exp(2.0 * self.mu + 2.0 * self.sigma**2))

    def upper_moment(self, k: int, x: FloatsLike) -> Floats:
        """E[X^k; X > x]."""
        moment = np.exp(k * self.mu + (k * self.sigma) ** 2 / 2.0)
        with np.errstate(divide="ignore", invalid="ignore"):
            distance = self.mu + k * self.sigma**2 - np.log(np.maximum(floats(x), 0.0))
            z = distance / self.sigma
        z = np.where(np.isnan(z), -np.inf, z)
        return np.asarray(moment * scipy.special.ndtr(z), dtype=np.float64)

    def stop_loss(self, x: FloatsLike) -> Floats:
        """E[(X - x)+]."""
        return self.upper_moment(1, x) - floats(x) * self.upper_moment(0, x)

    def quantile(self, p: FloatsLike) -> Floats:
        """Point x with P(X <= x) = p."""
        z = scipy.special.ndtri(floats(p))
        return np.asarray(np.exp(self.mu + self.sigma * z), dtype=np.float64)


@dataclass(frozen=True)
class Lomax:
    """Pareto law of the second kind, P(X > x) = (theta / (theta + x))^alpha."""

    alpha: float
    theta: float

    @property
    def mean(self) -> float:
        """E X."""
        return self.theta / (self.alpha - 1.0) if self.alpha > 1.0 else float("inf")

    @property
    def second_moment(self) -> float:
        """E X^2."""
        if self.alpha <= 2.0:
            return float("inf")
        return 2.0 * self.theta**2 / ((self.alpha - 1.0) * (self.alpha - 2.0))

    def upper_moment(self, k: int, x: FloatsLike) -> Floats:
        """E[X^k; X > x] for k = 0, 1, 2 (infinite when k >= alpha)."""
        point = np.maximum(floats(x), 0.0)
        tail = (self.theta / (self.theta + point)) ** self.alpha
        if k == 0:
            return tail
        if k >= self.alpha:
            return np.full_like(point, np.inf)
        if k == 1:
            return point * tail + self.stop_loss(point)
        beyond = 2.0 * self.theta**self.alpha * (self.theta + point) ** (2.0 - self.alpha)
        excess2 = beyond / ((self.alpha - 1.0) * (self.alpha - 2.0))
        return point**2 * tail + 2.0 * point * self.stop_loss(point) + excess2

    def stop_loss(self, x: FloatsLike) -> Floats:
        """E[(X - x)+]."""
        point = floats(x)
        ratio = self.theta / (self.theta + point)
        return np.asarray(self.mean * ratio ** (self.alpha - 1.0), dtype=np.float64)


@dataclass(frozen=True)
class Mixture:
    """Mixture of laws; the weights add up to one."""

    weights: tuple[float, ...]
    laws: tuple[Law, ...]

    @property
    def mean(self) -> float:
        """E X."""
        return sum(w * law.mean for w, law in zip(self.weights, self.laws, strict=True))

    @property
    def second_moment(self) -> float:
        """E X^2."""
        pairs = zip(self.weights, self.laws, strict=True)
        return sum(w * law.second_moment for w, law in pairs)

    def upper_moment(self, k: int, x: FloatsLike) -> Floats:
        """E[X^k; X > x]."""
        parts = [law.upper_moment(k, x) for law in self.laws]
        return np.asarray(np.tensordot(self.weights, parts, axes=1), dtype=np.float64)

    def stop_loss(self, x: FloatsLike) -> Floats:
        """E[(X - x)+]."""
        parts = [law.stop_loss(x) for law in self.laws]
        return np.asarray(np.tensordot(self.weights, parts, axes=1), dtype=np.float64)


@dataclass(frozen=True)
class Discrete:
    """Finitely many amounts with probabilities."""

    amounts: tuple[float, ...]
    probabilities: tuple[float, ...]

    @property
    def mean(self) -> float:
        """E X."""
        return float(np.dot(self.amounts, self.probabilities))

    @property
    def second_moment(self) -> float:
        """E X^2."""
        return float(np.dot(np.square(self.amounts), self.probabilities))

    def upper_moment(self, k: int, x: FloatsLike) -> Floats:
        """E[X^k; X > x]."""
        amounts = np.asarray(self.amounts, dtype=np.float64)
        above = amounts[None, :] > floats(x)[:, None]
        weighted = amounts**k * np.asarray(self.probabilities)
        return np.asarray(above @ weighted, dtype=np.float64)

    def stop_loss(self, x: FloatsLike) -> Floats:
        """E[(X - x)+]."""
        return self.upper_moment(1, x) - floats(x) * self.upper_moment(0, x)
