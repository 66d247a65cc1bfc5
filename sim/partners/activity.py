"""Who is active: a bit a month says whether a partner sold for us."""

from __future__ import annotations

import numpy as np

from sim.base.arrays import HalfWords, Integers, Words
from sim.base.kernels import kernel

RECENT = 0b111  # sold in the last three months
YEAR = 12


@kernel
def remember(sold: Integers, sold_months: HalfWords) -> tuple[int, int]:
    """Shift this month's sale into the bits and count the active, and those lost since a year ago.

    Parameters
    ----------
    sold : int64[n]
        Contracts sold this month.
    sold_months : uint32[n]

    Returns
    -------
    (active, lost) : int
    """
    active = 0
    lost = 0
    for i in range(sold.size):
        bits = (int(sold_months[i]) << 1) & 0xFFFFFFFF | (sold[i] > 0)
        sold_months[i] = bits
        now = bits & RECENT
        then = (bits >> YEAR) & RECENT
        active += now != 0
        lost += (then != 0) and (now == 0)
    return active, lost


@kernel
def active(sold_months: HalfWords, bounds: Words) -> Integers:
    """Partners by segment that sold in the last three months, int64[segments]."""
    found = np.zeros(bounds.size - 1, dtype=np.int64)
    for s in range(found.size):
        for i in range(bounds[s], bounds[s + 1]):
            found[s] += (int(sold_months[i]) & RECENT) != 0
    return found
