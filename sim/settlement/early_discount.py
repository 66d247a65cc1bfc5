"""Early-payment discount: what a partner may keep of a batch that it remits in time; one that is late loses it.

Notation: i partner, s segment.
"""

from __future__ import annotations

from sim.base.arrays import Integers, Reals, Words
from sim.base.functions import round_half_even
from sim.base.kernels import kernel


@kernel
def promise(
    edges: Words, month: int, whole: Integers, fraction: Reals, rate: Reals, net: Integers, due: Integers
) -> None:
    """Enter the discount on a batch by the month in which it is due.

    Parameters
    ----------
    whole : int64[segments], fraction : float64[segments]
        Remittance lag: whole months, and the share of a batch that is due one month later.
    rate : float64[segments]
        0 where no discount is taken.
    net : int64[n]
        Premium of the batch less commission kept from it.
    due : int64[batches, n]
    """
    for s in range(edges.size - 1):
        share, part = rate[s % rate.size], fraction[s % fraction.size]
        slot = (month + whole[s % whole.size]) % due.shape[0]
        later = (slot + 1) % due.shape[0]
        for i in range(edges[s], edges[s + 1] if share > 0.0 else edges[s]):
            amount = round_half_even(share * net[i])
            moved = round_half_even(part * amount)
            due[slot, i] += amount - moved
            due[later, i] += moved if part > 0.0 else 0


@kernel
def take(edges: Words, discipline: Reals, u: Reals, due: Integers, remitted: Integers, discounted: Integers) -> None:
    """Take the discount due, int64[n], off what is remitted in time: with probability discipline[segments]."""
    for s in range(edges.size - 1):
        chance = discipline[s % discipline.size]
        for i in range(edges[s], edges[s + 1]):
            taken = due[i] if u[i] < chance else 0
            remitted[i] -= taken
            discounted[i] += taken
            due[i] = 0
