"""Partners of a type that may sell no more leave the trade; some are back later as partners of another type."""

from __future__ import annotations

from sim.base.arrays import Codes, Flags, Integers, Months, Reals, Words
from sim.base.kernels import kernel
from sim.partners.choice import settle
from sim.partners.columns import ABSENT, ACTIVE


@kernel
def come_back(
    edges: Words,
    month: int,
    comes_back: Months,
    rank: Reals,
    odds: Reals,
    multi: Flags,
    status: Codes,
    entered: Months,
    principal: Codes,
    share: Reals,
    came: Integers,
) -> None:
    """Bring partners whose month has come into the rows that are kept for them.

    Parameters
    ----------
    comes_back : int16[n]
        Month in which the partner of a row is back.
    rank : float64[n], odds : float64[segments, K], multi : bool[segments]
        They choose like entrants.
    status : int8[n], entered : int16[n], principal : int8[n], share : float64[K, n]
    came : int64[slices]
        Written: how many are back.
    """
    came[:] = 0
    for s in range(edges.size - 1):
        row, splits = s % odds.shape[0], multi[s % multi.size]
        for i in range(edges[s], edges[s + 1]):
            if comes_back[i] == month and status[i] == ABSENT:
                status[i] = ACTIVE
                entered[i] = month
                settle(i, rank[i], odds[row], splits, share, principal)
                came[s] += 1
