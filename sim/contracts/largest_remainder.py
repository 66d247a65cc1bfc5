"""Whole units for more requests than there are: each gets its part rounded down, those cut most one more."""

from __future__ import annotations

import numpy as np

from sim.base.arrays import Integers


def cut(asked: Integers, room: int) -> Integers:
    """What each of asked[n] gets of so many units: int64[n]; of equal remainders the lowest row comes first."""
    total = int(asked.sum())
    if total <= room:
        return asked
    given, rest = np.divmod(asked * room, total)
    most = np.argsort(-rest, kind="stable")[: room - int(given.sum())]
    given[most] += 1
    return np.asarray(given)
