"""What may be chosen, what is wanted and what must hold.

Notation: u point of the unit cube, x point in natural units.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from sim.base.arrays import Reals


@dataclass(frozen=True)
class Lever:
    """One lever: any number from low to high, whole numbers only, or one of `choices` (by its number in the list)."""

    name: str
    low: float = 0.0
    high: float = 1.0
    whole: bool = False
    choices: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.choices and not self.low < self.high:
            raise ValueError(f"{self.name}: low {self.low:g} must be below high {self.high:g}")

    def values(self, u: Reals) -> Reals:
        """Natural values of u in [0, 1]; every whole number or choice has an equal part of it."""
        low, high = (0.0, len(self.choices) - 1.0) if self.choices else (self.low, self.high)
        if self.whole or self.choices:
            return np.asarray(low + np.minimum(np.floor(u * (high - low + 1.0)), high - low))
        return np.asarray(low + u * (high - low))

    def unit(self, x: Reals) -> Reals:
        """The (middle) u of natural values."""
        low, high = (0.0, len(self.choices) - 1.0) if self.choices else (self.low, self.high)
        if self.whole or self.choices:
            return np.asarray((x - low + 0.5) / (high - low + 1.0))
        return np.asarray((x - low) / (high - low))


@dataclass(frozen=True)
class Goal:
    """A measure whose expected value is to be as large, or as small, as can be."""

    name: str
    sense: Literal["maximise", "minimise"] = "maximise"
    probability: bool = False
    """its values are 0 and 1"""

    @property
    def sign(self) -> float:
        """Factor that makes larger better."""
        return 1.0 if self.sense == "maximise" else -1.0


@dataclass(frozen=True)
class Limit:
    """A measure whose expected value must keep a bound."""

    name: str
    sense: Literal["at_most", "at_least"]
    bound: float
    probability: bool = False
    """its values are 0 and 1"""

    def margin(self, values: Reals | float) -> Reals:
        """By how much values keep the bound; negative where they break it."""
        return np.asarray(self.bound - values if self.sense == "at_most" else values - self.bound)


def natural(levers: Sequence[Lever], u: Reals) -> Reals:
    """Points[n, d] in natural units."""
    return np.column_stack([lever.values(u[:, i]) for i, lever in enumerate(levers)])


def snapped(levers: Sequence[Lever], u: Reals) -> Reals:
    """The points u[n, d] that stand for what is played: whole numbers and choices in the middle of their part."""
    x = natural(levers, np.clip(u, 0.0, 1.0))
    return np.column_stack([lever.unit(x[:, i]) for i, lever in enumerate(levers)])
