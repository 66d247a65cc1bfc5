"""Round numbers for axes."""

from __future__ import annotations

from math import ceil, floor, isfinite, log10

import numpy as np

from sim.base.arrays import Reals

STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
CLOSE = 1e-9
MOST_DECIMALS = 6


def ends(parts: list[Reals], grounded: bool) -> tuple[float, float]:
    """Lowest and highest known value, with 0 where the axis reaches to it; never the same."""
    found = [part[np.isfinite(part)] for part in parts]
    known = np.concatenate([*found, np.zeros(1)] if grounded or not any(one.size for one in found) else found)
    low, high = float(known.min()), float(known.max())
    return (low, high) if low < high else (low - 1.0, high + 1.0) if low else (0.0, 1.0)


def step_of(low: float, high: float, most: int) -> float:
    """The smallest round step that needs no more than `most` ticks."""
    least = (high - low) / max(most - 1, 1)
    size = 10.0 ** floor(log10(least))
    return next(one * size for one in STEPS if one * size >= least * (1 - CLOSE))


def ticks(low: float, high: float, most: int = 6) -> list[float]:
    """Multiples of a round step from `low` to `high`."""
    if not (isfinite(low) and isfinite(high)) or low >= high:
        return [low]
    step = step_of(low, high, most)
    first, last = ceil(low / step - CLOSE), floor(high / step + CLOSE)
    return [at * step for at in range(first, last + 1)]


def decimals(values: list[float]) -> int:
    """Decimals that tell all ticks apart."""
    enough = (digits for digits in range(MOST_DECIMALS) if all(_close(one, digits) for one in values))
    return next(enough, MOST_DECIMALS)


def _close(value: float, digits: int) -> bool:
    return abs(value - round(value, digits)) < CLOSE * max(1.0, abs(value))
