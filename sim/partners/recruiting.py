"""Partners bring others: a recruit has a sponsor and comes to us, with whom its sponsor already works.

Notation: i row, s segment, t month. Recruits of a segment a month are Poisson with the mean rate x its sponsors x
demand; a sponsor is an active partner that sells for us, in the trade since an earlier month.
"""

from __future__ import annotations

import numpy as np

from sim.base.arrays import Codes, Counts, Integers, Months, Reals, Words
from sim.base.kernels import kernel
from sim.partners.columns import ACTIVE


@kernel
def sponsors(edges: Words, status: Codes, share: Reals, among: Integers, found: Integers) -> None:
    """List the rows of each slice that may bring others.

    Parameters
    ----------
    status : int8[n]
    share : float64[n]
        Our share of a partner's flow.
    among : int64[n], found : int64[slices]
        Written: the rows, from the slice's first place on, and how many they are.
    """
    for s in range(edges.size - 1):
        first = np.int64(edges[s])
        count = 0
        for i in range(edges[s], edges[s + 1]):
            if status[i] == ACTIVE and share[i] > 0.0:
                among[first + count] = i
                count += 1
        found[s] = count


@kernel
def find_sponsors(
    edges: Words,
    first: Integers,
    last: Integers,
    step: Integers,
    month: int,
    among: Integers,
    found: Integers,
    u: Reals,
    status: Codes,
    entered: Months,
    sponsor: Counts,
) -> None:
    """Give the recruits of this month the partners that brought them.

    Parameters
    ----------
    first, last, step : int64[slices]
        The rows first, first + step .. < last are those of recruits; where there are none, first = last and step = 1.
    among : int64[n], found : int64[slices]
        Rows that may have brought them, each with the same chance, as `sponsors` lists them.
    u : float64[n]
        The recruit's own draw picks its sponsor.
    status : int8[n], entered : int16[n]
    sponsor : int32[n]
        Written at the recruits' rows.
    """
    for s in range(edges.size - 1):
        for i in range(first[s], last[s], step[s]):
            if status[i] == ACTIVE and entered[i] == month:
                sponsor[i] = among[np.int64(edges[s]) + int(u[i] * found[s])]
