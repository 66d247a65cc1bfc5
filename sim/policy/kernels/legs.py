"""Legs of the sponsor tree: volume of two sides below a sponsor, matched as far as the weaker one goes.

Notation: i row; n rows of all replications. A recruit heads a branch: itself and everyone below it. `side` int8[n] says
of the branch that a row heads on which side of its sponsor it counts, NEITHER where on none. Volumes are whole units.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.base.arrays import Counts, Integers
from sim.base.kernels import kernel

LEFT, RIGHT, NEITHER = 0, 1, -1


@kernel
def sides_by_size(sponsor: Counts, branch: Integers, rest_counts: bool, side: NDArray[np.int8]) -> None:
    """Write the sides: the largest branch of a sponsor against its second, or against all the others together.

    Of equal branches the one of the lowest row is the larger.

    Parameters
    ----------
    sponsor : int32[n]
    branch : int64[n]
        Volume of the branch that each row heads.
    rest_counts : bool
        All the others stand against the largest.
    side : int8[n]
        Written.
    """
    first, second = np.full(sponsor.size, NEITHER), np.full(sponsor.size, NEITHER)
    for i in range(sponsor.size):
        above = sponsor[i]
        if above < 0:
            continue
        if first[above] < 0 or branch[i] > branch[first[above]]:
            first[above], second[above] = i, first[above]
        elif second[above] < 0 or branch[i] > branch[second[above]]:
            second[above] = i
    for i in range(sponsor.size):
        above = sponsor[i]
        side[i] = NEITHER
        if above >= 0:
            against = rest_counts or second[above] == i
            side[i] = LEFT if first[above] == i else RIGHT if against else NEITHER


@kernel
def match(sponsor: Counts, side: NDArray[np.int8], unit: int, branch: Integers, matched: Integers) -> None:
    """Match the two sides of each sponsor, and take what is matched off both.

    Parameters
    ----------
    unit : int
        Only whole multiples are matched.
    branch : int64[n]
        Unmatched volume of the branch that each row heads; what is matched is taken off those with volume, the
        lowest row first.
    matched : int64[n]
        Written: volume matched of each sponsor, 0 or more.
    """
    sums = np.zeros((2, sponsor.size), dtype=np.int64)
    for i in range(sponsor.size):
        if side[i] >= 0:
            sums[side[i], sponsor[i]] += branch[i]
    for i in range(sponsor.size):
        weaker = max(min(sums[LEFT, i], sums[RIGHT, i]), 0)
        matched[i] = weaker - weaker % unit
        sums[:, i] = matched[i]
    for i in range(sponsor.size):
        if side[i] >= 0:
            taken = min(max(branch[i], 0), sums[side[i], sponsor[i]])
            branch[i] -= taken
            sums[side[i], sponsor[i]] -= taken
