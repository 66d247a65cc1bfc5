"""Where margins along lines fall below 0: false position on many lines at once.

Notation: t place on a line from 0 to 1, n lines.
Source: Dowell and Jarratt 1971, BIT 11, 168-174 ("Illinois": the margin of an end that stays is halved).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from sim.base.arrays import Places, Reals

MIDDLE = 4  # each fourth step takes the middle, so that no margins can keep a bracket wide

Along = Callable[[Places, Reals], Reals]
"""lines[m], places[m] on them -> margins[m]"""


def crossings(margins: Along, at_zero: Reals, at_one: Reals, width: float) -> Reals:
    """Places[n] with a margin below 0, each less than `width` beyond one whose margin is not.

    Parameters
    ----------
    at_zero, at_one : Margins[n] at both ends, those at 1 below 0.
    """
    ends = np.array([np.zeros(len(at_zero)), np.ones(len(at_zero))])
    values, moved = np.array([at_zero, at_one]), np.full(len(at_zero), -1)
    step = 1
    while len(wide := np.flatnonzero(ends[1] - ends[0] > width)):
        (low, high), (kept, lacked) = ends[:, wide], values[:, wide]
        t = _next(low, high, kept, lacked, width, middle=step % MIDDLE == 0)
        found = margins(wide, t)
        side = (found < 0.0).astype(np.intp)
        values[1 - side, wide] *= np.where(side == moved[wide], 0.5, 1.0)
        ends[side, wide], values[side, wide], moved[wide] = t, found, side
        step += 1
    return np.asarray(ends[1])


def _next(low: Reals, high: Reals, kept: Reals, lacked: Reals, width: float, middle: bool) -> Reals:
    """Where the line through both margins is 0, moved by half a width towards the farther end, so that this follows."""
    gap = high - low
    part = np.full(len(gap), 0.5) if middle else kept / (kept - lacked)
    room = np.minimum(width, gap) / 2.0
    t = low + part * gap
    return np.asarray(np.clip(t + np.where(part < 0.5, room, -room), low + room / 2.0, high - room / 2.0))
