"""Levels on the sponsor tree: ways up from sellers, and what they pass on.

Notation: p product, i row, s slice (a segment of a replication); n rows, P products, S segments, R replications, each a
forest of its own. Walks follow links prepared once a month, all sellers of a slice a level at a time; nothing calls
itself, so a chain may be as long as there are partners. Places of rows in lists are uint32: an index that cannot be
negative lets loops be vectorised.

Source: model, section 8.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.base.arrays import Counts, Flags, Integers, Reals, Words
from sim.base.functions import round_line
from sim.base.kernels import kernel

FORFEIT, DYNAMIC, PASS_UP = range(3)
MODES = {"forfeit": FORFEIT, "dynamic": DYNAMIC, "pass_up": PASS_UP}
UNKNOWN = -2


@kernel
def ways_up(sponsor: Counts, receives: Flags, mode: int, following: Counts, to: Counts) -> None:
    """Write the links by which levels go up, and who gets the level of each row on the way.

    Parameters
    ----------
    sponsor : int32[n]
    receives : bool[n]
        False: inactive. FORFEIT keeps its level, DYNAMIC gives it to the next active sponsor, who stands in its place,
        PASS_UP gives it to the next active sponsor besides its own.
    following, to : int32[n]
        Written: the row of the next level, and who receives that of a row; -1 nobody.
    """
    following[:] = sponsor
    for i in range(sponsor.size):
        to[i] = i if receives[i] else -1
    if mode != FORFEIT:
        _find_active(sponsor, receives, to)
        if mode == DYNAMIC:
            for i in range(sponsor.size):
                following[i] = to[sponsor[i]] if sponsor[i] >= 0 else -1


@kernel
def _find_active(sponsor: Counts, receives: Flags, to: Counts) -> None:
    """Write the nearest active row, itself or above, into to[n]; each inactive row is walked over twice at most."""
    for i in range(sponsor.size):
        if not receives[i]:
            to[i] = UNKNOWN
    for i in range(sponsor.size):
        node = i
        while node >= 0 and to[node] == UNKNOWN:
            to[node] = -1  # seen
            node = sponsor[node]
        found = -1 if node < 0 else to[node]
        node = i
        while node >= 0 and to[node] == -1 and found >= 0:
            to[node] = found
            node = sponsor[node]


@kernel
def pass_on(
    edges: Words,
    cells: Flags,
    new: Integers,
    renewal: Integers,
    with_new: bool,
    with_renewal: bool,
    following: Counts,
    to: Counts,
    rates: Reals,
    deeper: float,
    accrued: Integers,
    passed: Integers,
    received: Integers,
    sums: Integers,
) -> None:
    """Pay levels on amounts of sellers: a line for each level, new and renewal each rounded half to even.

    Parameters
    ----------
    edges : uint64[R S + 1], cells : bool[P, S]
        Whose amounts count; cells are read in turn.
    new, renewal : int64[P, n], with_new, with_renewal : bool
        Minor units.
    following, to : int32[n]
        As `ways_up` writes them.
    rates : float64[levels], deeper : float
        Rate of each level, and of all beyond them.
    accrued, passed : int64[P, n]
        Added to, at the seller.
    received : int64[n]
        Added to.
    sums : int64[R S]
        Minor units passed on are added to it.
    """
    rows = np.empty(following.size, dtype=np.uint32)
    nodes = np.empty(following.size, dtype=np.uint32)
    for s in range(edges.size - 1):
        covered = cells[:, s % cells.shape[1]]
        if not covered.any():
            continue
        left = sellers_below(edges[s], edges[s + 1], covered, new, renewal, following, rows, nodes)
        level = 0
        while left > 0 and (level < rates.size or deeper > 0.0):
            rate = rates[level] if level < rates.size else deeper
            for p in range(covered.size):
                if covered[p]:
                    sums[s] += _pay_level(
                        rows[:left], nodes[:left], to, rate if with_new else 0.0, rate if with_renewal else 0.0,
                        new[p], renewal[p], accrued[p], passed[p], received,
                    )  # fmt: skip
            left = _climb(left, following, rows, nodes)
            level += 1


@kernel
def sellers_below(
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
def _climb(left: int, following: Counts, rows: NDArray[np.uint32], nodes: NDArray[np.uint32]) -> int:
    """Go a level up from each of nodes[left], and keep those rows that get there; count them."""
    kept = 0
    for j in range(left):
        above = following[nodes[j]]
        rows[kept] = rows[j]
        nodes[kept] = above
        kept += above >= 0
    return kept


@kernel
def _pay_level(
    rows: NDArray[np.uint32],
    nodes: NDArray[np.uint32],
    to: Counts,
    on_new: float,
    on_renewal: float,
    new: Integers,
    renewal: Integers,
    accrued: Integers,
    passed: Integers,
    received: Integers,
) -> int:
    total = 0
    lines = np.empty(rows.size, dtype=np.int64)
    for j in range(rows.size):  # a loop of its own is vectorised
        lines[j] = round_line(on_new, new[rows[j]]) + round_line(on_renewal, renewal[rows[j]])
    for j in range(rows.size):
        receiver = to[nodes[j]]
        if receiver >= 0:
            received[np.uint32(receiver)] += lines[j]
            accrued[rows[j]] += lines[j]
            passed[rows[j]] += lines[j]
            total += lines[j]
    return total
