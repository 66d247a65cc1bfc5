"""Ranks on the sponsor tree: the premium that reaches them, and differences of their rates paid up the chain.

Notation: p product, i row, s segment, n rows. No walk calls itself, so a chain may be as long as there are partners.

Source: model, section 8.
"""

from __future__ import annotations

import numpy as np

from sim.base.functions import kernel, round_line
from sim.policy.scale import rate_reached


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
def ranks_above(i, sponsor, rank, highest, receivers, weights):  # type: ignore[no-untyped-def]
    """Who above row i gets the difference of its rank's rate to the highest rate paid below.

    Parameters
    ----------
    rank : float64[n]
        Rate of each row's rank, 0 where it is inactive.
    highest : float
        No rank's rate is above it: the walk ends there.
    receivers : int32[n], weights : float64[n]
        Written.

    Returns
    -------
    int
        Rows paid.
    """
    paid = 0
    reached = rank[i]
    node = sponsor[i]
    for _ in range(sponsor.size):
        if node < 0 or reached >= highest:
            break
        if rank[node] > reached:
            receivers[paid] = node
            weights[paid] = rank[node] - reached
            paid += 1
            reached = rank[node]
        node = sponsor[node]
    return paid


@kernel
def pay_ranks(bounds, cells, new, renewal, rank, highest, sponsor, accrued, passed, on_new, received):  # type: ignore[no-untyped-def]
    """Pay sellers the rate of their own rank, and those above them the differences of ranks.

    The lines of a chain add up to the line of its highest rate: each is what the rates up to it come to, less the
    lines before it.

    Parameters
    ----------
    on_new : int64[P or 0, n]
        Added to: the seller's own part on new business.
    bounds, cells, new, renewal, rank, highest, sponsor, accrued, passed, received
        As in `pass_on` and `ranks_above`.

    Returns
    -------
    int
        Minor units of the whole chains.
    """
    total = 0
    receivers = np.empty(sponsor.size, dtype=np.int32)
    weights = np.empty(sponsor.size)
    for s in range(cells.shape[1]):
        if not cells[:, s].any():
            continue
        for i in range(bounds[s], bounds[s + 1]):
            paid = -1
            for p in range(cells.shape[0]):
                if not cells[p, s] or (new[p, i] == 0 and renewal[p, i] == 0):
                    continue
                if paid < 0:
                    paid = ranks_above(i, sponsor, rank, highest, receivers, weights)
                on_first = round_line(rank[i], new[p, i])
                own = on_first + round_line(rank[i], renewal[p, i])
                if on_new.shape[0] > 0:
                    on_new[p, i] += on_first
                done = own
                for j in range(paid):
                    rate = rank[receivers[j]]
                    reached = round_line(rate, new[p, i]) + round_line(rate, renewal[p, i])
                    received[receivers[j]] += reached - done
                    done = reached
                accrued[p, i] += done
                passed[p, i] += done - own
                total += done
    return total
