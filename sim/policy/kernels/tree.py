"""Levels on the sponsor tree: ways up from sellers, and what they pass on.

Notation: p product, i row, s slice (a segment of a replication); n rows, P products, S segments, R replications, each a
forest of its own. Walks follow links prepared once a month, a block of sellers a level at a time; nothing calls itself,
so a chain may be as long as there are partners.

Source: model, section 8.
"""

from __future__ import annotations

import numpy as np

from sim.base.arrays import Counts, Flags, Integers, Reals, Words
from sim.base.functions import round_line
from sim.base.kernels import AT_HAND, kernel

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
    nodes, receivers = np.empty((2, AT_HAND), dtype=np.int32)
    pays, given = np.empty((2, AT_HAND), dtype=np.int64)
    for s in range(edges.size - 1):
        covered = cells[:, s % cells.shape[1]]
        if not covered.any():
            continue
        last = int(edges[s + 1])
        for a in range(int(edges[s]), last, AT_HAND):
            b = min(a + AT_HAND, last)
            nodes[: b - a] = following[a:b]
            level = 0
            while level < rates.size or deeper > 0.0:
                rate = rates[level] if level < rates.size else deeper
                left, paid = _climb(nodes[: b - a], following, to, receivers, pays)
                if left == 0:
                    break
                if paid > 0:
                    given[: b - a] = 0
                    for p in range(covered.size):
                        if covered[p]:
                            _pay_level(
                                rate if with_new else 0.0, rate if with_renewal else 0.0, new[p, a:b], renewal[p, a:b],
                                pays, accrued[p, a:b], passed[p, a:b], given,
                            )  # fmt: skip
                    sums[s] += _hand_over(receivers[: b - a], given, received)
                level += 1


@kernel
def _climb(nodes: Counts, following: Counts, to: Counts, receivers: Counts, pays: Integers) -> tuple[int, int]:
    """Write who receives this level of each row, -1 nobody, and 1 or 0 for that; go a level up.

    Count the rows that had someone there, and those that pay.
    """
    left, paid = 0, 0
    for j in range(nodes.size):
        node = nodes[j]
        receivers[j] = -1
        if node >= 0:
            receivers[j] = to[node]
            nodes[j] = following[node]
            left += 1
        pays[j] = receivers[j] >= 0
        paid += pays[j]
    return left, paid


@kernel
def _pay_level(
    on_new: float,
    on_renewal: float,
    new: Integers,
    renewal: Integers,
    pays: Integers,
    accrued: Integers,
    passed: Integers,
    given: Integers,
) -> None:
    for j in range(new.size):  # a loop of its own is vectorised
        line = (round_line(on_new, new[j]) + round_line(on_renewal, renewal[j])) * pays[j]
        accrued[j] += line
        passed[j] += line
        given[j] += line


@kernel
def _hand_over(receivers: Counts, given: Integers, received: Integers) -> int:
    total = 0
    for j in range(receivers.size):
        if receivers[j] >= 0:
            received[receivers[j]] += given[j]
            total += given[j]
    return total
