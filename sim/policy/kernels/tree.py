"""Levels on the sponsor tree: ways up from sellers, what they pass on, and what comes back.

Notation: p product, i row, s segment, n rows. Walks follow links prepared once a month, all sellers a level at a time;
nothing calls itself, so a chain may be as long as there are partners.

Source: model, section 8.
"""

from __future__ import annotations

import numpy as np

from sim.base.functions import round_line
from sim.base.kernels import kernel

FORFEIT, DYNAMIC, PASS_UP = range(3)
MODES = {"forfeit": FORFEIT, "dynamic": DYNAMIC, "pass_up": PASS_UP}
UNKNOWN = -2


@kernel
def ways_up(sponsor, receives, mode):  # type: ignore[no-untyped-def]
    """Links by which levels go up, and who gets the level of each row on the way.

    Parameters
    ----------
    sponsor : int32[n]
    receives : bool[n]
        False: inactive. FORFEIT keeps its level, DYNAMIC gives it to the next active sponsor, who stands in its place,
        PASS_UP gives it to the next active sponsor besides its own.

    Returns
    -------
    (following, to) : int32[n]
        The row of the next level, and who receives that of a row; -1 nobody.
    """
    following = sponsor.copy()
    to = np.empty_like(sponsor)
    for i in range(sponsor.size):
        to[i] = i if receives[i] else -1
    if mode != FORFEIT:
        _find_active(sponsor, receives, to)
        if mode == DYNAMIC:
            for i in range(sponsor.size):
                following[i] = to[sponsor[i]] if sponsor[i] >= 0 else -1
    return following, to


@kernel
def _find_active(sponsor, receives, to):  # type: ignore[no-untyped-def]
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
def pass_on(  # type: ignore[no-untyped-def]
    bounds, cells, new, renewal, with_new, with_renewal, following, to, rates, deeper, accrued, passed, received
):  # type: ignore[no-untyped-def]
    """Pay levels on amounts of sellers: a line for each level, new and renewal each rounded half to even.

    Parameters
    ----------
    bounds : int[segments + 1], cells : bool[P, segments]
        Whose amounts count.
    new, renewal : int64[P, n], with_new, with_renewal : bool
        Minor units.
    following, to : int32[n]
        As `ways_up` gives them.
    rates : float64[levels], deeper : float
        Rate of each level, and of all beyond them.
    accrued, passed : int64[P, n]
        Added to, at the seller.
    received : int64[n]
        Added to.

    Returns
    -------
    int
        Minor units passed on.
    """
    total = 0
    rows = np.empty(following.size, dtype=np.uint32)  # an index that cannot be negative lets loops be vectorised
    nodes = np.empty(following.size, dtype=np.uint32)
    for s in range(cells.shape[1]):
        if not cells[:, s].any():
            continue
        left = sellers_below(bounds[s], bounds[s + 1], cells[:, s], new, renewal, following, rows, nodes)
        level = 0
        while left > 0 and (level < rates.size or deeper > 0.0):
            rate = rates[level] if level < rates.size else deeper
            for p in range(cells.shape[0]):
                if cells[p, s]:
                    total += _pay_level(
                        rows[:left], nodes[:left], to, rate if with_new else 0.0, rate if with_renewal else 0.0,
                        new[p], renewal[p], accrued[p], passed[p], received,
                    )  # fmt: skip
            left = _climb(left, following, rows, nodes)
            level += 1
    return total


@kernel
def sellers_below(first, last, covered, new, renewal, following, rows, nodes):  # type: ignore[no-untyped-def]
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
def _note_any(new, renewal, sold):  # type: ignore[no-untyped-def]
    for i in range(sold.size):
        sold[i] |= new[i] | renewal[i]


@kernel
def _climb(left, following, rows, nodes):  # type: ignore[no-untyped-def]
    """Go a level up from each of nodes[left], and keep those rows that get there; count them."""
    kept = 0
    for j in range(left):
        above = following[nodes[j]]
        rows[kept] = rows[j]
        nodes[kept] = above
        kept += above >= 0
    return kept


@kernel
def _pay_level(rows, nodes, to, on_new, on_renewal, new, renewal, accrued, passed, received):  # type: ignore[no-untyped-def]
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


@kernel
def take_back(bounds, cells, released, following, to, rates, deeper, rank, taken_back):  # type: ignore[no-untyped-def]
    """Share the released commission that had been passed on among those who would receive now, to the last minor unit.

    Parameters
    ----------
    released : int64[P, n]
        Minor units, by seller. What has no receiver now is not taken back.
    following, to, rates, deeper
        As in `pass_on`.
    rank : float64[n or 0]
        Where given, weights are the differences of these rates from row to row on the way, not those of levels.
    taken_back : int64[n]
        Added to: parts in proportion to the weights, each what the parts up to it come to less those before it.

    Returns
    -------
    int
        Minor units taken back.
    """
    total = 0
    receivers = np.empty(following.size, dtype=np.int32)
    weights = np.empty(following.size)
    for s in range(cells.shape[1]):
        first, last = bounds[s], bounds[s + 1]
        amounts = np.zeros(last - first, dtype=np.int64)
        for p in range(cells.shape[0]):
            if cells[p, s]:
                amounts += released[p, first:last]
        for i in range(first, last):
            if amounts[i - first] != 0:
                count = _receivers(i, following, to, rates, deeper, rank, receivers, weights)
                total += _share_out(amounts[i - first], count, receivers, weights, taken_back)
    return total


@kernel
def _receivers(i, following, to, rates, deeper, rank, receivers, weights):  # type: ignore[no-untyped-def]
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
def _share_out(amount, count, receivers, weights, out):  # type: ignore[no-untyped-def]
    whole = 0.0
    for j in range(count):
        whole += weights[j]
    if whole <= 0.0:
        return 0
    reached = 0.0
    done = 0
    for j in range(count):
        reached += weights[j]
        up_to = round_line(reached / whole, amount)
        out[receivers[j]] += up_to - done
        done = up_to
    return done
