"""Ranks on the sponsor tree: the premium that reaches them, and differences of their rates paid up the chain.

Notation: p product, i row, s segment, n rows.

Source: model, section 8.
"""

from __future__ import annotations

import numpy as np

from sim.base.functions import round_line
from sim.base.kernels import kernel
from sim.policy.kernels.scale import rate_reached
from sim.policy.kernels.tree import UNKNOWN, sellers_below


@kernel
def with_downlines(own, sponsor, out):  # type: ignore[no-untyped-def]
    """Own amounts and those of everyone below, out[n]: rows without anyone left below them go up first."""
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
    return out


@kernel
def rates_of_ranks(volume, bounds, rates, left, out):  # type: ignore[no-untyped-def]
    """Rate of the rank that each volume[n] has reached, out[n]."""
    for i in range(volume.size):
        out[i] = rate_reached(float(volume[i]), bounds, rates, left)
    return out


@kernel
def higher_ranks(sponsor, rank):  # type: ignore[no-untyped-def]
    """The nearest row above each whose rank's rate is higher, int32[n]; -1 none. rank[n] is 0 where inactive.

    It gets the difference of the two rates, and so on from there: nobody in between gets anything.
    """
    higher = np.full(sponsor.size, UNKNOWN, dtype=np.int32)
    for i in range(sponsor.size):
        node = sponsor[i]
        for _ in range(sponsor.size):
            if node < 0 or rank[node] > rank[i]:
                break
            # between a row and its next higher one no rank is above its own
            node = sponsor[node] if higher[node] == UNKNOWN else higher[node]
        higher[i] = node
    return higher


@kernel
def pay_ranks(bounds, cells, new, renewal, rank, higher, accrued, passed, on_new, received):  # type: ignore[no-untyped-def]
    """Pay sellers the rate of their own rank, and those above them the differences of ranks.

    The lines of a chain add up to the line of its highest rate: each is what the rates up to it come to, less the
    lines before it.

    Parameters
    ----------
    rank : float64[n], higher : int32[n]
        As in `higher_ranks`.
    on_new : int64[P or 0, n]
        Added to: the seller's own part on new business.
    bounds, cells, new, renewal, accrued, passed, received
        As in `tree.pass_on`.

    Returns
    -------
    int
        Minor units of the whole chains.
    """
    total = 0
    rows = np.empty(rank.size, dtype=np.uint32)
    nodes = np.empty(rank.size, dtype=np.uint32)
    for s in range(cells.shape[1]):
        if not cells[:, s].any():
            continue
        for p in range(cells.shape[0]):
            if cells[p, s]:
                own_new = on_new[p] if on_new.shape[0] > 0 else on_new.reshape(-1)
                total += _pay_own(bounds[s], bounds[s + 1], rank, new[p], renewal[p], accrued[p], own_new)
        left = sellers_below(bounds[s], bounds[s + 1], cells[:, s], new, renewal, higher, rows, nodes)
        reached = rank[rows[:left]]
        while left > 0:
            for p in range(cells.shape[0]):
                if cells[p, s]:
                    total += _pay_difference(
                        rows[:left], nodes[:left], rank, reached, new[p], renewal[p], accrued[p], passed[p], received
                    )
            reached[:left] = rank[nodes[:left]]
            left = _climb(left, higher, rows, nodes, reached)
    return total


@kernel
def _pay_own(first, last, rank, new, renewal, accrued, on_new):  # type: ignore[no-untyped-def]
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
def _pay_difference(rows, nodes, rank, reached, new, renewal, accrued, passed, received):  # type: ignore[no-untyped-def]
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
def _climb(left, higher, rows, nodes, reached):  # type: ignore[no-untyped-def]
    """Go on to the next higher rank, and keep the rows that have one; count them."""
    kept = 0
    for j in range(left):
        above = higher[nodes[j]]
        rows[kept] = rows[j]
        reached[kept] = reached[j]
        nodes[kept] = above
        kept += above >= 0
    return kept
