"""Whether a rival's rates settle: a test on the last months of their path."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.base.arrays import Reals

TURNS = 3  # up and down again is an answer; a third turn is a swing
SHRINKING = 0.9  # a swing of the later half below this part of the earlier one dies out by itself


def swings(path: Sequence[Reals], tolerance: float) -> bool:
    """Whether some rate keeps going to and fro without coming to rest.

    Parameters
    ----------
    path : rates of some months, each of the shape (product, segment)
    tolerance : a swing of at most so much is rest

    Returns
    -------
    bool
        A rate has turned at least three times, the range of its later half is above the tolerance and has not shrunk
        by a tenth against that of the earlier half. Drifts and swings slower than the months seen are not found.
    """
    rates = np.array(path)
    middle = len(rates) // 2
    early, late = np.ptp(rates[: middle + 1], axis=0), np.ptp(rates[middle:], axis=0)
    moving = (late > tolerance) & (late >= SHRINKING * early)
    return bool(moving.any() and (moving & (_turns(np.diff(rates, axis=0)) >= TURNS)).any())


def _turns(moves: Reals) -> Reals:
    """How often the direction changes, months without a move left out: whole numbers of the shape of a month."""
    signs = np.sign(moves)
    last, turns = signs[0].copy(), np.zeros(signs[0].shape)
    for sign in signs[1:]:
        turns += sign * last < 0
        last = np.where(sign == 0, last, sign)
    return turns
