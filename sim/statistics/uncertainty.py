"""What we do not know of the world, one law an input.

Notation: u probability, x value in natural units.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.base.arrays import Reals

FARTHEST = 6.0  # standard deviations: a draw beyond, one in a thousand million, is taken as if it were there


@dataclass(frozen=True)
class Uncertainty(ABC):
    """One input and its law; every law here has one peak (`mode`) and falls on both sides of it."""

    name: str

    @abstractmethod
    def law(self) -> Any:
        """The law as a frozen distribution of scipy.stats."""

    @property
    @abstractmethod
    def mode(self) -> float | None:
        """The most likely value; None where all are equally likely."""

    def quantile(self, u: Reals | float) -> Reals:
        """Values below which the input lies with probability u."""
        return np.asarray(self.law().ppf(u), dtype=np.float64)

    def log_density(self, x: Reals) -> Reals:
        """Logarithm of the density; -inf outside the law's range."""
        return np.asarray(self.law().logpdf(x), dtype=np.float64)

    @property
    def spread(self) -> float:
        """Standard deviation."""
        return float(self.law().std())

    @property
    def median(self) -> float:
        """The value exceeded as often as not."""
        return float(self.law().median())

    @property
    @abstractmethod
    def bounds(self) -> tuple[float, float]:
        """Lowest and highest possible value; may be infinite."""

    @property
    def drawn_bounds(self) -> tuple[float, float]:
        """Lowest and highest value that a draw can give."""
        return self.bounds


@dataclass(frozen=True)
class Uniform(Uncertainty):
    """Any value between low and high alike."""

    low: float
    high: float

    def __post_init__(self) -> None:
        _ordered(self.name, self.low < self.high, f"low {self.low:g} must be below high {self.high:g}")

    def law(self) -> Any:
        from scipy import stats

        return stats.uniform(self.low, self.high - self.low)

    @property
    def bounds(self) -> tuple[float, float]:
        return self.low, self.high

    @property
    def mode(self) -> float | None:
        return None


@dataclass(frozen=True)
class Triangular(Uncertainty):
    """From low to high with the peak `likely`."""

    low: float
    likely: float
    high: float

    def __post_init__(self) -> None:
        inside = self.low <= self.likely <= self.high and self.low < self.high
        _ordered(self.name, inside, f"needs low {self.low:g} <= likely {self.likely:g} <= high {self.high:g}")

    def law(self) -> Any:
        from scipy import stats

        width = self.high - self.low
        return stats.triang((self.likely - self.low) / width, self.low, width)

    @property
    def bounds(self) -> tuple[float, float]:
        return self.low, self.high

    @property
    def mode(self) -> float | None:
        return self.likely


@dataclass(frozen=True)
class Normal(Uncertainty):
    """Normal law, cut to low .. high where these are given."""

    mean: float
    deviation: float
    low: float = -np.inf
    high: float = np.inf

    def __post_init__(self) -> None:
        _ordered(self.name, self.deviation > 0.0, f"deviation {self.deviation:g} must be above 0")
        _ordered(self.name, self.low < self.high, f"low {self.low:g} must be below high {self.high:g}")

    def law(self) -> Any:
        from scipy import stats

        if np.isinf(self.low) and np.isinf(self.high):
            return stats.norm(self.mean, self.deviation)
        cut = [(edge - self.mean) / self.deviation for edge in (self.low, self.high)]
        return stats.truncnorm(*cut, loc=self.mean, scale=self.deviation)

    @property
    def bounds(self) -> tuple[float, float]:
        return self.low, self.high

    @property
    def drawn_bounds(self) -> tuple[float, float]:
        far = FARTHEST * self.deviation
        return max(self.low, self.mean - far), min(self.high, self.mean + far)

    @property
    def mode(self) -> float | None:
        return float(np.clip(self.mean, self.low, self.high))


@dataclass(frozen=True)
class Lognormal(Uncertainty):
    """Lognormal law with this mean and standard deviation."""

    mean: float
    deviation: float

    def __post_init__(self) -> None:
        _ordered(self.name, self.mean > 0.0 and self.deviation > 0.0, "mean and deviation must be above 0")

    def _scale(self) -> tuple[float, float]:
        """Mean and standard deviation of the logarithm."""
        variance = float(np.log1p((self.deviation / self.mean) ** 2))
        return float(np.log(self.mean)) - variance / 2.0, float(np.sqrt(variance))

    def law(self) -> Any:
        from scipy import stats

        centre, width = self._scale()
        return stats.lognorm(width, scale=np.exp(centre))

    @property
    def bounds(self) -> tuple[float, float]:
        return 0.0, np.inf

    @property
    def drawn_bounds(self) -> tuple[float, float]:
        centre, width = self._scale()
        return float(np.exp(centre - FARTHEST * width)), float(np.exp(centre + FARTHEST * width))

    @property
    def mode(self) -> float | None:
        centre, width = self._scale()
        return float(np.exp(centre - width**2))


def worlds(uncertainties: Sequence[Uncertainty], u: Reals) -> Reals:
    """Points[n, d] in natural units at the probabilities u[n, d]."""
    return np.column_stack([one.quantile(u[:, i]) for i, one in enumerate(uncertainties)])


def medians(uncertainties: Sequence[Uncertainty]) -> Reals:
    """The medians[d], where no present values are given."""
    return np.array([one.median for one in uncertainties])


def _ordered(name: str, right: bool, what: str) -> None:
    if not right:
        raise ValueError(f"{name}: {what}")
