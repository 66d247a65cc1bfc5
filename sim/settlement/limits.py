"""What a partner may sell this month under credit control; the deposit scheme limits it by blanks besides.

Notation: i partner, s segment. E net premium sold and not remitted, minor units.
"""

from __future__ import annotations

import numpy as np

from sim.base.arrays import Flags, Integers, Reals, Words
from sim.base.kernels import kernel

LARGEST = 2.0**62  # minor units that fit


@kernel
def allow(
    edges: Words,
    covered: Flags,
    most: float,
    months: float,
    monthly: Reals,
    exposure: Integers,
    room: Integers,
) -> None:
    """Premium, net of commission kept, that a partner may still sell: its limit less E, int64[n]; -1 without a limit.

    Parameters
    ----------
    covered : bool[segments]
    most : float
        The limit in minor units; infinite without one.
    months : float
        The limit in months of `monthly`[n] (float64, minor units); infinite without one. The lower limit holds.
    """
    for s in range(edges.size - 1):
        watched = covered[s % covered.size]
        for i in range(edges[s], edges[s + 1]):
            limit = most if months == np.inf else min(most, months * monthly[i])
            limited = watched and limit < np.inf
            room[i] = max(int(min(limit, LARGEST)) - exposure[i], 0) if limited else -1


@kernel
def stop(edges: Words, covered: Flags, late: Integers, room: Integers) -> None:
    """Let covered partners with late premium, int64[n], sell nothing."""
    for s in range(edges.size - 1):
        for i in range(edges[s], edges[s + 1] if covered[s % covered.size] else edges[s]):
            if late[i] > 0:
                room[i] = 0


@kernel
def monthly_premium(edges: Words, flow: Reals, per_buyer: Reals, out: Reals) -> None:
    """Premium a month that a partner's whole flow would bring; per_buyer[segments]."""
    for s in range(edges.size - 1):
        brought = per_buyer[s % per_buyer.size]
        for i in range(edges[s], edges[s + 1]):
            out[i] = flow[i] * brought
