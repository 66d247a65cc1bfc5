"""Customers pay in instalments: their premium reaches the partner as they pay, and commission on it may wait for it.

Notation: i partner, s segment, M months that a customer takes to pay.
"""

from __future__ import annotations

from sim.base.arrays import Flags, Integers, Reals, Words
from sim.base.functions import round_half_even
from sim.base.kernels import kernel


@kernel
def grant(
    edges: Words,
    month: int,
    shares: Reals,
    partners: Flags,
    rides: Flags,
    in_full: Flags,
    new: Integers,
    renewal: Integers,
    commission: Integers,
    instalments: Integers,
    waiting: Integers,
    postponed: Integers,
    kept: Integers,
) -> None:
    """Enter what customers of a product still have to pay, and the commission that waits for it.

    Parameters
    ----------
    shares : float64[M]
        Of the premium that is paid so many months after the sale, of which the first are paid at once.
    partners, rides, in_full : bool[segments]
        Whose customers pay so; whose commission waits for the premium; for all of it.
    new, renewal, commission : int64[n]
        Premium written of the product, and the seller's own commission on it.
    instalments, waiting : int64[M or more, n]
        By month, in a ring; the slot of this month is free.
    postponed, kept : int64[n]
        What is added to these rings is added to them.
    """
    last = shares.size - 1
    for s in range(edges.size - 1):
        waits, all_of_it = rides[s % rides.size], in_full[s % in_full.size]
        for i in range(edges[s], edges[s + 1] if partners[s % partners.size] else edges[s]):
            premium, reached, paid, due = new[i] + renewal[i], 0.0, 0, 0
            for m in range(last + 1):
                reached += shares[m]
                upto = premium if m == last else round_half_even(premium * reached)
                earned = commission[i] if m == last else round_half_even(commission[i] * reached)
                earned = 0 if all_of_it and m < last else earned
                slot = (month + m) % instalments.shape[0]
                if m > 0:
                    instalments[slot, i] += upto - paid
                    postponed[i] += upto - paid
                    waiting[slot, i] += earned - due if waits else 0
                    kept[i] += earned - due if waits else 0
                paid, due = upto, earned


@kernel
def clear(gone: Flags, ring: Integers) -> None:
    """Empty the rows, bool[n], of a ring, int64[M, n]."""
    for m in range(ring.shape[0]):
        for i in range(gone.size):
            if gone[i]:
                ring[m, i] = 0
