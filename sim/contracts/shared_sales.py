"""Credit: a month's sales thinned over journeys, and their premium shared among those who touched them.

Notation: i row that sold, j journey, the last of them the sales that only the partner touched.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from sim.base.arrays import Integers, Reals
from sim.base.samplers import binomial

THOUSAND = 1000  # parts of a contract in which counts are credited
HALF = 0.5  # of a sale: who is credited with less has not made it
Draw = Callable[[int], Reals]


def thinned(count: Integers, shares: Reals, draw: Draw) -> Integers:
    """Sales of each journey, by conditional binomials in their order.

    Parameters
    ----------
    count : int64[i]
    shares : float64[i, j - 1]
        Of each journey in the row's sales; what is left of 1 is the last one's.
    draw : uniforms (0, 1) of a journey's rows, float64[i]

    Returns
    -------
    int64[j, i]
    """
    found = np.empty((shares.shape[1] + 1, count.size), dtype=np.int64)
    left, rest = count.copy(), np.ones(count.size)
    for j, share in enumerate(shares.T):
        chance = np.divide(share, rest, out=np.zeros(count.size), where=rest > 0.0)
        binomial(left, np.clip(chance, 0.0, 1.0), draw(j), found[j])
        left -= found[j]
        rest = np.maximum(rest - share, 0.0)
    found[-1] = left
    return found


def by_count(premium: Integers, counts: Integers) -> Integers:
    """Premium[i] of a row's sales split by counts[j, i], each part what the parts up to it come to: int64[j, i]."""
    whole = np.maximum(counts.sum(axis=0), 1)
    each, rest = np.divmod(premium, whole)
    if not rest.any():  # prices are alike
        return np.asarray(counts * each)
    up_to: Integers = premium * np.cumsum(counts, axis=0) // whole
    return _steps(up_to, 0)


def split(amount: Integers, shares: Reals) -> Integers:
    """Amounts[..] shared by float64[.., parties], whole minor units that add up to them: int64[.., parties].

    Each party has what those up to it come to, rounded half to even, less those before.
    """
    whole = shares.sum(axis=-1, keepdims=True)
    up_to = np.cumsum(shares, axis=-1) / np.where(whole > 0.0, whole, 1.0)
    return _steps(np.rint(amount[..., None] * up_to).astype(np.int64), -1)


def _steps(up_to: Integers, axis: int) -> Integers:
    found: Integers = np.diff(up_to, axis=axis, prepend=np.int64(0))
    return found
