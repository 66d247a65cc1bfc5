"""What comes back from those above a seller, of commission that had been passed on to them.

Notation: p product, i row, s slice (a segment of a replication); n rows, P products, S segments.

Source: model, section 8.
"""

from __future__ import annotations

import numpy as np

from sim.base.arrays import Counts, Flags, Integers, Reals, Words
from sim.base.functions import round_line
from sim.base.kernels import kernel


@kernel
def take_back_own(released: Integers, passed: Integers, taken_back: Integers) -> bool:
    """Take back what is released[n] and had not been passed[P or 0, n] on; say whether any had been."""
    any_passed = 0
    for p in range(passed.shape[0]):
        for i in range(released.size):
            any_passed |= passed[p, i]
    if any_passed == 0:  # short loops, so that they are vectorised
        for i in range(released.size):
            taken_back[i] += max(released[i], 0) if passed.shape[0] > 0 else released[i]
        return False
    for i in range(released.size):
        own = released[i]
        for p in range(passed.shape[0]):
            own -= passed[p, i]
        taken_back[i] += max(own, 0)
    return True


@kernel
def take_back(
    edges: Words,
    cells: Flags,
    released: Integers,
    following: Counts,
    to: Counts,
    rates: Reals,
    deeper: float,
    rank: Reals,
    taken_back: Integers,
) -> None:
    """Share the released commission that had been passed on among those who would receive now, to the last minor unit.

    Parameters
    ----------
    edges, cells, following, to, rates, deeper
        As in `tree.pass_on`.
    released : int64[P, n]
        Minor units, by seller. What has no receiver now is not taken back.
    rank : float64[n or 0]
        Where given, weights are the differences of these rates from row to row on the way, not those of levels.
    taken_back : int64[n]
        Added to: parts in proportion to the weights, each what the parts up to it come to less those before it.
    """
    receivers = np.empty(following.size, dtype=np.int32)
    weights = np.empty(following.size)
    for s in range(edges.size - 1):
        first, last = edges[s], edges[s + 1]
        amounts = np.zeros(last - first, dtype=np.int64)
        for p in range(cells.shape[0]):
            if cells[p, s % cells.shape[1]]:
                amounts += released[p, first:last]
        for i in range(first, last):
            if amounts[i - first] != 0:
                count = _receivers(i, following, to, rates, deeper, rank, receivers, weights)
                _share_out(amounts[i - first], count, receivers, weights, taken_back)


@kernel
def _receivers(
    i: int,
    following: Counts,
    to: Counts,
    rates: Reals,
    deeper: float,
    rank: Reals,
    receivers: Counts,
    weights: Reals,
) -> int:
    """Who would receive from row i, and with what weight; count them."""
    count = 0
    reached = rank[i] if rank.size else 0.0
    node = following[i]
    for level in range(following.size):
        if node < 0 or (rank.size == 0 and level >= rates.size and deeper == 0.0):
            break
        weight = rates[level] if level < rates.size else deeper
        if rank.size:
            weight = rank[node] - reached
            reached = rank[node]
        if to[node] >= 0:
            receivers[count] = to[node]
            weights[count] = weight
            count += 1
        node = following[node]
    return count


@kernel
def _share_out(amount: int, count: int, receivers: Counts, weights: Reals, out: Integers) -> None:
    whole = 0.0
    for j in range(count):
        whole += weights[j]
    if whole <= 0.0:
        return
    reached = 0.0
    done = 0
    for j in range(count):
        reached += weights[j]
        up_to = round_line(reached / whole, amount)
        out[receivers[j]] += up_to - done
        done = up_to
