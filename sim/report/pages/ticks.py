"""Round numbers for axes."""

from __future__ import annotations

from math import ceil, floor, isfinite, log10

import numpy as np

from sim.base.arrays import Reals

STEPS = (1.0, 2.0, 2.5, 5.0)
CLOSE = 1e-9
MOST_DECIMALS = 6


def ends(parts: list[Reals], grounded: bool) -> tuple[float, float]:
    """Lowest and highest known value, with 0 where the axis reaches to it; never the same."""
    found = [part[np.isfinite(part)] for part in parts]
    known = np.concatenate([*found, np.zeros(1)] if grounded or not any(one.size for one in found) else found)
    low, high = float(known.min()), float(known.max())
    return (low, high) if low < high else (low - 1.0, high + 1.0) if low else (0.0, 1.0)


def ticks(low: float, high: float, most: int = 6) -> list[float]:
    """Multiples of the smallest round step of which no more than `most` lie from `low` to `high`."""
    if not (isfinite(low) and isfinite(high)) or low >= high:
        return [low]
    size = 10.0 ** floor(log10((high - low) / most))
    steps = (one * power for power in (size, 10 * size) for one in STEPS)
    return next(found for step in steps if len(found := _multiples(low, high, step)) <= most)


def _multiples(low: float, high: float, step: float) -> list[float]:
    first, last = ceil(low / step - CLOSE), floor(high / step + CLOSE)
    return [at * step for at in range(first, last + 1)]


def decimals(values: list[float]) -> int:
    """Decimals that tell all ticks apart."""
    enough = (digits for digits in range(MOST_DECIMALS) if all(_close(one, digits) for one in values))
    return next(enough, MOST_DECIMALS)


def _close(value: float, digits: int) -> bool:
    return abs(value - round(value, digits)) < CLOSE * max(1.0, abs(value))
