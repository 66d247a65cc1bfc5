"""What run-off values say of our own pyramid: new revenue that pays old promises, and what a stop would lose.

Notation: m month from 1 (its close), V_m run-off value (model, section 10), C opening capital.
"""

from __future__ import annotations

import numpy as np

from sim.base.arrays import Flags, Reals
from sim.results.cube import Cube


def pays_old(cube: Cube) -> Flags:
    """Months in which new revenue pays old promises, run-off value below 0 and cash not: bool[replication, month]."""
    return np.asarray((cube.series("run_off_value") < 0) & (cube.series("balance.cash") >= 0))


def first_of_longest_run(happens: Flags) -> Reals:
    """Number (from 1) of the first month of each row's longest run, the earlier of two alike; NaN without one."""
    length = np.zeros(happens.shape)
    for m in range(happens.shape[1]):
        length[:, m] = (length[:, m - 1] + 1.0 if m else 1.0) * happens[:, m]
    longest, last = length.max(axis=1), length.argmax(axis=1) + 1.0
    return np.where(longest > 0, last - longest + 1.0, np.nan)


def lost_by_stopping(cube: Cube, capital: float) -> Reals:
    """What is lost of the opening capital if nothing is sold after month m, C - V_m: float64[replication, month]."""
    return np.asarray(capital - cube.series("run_off_value"))


def first_after(happens: Flags) -> Reals:
    """First month (from 1) from which something happens no more; 0 where it never does, NaN where it does at last."""
    last = happens.shape[1] - np.argmax(happens[:, ::-1], axis=1)
    first = np.where(happens.any(axis=1), last + 1.0, 0.0)
    return np.where(first > happens.shape[1], np.nan, first)
