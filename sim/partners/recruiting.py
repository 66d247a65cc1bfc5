"""Partners bring others: a recruit has a sponsor and comes to us, with whom its sponsor already works.

Notation: i row, s segment, t month. Recruits of a segment a month are Poisson with the mean rate x its sponsors x
demand; a sponsor is an active partner that sells for us, in the trade since an earlier month.
"""

from __future__ import annotations

from sim.base.arrays import Codes, Counts, Integers, Months, Reals
from sim.base.kernels import kernel
from sim.partners.columns import ACTIVE


@kernel
def sponsors(first: int, last: int, status: Codes, share: Reals, out: Integers) -> int:
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
def find_sponsors(
    first: int,
    last: int,
    step: int,
    month: int,
    among: Integers,
    u: Reals,
    status: Codes,
    entered: Months,
    sponsor: Counts,
) -> None:
    """Give the recruits of this month among the rows first, first + step .. < last the partners that brought them.

    Parameters
    ----------
    among : int64[sponsors]
        Rows that may have brought them, each with the same chance.
    u : float64[n]
        The recruit's own draw picks its sponsor.
    status : int8[n], entered : int16[n]
    sponsor : int32[n]
        Written at the recruits' rows.
    """
    for i in range(first, last, step):
        if status[i] == ACTIVE and entered[i] == month:
            sponsor[i] = among[int(u[i] * among.size)]
