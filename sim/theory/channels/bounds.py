"""Figures between their bounds, quotients that may have nothing below the line, and what a half-life keeps."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from sim.theory.arrays import FloatsLike

ROUNDING = 1e-12  # of shares that were added up


def at_least(lowest: float, **figures: FloatsLike) -> None:
    """Raise a ValueError that names the first figure below the lowest one; NaN is below everything."""
    within(lowest, np.inf, **figures)


def above(lowest: float, **figures: FloatsLike) -> None:
    """Raise a ValueError that names the first figure that is not above the lowest one."""
    for name, value in figures.items():
        if not np.all(np.asarray(value, dtype=np.float64) > lowest):
            raise ValueError(f"{name} must be above {lowest:g}, not {value}")


def within(lowest: float, highest: float, **figures: FloatsLike) -> None:
    """Raise a ValueError that names the first figure outside the closed interval, rounding of sums aside."""
    for name, value in figures.items():
        given = np.asarray(value, dtype=np.float64)
        if not np.all((given >= lowest) & (given <= highest * (1.0 + ROUNDING))):
            wanted = f"at least {lowest:g}" if highest == np.inf else f"between {lowest:g} and {highest:g}"
            raise ValueError(f"{name} must be {wanted}, not {value}")


def shares(**figures: FloatsLike) -> None:
    """Raise a ValueError that names the first figure outside 0 to 1."""
    within(0.0, 1.0, **figures)


def quotient(above_line: float, below_line: float) -> float:
    """The quotient; infinite where only the lower figure is 0, NaN where both are."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        return float(np.float64(above_line) / np.float64(below_line))


def kept(half_life: float, months: float = 1.0) -> float:
    """2^(-months/half_life): what is left after so many months; nothing where the half-life is 0."""
    at_least(0.0, half_life=half_life, months=months)
    if half_life == 0.0:
        return float(months == 0.0)
    return float(2.0 ** -(months / half_life))


def exactly(figure: float) -> Fraction:
    """The decimal figure that was written, so that 0.7 of 90 is 63 and not a hair less."""
    return Fraction(repr(float(figure)))
