"""Who is active, a bit a month says whether a partner sold for us; and what of them we have lost within a year."""

from __future__ import annotations

import numpy as np

from sim.base.arrays import Codes, HalfReals, HalfWords, Integers, Reals, Words
from sim.base.kernels import kernel
from sim.partners.columns import ACTIVE

RECENT = 0b111  # sold in the last three months


@kernel
def remember(edges: Words, sold: Integers, sold_months: HalfWords, active: Integers) -> None:
    """Shift this month's sale into the bits and count the active.

    Parameters
    ----------
    sold : int64[n]
        Contracts sold this month.
    sold_months : uint32[n]
    active : int64[slices]
        Written.
    """
    for s in range(edges.size - 1):
        selling = 0
        for i in range(edges[s], edges[s + 1]):
            bits = (int(sold_months[i]) << 1) & 0xFFFFFFFF | (sold[i] > 0)
            sold_months[i] = bits
            selling += (bits & RECENT) != 0
        active[s] = selling


@kernel
def lost(
    edges: Words, then: HalfReals, share: Reals, status: Codes, ours: HalfReals, out: Reals, stood: Reals
) -> None:  # fmt: skip
    """Partners lost by our share of what they sell: one that sold all for us and sells half counts half.

    then : float32[n], our share a year ago, 0 of who was not there; ours : float32[n], written: the same of today; out,
    stood : float64[slices], written: those lost, and those that were with us a year ago.
    """
    for s in range(edges.size - 1):
        total, before = 0.0, 0.0
        for i in range(edges[s], edges[s + 1]):
            ours[i] = share[i] if status[i] == ACTIVE else 0.0
            total += max(np.float64(then[i]) - np.float64(ours[i]), 0.0)  # float() keeps float32 in a kernel
            before += float(then[i])
        out[s], stood[s] = total, before
