"""Partners bring others: a recruit has a sponsor and comes to us, with whom its sponsor already works.

Notation: i row, s segment, t month. Recruits of a segment a month are Poisson with the mean rate x its sponsors x
demand; a sponsor is an active partner that sells for us, in the trade since an earlier month.
"""

from __future__ import annotations

import numpy as np

from sim.base.functions import kernel
from sim.partners.choice import settle
from sim.partners.columns import ABSENT, ACTIVE


@kernel
def sponsors(first, last, status, share, out):  # type: ignore[no-untyped-def]
    """Write the rows first .. last - 1 that may bring others into out[last - first]; count them.

    Parameters
    ----------
    status : int8[n]
    share : float64[n]
        Our share of a partner's flow.
    """
    count = 0
    for i in range(first, last):
        if status[i] == ACTIVE and share[i] > 0.0:
            out[count] = i
            count += 1
    return count


@kernel
def recruit(first, last, step, number, month, among, u, multi, status, entered, principal, share, sponsor):  # type: ignore[no-untyped-def]
    """Bring `number` recruits into the free rows first, first + step .. < last, all their flow to us; count them.

    Parameters
    ----------
    among : int64[sponsors]
        Rows that may have brought them, each with the same chance.
    u : float64[n]
        The recruit's own draw picks its sponsor.
    status : int8[n], entered : int16[n], principal : int8[n], share : float64[K, n], sponsor : int32[n]
        Written at the recruits' rows.
    """
    ours = np.zeros(share.shape[0])
    ours[0] = 1.0
    count = 0
    for i in range(first, last, step):
        if count == number:
            break
        if status[i] == ABSENT:
            status[i] = ACTIVE
            entered[i] = month
            sponsor[i] = among[int(u[i] * among.size)]
            settle(i, 0.0, ours, multi, share, principal)
            count += 1
    return count
