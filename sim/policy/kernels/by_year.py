"""Kernels of commission on renewals whose rate depends on the contract year, and of lines on any amount.

Notation: i partner row, y contract year, s slice (a segment of a replication); n rows, S segments, R replications.
`edges` are the slices' first rows, uint64[R S + 1]; values by segment are read in turn.
"""

from __future__ import annotations

import numpy as np

from sim.base.arrays import Counts, Integers, Reals, Words
from sim.base.functions import round_line
from sim.base.kernels import kernel


@kernel
def lines(edges: Words, rates: Reals, amount: Integers, out: Integers) -> None:
    """Add the lines rates[S] x amount[n], each rounded half to even, to out[n]."""
    for s in range(edges.size - 1):
        rate = rates[s % rates.size]
        if rate != 0.0:
            for i in range(edges[s], edges[s + 1]):
                out[i] += round_line(rate, amount[i])


@kernel
def renewal_lines(
    edges: Words,
    rates: Reals,
    renewed: Integers,
    followed: Counts,
    slots: Integers,
    count: Integers,
    premium: Integers,
    out: Integers,
) -> None:
    """Add commission on renewals whose rate depends on the contract year to out[n].

    Contracts renewed into year y have the share renewed[y] / count of the premium of renewals: exact where all
    contracts cost the same. A line is rounded half to even once.

    Parameters
    ----------
    rates : float64[years, S]
    renewed : int64[years, n]
    followed : int32[m or 0, n], slots : int64[years]
        Only contracts whose cohort, at slots[y] of the ring, is still followed count; without a ring all.
    count, premium : int64[n]
        All contracts renewed and their premium.
    """
    for s in range(edges.size - 1):
        rate = rates[:, s % rates.shape[1]]
        if rate.any():
            first, last = edges[s], edges[s + 1]
            paid, alike = np.zeros(last - first), np.zeros(last - first, dtype=np.int64)
            for y in range(rate.size):
                if y > 0 and rate[y] != rate[y - 1]:
                    _weigh(rate[y - 1], alike, paid)
                if rate[y] != 0.0 and followed.shape[0] > 0:
                    _add_followed(renewed[y, first:last], followed[slots[y], first:last], alike)
                elif rate[y] != 0.0:
                    _add(renewed[y, first:last], alike)
            _weigh(rate[-1], alike, paid)
            _add_lines(paid, count[first:last], premium[first:last], out[first:last])


# short loops over one column each, so that they are vectorised; years of one rate are counted together, so that a line
# is as exact as its rate


@kernel
def _add(renewed: Integers, alike: Integers) -> None:
    for i in range(alike.size):
        alike[i] += renewed[i]


@kernel
def _add_followed(renewed: Integers, followed: Counts, alike: Integers) -> None:
    for i in range(alike.size):
        alike[i] += renewed[i] if followed[i] > 0 else 0


@kernel
def _weigh(rate: float, alike: Integers, paid: Reals) -> None:
    for i in range(alike.size):
        paid[i] += rate * alike[i]
        alike[i] = 0


@kernel
def _add_lines(paid: Reals, count: Integers, premium: Integers, out: Integers) -> None:
    for i in range(count.size):
        out[i] += round_line(paid[i] / max(count[i], 1), premium[i])


@kernel
def take_out(amount: Integers, accrued: Integers, on_new: Integers, passed: Integers, out: Integers) -> None:
    """Write -amount[n] into out[n], but no more than the seller's own commission on renewals.

    Parameters
    ----------
    amount, accrued : int64[n]
    on_new, passed : int64[1 or 0, n]
        Of what is accrued, the seller's own on new business, and what goes to sponsors.
    """
    for i in range(out.size):
        room = accrued[i]
        for h in range(on_new.shape[0]):
            room -= on_new[h, i]
        for h in range(passed.shape[0]):
            room -= passed[h, i]
        out[i] = -min(amount[i], max(room, 0))
