"""Whether a rival's rates settle: a test on the last months of their path."""

from __future__ import annotations

import numpy as np

from sim.base.arrays import Flags, Reals
from sim.base.kernels import kernel

TURNS = 3  # up and down again is an answer; a third turn is a swing
SHRINKING = 0.9  # a swing of the later half below this part of the earlier one dies out by itself


def swings(paths: Reals, tolerance: float) -> Flags:
    """Whether some rate keeps going to and fro without coming to rest.

    Parameters
    ----------
    paths : float64[R, month, product, segment], rates of some months in some replications
    tolerance : a swing of at most so much is rest

    Returns
    -------
    bool[R]
        A rate has turned at least three times, the range of its later half is above the tolerance and has not shrunk
        by a tenth against that of the earlier half. Drifts and swings slower than the months seen are not found.
    """
    found = np.zeros(len(paths), dtype=np.bool_)
    _swings(paths.reshape(*paths.shape[:2], -1), tolerance, found)
    return found


@kernel
def _swings(
    paths: Reals,  # [R, month, rate]
    tolerance: float,
    found: Flags,  # [R]
) -> None:
    middle = paths.shape[1] // 2
    for r in range(paths.shape[0]):
        for one in range(paths.shape[2]):
            path = paths[r, :, one]
            early, late = path[: middle + 1], path[middle:]
            before, after = early.max() - early.min(), late.max() - late.min()
            moving = after > tolerance and after >= SHRINKING * before
            found[r] |= moving and _turns(path) >= TURNS


@kernel
def _turns(path: Reals) -> int:
    """How often the direction changes, months without a move left out."""
    turns, last = 0, 0.0
    for month in range(1, path.size):
        sign = np.sign(path[month] - path[month - 1])
        turns += int(sign * last < 0.0)
        last = sign if sign != 0.0 else last
    return turns
