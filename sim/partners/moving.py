"""Who moved where: a partner of several principals stands with each by its share, and parts of it move.

What a principal has lost goes to those that have gained, in proportion to what they gained. A partner of one principal
is the case of shares 0 and 1. Notation: R replications, i partner, K principals; a place is a principal or, after them,
one outside of the market.
"""

from __future__ import annotations

import numpy as np

from sim.base.arrays import Codes, HalfReals, Reals, Words
from sim.base.kernels import kernel

BY_SHARE = -1  # in place of a place: it stands with the principals


@kernel
def moved(
    edges: Words,
    segments: int,
    was: Codes,
    held: HalfReals,
    place: Codes,
    share: HalfReals,
    out: Reals,
) -> None:
    """Partners from each place to each.

    Parameters
    ----------
    segments : of a replication, the last of which is our own channel and moves nowhere
    was, place : int8[n]
        Place outside of the market before and after, or BY_SHARE.
    held, share : float32[K, n]
        Shares of the principals before and after.
    out : float64[R, places, places]
        Written; who stays outside of the market counts nothing.
    """
    out[:] = 0.0
    for s in range(edges.size - 1):
        if (s + 1) % segments == 0:
            continue
        found = out[s // segments]
        for i in range(edges[s], edges[s + 1]):
            a, b = was[i], place[i]
            if a >= 0 and b >= 0:
                found[a, b] += a != b
            elif a >= 0:
                for k in range(share.shape[0]):
                    found[a, k] += share[k, i]
            elif b >= 0:
                for k in range(share.shape[0]):
                    found[k, b] += held[k, i]
            else:
                _within(held, share, i, found)


@kernel
def _within(before: HalfReals, after: HalfReals, i: int, found: Reals) -> None:
    """Add what the shares of partner i say: what is kept stays, what is lost goes to who gained.

    In whole reals: float() keeps half ones in a kernel.
    """
    gained = 0.0
    for k in range(before.shape[0]):
        found[k, k] += min(before[k, i], after[k, i])
        gained += max(np.float64(after[k, i]) - before[k, i], 0.0)
    if gained == 0.0:
        return
    for j in range(before.shape[0]):
        lost = np.float64(before[j, i]) - after[j, i]
        if lost > 0.0:
            for k in range(before.shape[0]):
                found[j, k] += lost * max(np.float64(after[k, i]) - before[k, i], 0.0) / gained
