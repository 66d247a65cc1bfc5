"""Points by the level that a volume reaches, and weights as whole thousandths, so that shares are exact."""

from __future__ import annotations

import itertools
from typing import Annotated

import numpy as np
from pydantic import AfterValidator, Field

from sim.base.arrays import Integers, Reals
from sim.base.units import Block, Positive

MILLI = 1000
_SLACK = 1e-6


def whole_thousandths(value: float) -> int:
    """A weight or points in thousandths."""
    return round(value * MILLI)


def _three_decimals(value: float) -> float:
    if abs(value * MILLI - round(value * MILLI)) > _SLACK:
        raise ValueError(f"points have at most three decimals, got {value:g}")
    return value


Points = Annotated[Positive, AfterValidator(_three_decimals)]


class PointLevel(Block):
    """One level."""

    above: Positive = Field(description="units of the window from which it holds")
    points: Points = Field(description="for each unit")


def _rising(levels: list[PointLevel]) -> list[PointLevel]:
    if any(low.above >= high.above for low, high in itertools.pairwise(levels)):
        raise ValueError("levels must rise; sort them by above, without repeats")
    if not any(level.points for level in levels):
        raise ValueError("no level has points; give one more than 0")
    return levels


PointLevels = Annotated[list[PointLevel], Field(min_length=1), AfterValidator(_rising)]


def points_of_levels(levels: list[PointLevel], units: Reals) -> Integers:
    """Thousandths of points of the highest level that units[n] reach, 0 below the first: int64[n]."""
    bounds = np.array([level.above for level in levels])
    points = np.array([0, *(whole_thousandths(level.points) for level in levels)], dtype=np.int64)
    return np.asarray(points[np.searchsorted(bounds, units, side="right")])
