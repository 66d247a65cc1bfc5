"""Who is active: a bit a month says whether a partner sold for us."""

from __future__ import annotations

from sim.base.arrays import HalfWords, Integers, Words
from sim.base.kernels import kernel

RECENT = 0b111  # sold in the last three months
YEAR = 12


@kernel
def remember(edges: Words, sold: Integers, sold_months: HalfWords, active: Integers, lost: Integers) -> None:
    """Shift this month's sale into the bits and count the active, and those lost since a year ago.

    Parameters
    ----------
    sold : int64[n]
        Contracts sold this month.
    sold_months : uint32[n]
    active, lost : int64[slices]
        Written.
    """
    for s in range(edges.size - 1):
        selling, gone = 0, 0
        for i in range(edges[s], edges[s + 1]):
            bits = (int(sold_months[i]) << 1) & 0xFFFFFFFF | (sold[i] > 0)
            sold_months[i] = bits
            now = bits & RECENT
            then = (bits >> YEAR) & RECENT
            selling += now != 0
            gone += (then != 0) and (now == 0)
        active[s] = selling
        lost[s] = gone
