"""Draws: what is owed ahead of commission, and what goes back of it out of later months.

Notation: i partner row; n rows. Money is in minor units.
"""

from __future__ import annotations

from sim.base.arrays import Flags, Integers
from sim.base.functions import round_line
from sim.base.kernels import kernel


@kernel
def move(
    least: Integers,
    due: Integers,
    limit: int,
    repayment: float,
    present: Flags,
    held: Integers,
    drawn: Integers,
    back: Integers,
) -> None:
    """Bring each month up to its draw, or take back of what it brings over it.

    Parameters
    ----------
    least : int64[n]
        The draw; 0 where none is paid.
    due : int64[n]
        What the statement owes without it.
    limit : most that a partner may have drawn and not owed back
    repayment : share of what is over the draw that goes back
    present : bool[n]
        What those owe who left is settled elsewhere.
    held : int64[n]
        Drawn and not owed back; changed.
    drawn, back : int64[n]
        Added to.
    """
    for i in range(held.size):
        if not present[i]:
            continue
        if least[i] > 0 and due[i] < least[i]:
            more = min(least[i] - due[i], max(limit - held[i], 0))
            drawn[i] += more
            held[i] += more
        elif held[i] > 0 and due[i] > least[i]:
            less = min(held[i], round_line(repayment, due[i] - least[i]))
            back[i] += less
            held[i] -= less
