"""Tiered commission: marginal slices against retroactive rates.

Notation: i tiers, x[i] the volume from which tier i applies, r[i] its rate, v a volume.
Source: arithmetic; a retroactive scale jumps by x[i] (r[i] - r[i-1]) at each bound.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from sim.theory.arrays import Floats, FloatsLike, floats

Edge: TypeAlias = Literal["left", "right"]
"""Whether the bound itself belongs to the tier that starts there (`left`) or ends there."""


@dataclass(frozen=True)
class Tiers:
    """Thresholds in rising order and the rates from each of them on."""

    thresholds: tuple[float, ...]
    rates: tuple[float, ...]

    def __post_init__(self) -> None:
        if list(self.thresholds) != sorted(set(self.thresholds)):
            raise ValueError(f"thresholds must rise: {self.thresholds}")
        if len(self.thresholds) != len(self.rates):
            raise ValueError("as many rates as thresholds are needed")

    @classmethod
    def of(cls, pairs: Sequence[tuple[float, float]]) -> Tiers:
        """Tiers from (threshold, rate) pairs."""
        return cls(tuple(x for x, _ in pairs), tuple(r for _, r in pairs))


def rate_reached(tiers: Tiers, volume: FloatsLike, edge: Edge = "left") -> Floats:
    """Rate of the tier in which each volume lies; 0 below the first threshold."""
    side: Literal["left", "right"] = "right" if edge == "left" else "left"
    reached = np.searchsorted(floats(tiers.thresholds), floats(volume), side=side)
    return np.asarray(np.concatenate([[0.0], tiers.rates])[reached], dtype=np.float64)


def marginal(tiers: Tiers, volume: FloatsLike) -> Floats:
    """Payout when each slice of volume earns its own rate."""
    bounds = np.append(floats(tiers.thresholds), np.inf)
    slices = np.clip(floats(volume)[:, None], bounds[:-1], bounds[1:]) - bounds[:-1]
    return np.asarray(slices @ floats(tiers.rates), dtype=np.float64)


def retroactive(tiers: Tiers, volume: FloatsLike, edge: Edge = "left") -> Floats:
    """Payout when the whole volume earns the rate reached."""
    return floats(volume) * rate_reached(tiers, volume, edge)


def effective_rate(tiers: Tiers, volume: FloatsLike) -> Floats:
    """Marginal payout over volume; not a number at volume 0."""
    v = floats(volume)
    paid = marginal(tiers, v)
    return np.divide(paid, v, out=np.full_like(v, np.nan), where=v > 0.0)


def cliffs(tiers: Tiers) -> dict[float, float]:
    """Jump of the retroactive payout at each threshold above 0."""
    before = np.concatenate([[0.0], tiers.rates[:-1]])
    jumps = floats(tiers.thresholds) * (floats(tiers.rates) - before)
    pairs = zip(tiers.thresholds, jumps, strict=True)
    return {x: float(jump) for x, jump in pairs if x > 0.0}
