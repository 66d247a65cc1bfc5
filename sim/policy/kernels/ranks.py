"""Ranks on the sponsor tree: the premium that reaches them, and differences of their rates paid up the chain.

Notation: p product, i row, s slice (a segment of a replication); n rows, P products, S segments, R replications, each a
forest of its own. `sponsor` and `higher` are rows above each, int32[n], -1 where there is none. Places of rows in lists
are uint32: an index that cannot be negative lets loops be vectorised.

Source: model, section 8.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.base.arrays import Counts, Flags, Integers, Reals, Words
from sim.base.functions import round_line
from sim.base.kernels import kernel
from sim.policy.kernels.scale import rate_reached
from sim.policy.kernels.tree import UNKNOWN


@kernel
def with_downlines(own: Integers, sponsor: Counts, out: Integers) -> None:
    """Write own amounts and those of everyone below to out[n]: rows without anyone left below them go up first."""
    below = np.zeros(sponsor.size, dtype=np.int32)
    for i in range(sponsor.size):
        out[i] = own[i]
        if sponsor[i] >= 0:
            below[sponsor[i]] += 1
    for i in range(sponsor.size):
        node = i
        while node >= 0 and below[node] == 0:
            below[node] = -1  # done
            above = sponsor[node]
            if above >= 0:
                out[above] += out[node]
                below[above] -= 1
            node = above if above >= 0 and above < i else -1  # those still to come are met on the way


@kernel
def rates_of_ranks(volume: Reals | Integers, bounds: Reals, rates: Reals, left: bool, out: Reals) -> None:
    """Write the rate of the rank that each volume[n] has reached to out[n]."""
    for i in range(volume.size):
        out[i] = rate_reached(float(volume[i]), bounds, rates, left)


@kernel
def higher_ranks(sponsor: Counts, rank: Reals, higher: Counts) -> None:
    """Write the nearest row above each whose rank's rate is higher to higher[n]. rank[n] is 0 where inactive.

    It gets the difference of the two rates, and so on from there: nobody in between gets anything.
    """
    higher[:] = UNKNOWN
    for i in range(sponsor.size):
        node = sponsor[i]
        for _ in range(sponsor.size):
            if node < 0 or rank[node] > rank[i]:
                break
            # between a row and its next higher one no rank is above its own
            node = sponsor[node] if higher[node] == UNKNOWN else higher[node]
        higher[i] = node


@kernel
def pay_ranks(
    edges: Words,
    cells: Flags,
    new: Integers,
    renewal: Integers,
    rank: Reals,
    higher: Counts,
    accrued: Integers,
    passed: Integers,
    on_new: Integers,
    received: Integers,
    sums: Integers,
) -> None:
    """Pay sellers the rate of their own rank, and those above them the differences of ranks.

    The lines of a chain add up to the line of its highest rate: each is what the rates up to it come to, less the
    lines before it.

    Parameters
    ----------
    rank : float64[n], higher : int32[n]
        As in `higher_ranks`.
    on_new : int64[P or 0, n]
        Added to: the seller's own part on new business.
    sums : int64[R S]
        Minor units of the whole chains are added to it.
    edges, cells, new, renewal, accrued, passed, received
        As in `tree.pass_on`.
    """
    rows = np.empty(rank.size, dtype=np.uint32)
    nodes = np.empty(rank.size, dtype=np.uint32)
    for s in range(edges.size - 1):
        covered = cells[:, s % cells.shape[1]]
        if not covered.any():
            continue
        for p in range(covered.size):
            if covered[p]:
                own_new = on_new[p] if on_new.shape[0] > 0 else on_new.reshape(-1)
                sums[s] += _pay_own(edges[s], edges[s + 1], rank, new[p], renewal[p], accrued[p], own_new)
        left = _sellers_below(edges[s], edges[s + 1], covered, new, renewal, higher, rows, nodes)
        reached = rank[rows[:left]]
        while left > 0:
            for p in range(covered.size):
                if covered[p]:
                    sums[s] += _pay_difference(
                        rows[:left], nodes[:left], rank, reached, new[p], renewal[p], accrued[p], passed[p], received
                    )
            reached[:left] = rank[nodes[:left]]
            left = _climb(left, higher, rows, nodes, reached)


@kernel
def _sellers_below(
    first: int,
    last: int,
    covered: Flags,
    new: Integers,
    renewal: Integers,
    following: Counts,
    rows: NDArray[np.uint32],
    nodes: NDArray[np.uint32],
) -> int:
    """List those of the rows first .. last - 1 that sold something and have someone above: rows, nodes above; count."""
    sold = np.zeros(last - first, dtype=np.int64)  # any bit of an amount
    for p in range(covered.size):
        if covered[p]:
            _note_any(new[p, first:last], renewal[p, first:last], sold)
    listed = 0
    for i in range(first, last):
        rows[listed] = i
        nodes[listed] = following[i]
        listed += (following[i] >= 0) & (sold[i - first] != 0)
    return listed


@kernel
def _note_any(new: Integers, renewal: Integers, sold: Integers) -> None:
    for i in range(sold.size):
        sold[i] |= new[i] | renewal[i]


@kernel
def _pay_own(
    first: int,
    last: int,
    rank: Reals,
    new: Integers,
    renewal: Integers,
    accrued: Integers,
    on_new: Integers,  # [n or 0]
) -> int:
    total = 0
    for i in range(first, last):
        fresh = round_line(rank[i], new[i])
        line = fresh + round_line(rank[i], renewal[i])
        if on_new.size:
            on_new[i] += fresh
        accrued[i] += line
        total += line
    return total


@kernel
def _pay_difference(
    rows: NDArray[np.uint32],
    nodes: NDArray[np.uint32],
    rank: Reals,
    reached: Reals,
    new: Integers,
    renewal: Integers,
    accrued: Integers,
    passed: Integers,
    received: Integers,
) -> int:
    total = 0
    for j in range(rows.size):
        i = rows[j]
        rate = rank[nodes[j]]
        line = round_line(rate, new[i]) - round_line(reached[j], new[i])
        line += round_line(rate, renewal[i]) - round_line(reached[j], renewal[i])
        received[nodes[j]] += line
        accrued[i] += line
        passed[i] += line
        total += line
    return total


@kernel
def _climb(left: int, higher: Counts, rows: NDArray[np.uint32], nodes: NDArray[np.uint32], reached: Reals) -> int:
    """Go on to the next higher rank, and keep the rows that have one; count them."""
    kept = 0
    for j in range(left):
        above = higher[nodes[j]]
        rows[kept] = rows[j]
        reached[kept] = reached[j]
        nodes[kept] = above
        kept += above >= 0
    return kept
