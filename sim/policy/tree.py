"""Levels on the sponsor tree: walks up from sellers, what they pass on, and what comes back.

Notation: p product, i row, s segment, d level (0 is the sponsor's), n rows. A tree has no cycles; a walk is bounded by
the number of rows all the same. No walk calls itself, so a chain may be as long as there are partners.

Source: model, section 8.
"""

from __future__ import annotations

import numpy as np

from sim.base.functions import kernel, round_line
from sim.policy.ranks import ranks_above

FORFEIT, DYNAMIC, PASS_UP, RANKS = range(4)
MODES = {"forfeit": FORFEIT, "dynamic": DYNAMIC, "pass_up": PASS_UP}


@kernel
def levels_above(i, sponsor, receives, rates, deeper, mode, receivers, weights):  # type: ignore[no-untyped-def]
    """Who gets which level's rate on the business of row i.

    Parameters
    ----------
    sponsor : int32[n]
    receives : bool[n]
        False: inactive. FORFEIT keeps its level, DYNAMIC gives it to the next active sponsor, who stands in its place,
        PASS_UP gives it to the next active sponsor besides its own.
    rates : float64[levels], deeper : float
        Rate of each level, and of all beyond them.
    receivers : int32[n], weights : float64[n]
        Written: a row and a rate for each level paid.

    Returns
    -------
    int
        Levels paid.
    """
    paid = 0
    waiting = 0  # levels that wait for the next active sponsor
    level = 0
    node = sponsor[i]
    for _ in range(sponsor.size):
        over = level >= rates.size and deeper == 0.0
        if node < 0 or (over and waiting == 0):
            break
        if not over and (receives[node] or mode == PASS_UP):
            weights[paid + waiting] = rates[level] if level < rates.size else deeper
            waiting += 1
        if not over and (receives[node] or mode != DYNAMIC):
            level += 1
        if receives[node]:
            for j in range(paid, paid + waiting):
                receivers[j] = node
            paid += waiting
            waiting = 0
        node = sponsor[node]
    return paid


@kernel
def pass_on(bounds, cells, new, renewal, with_new, with_renewal, sponsor, receives, rates, deeper, mode, accrued, passed, received):  # type: ignore[no-untyped-def]
    """Pay levels on amounts of sellers: a line for each level, new and renewal each rounded half to even.

    Parameters
    ----------
    bounds : int[segments + 1], cells : bool[P, segments]
        Whose amounts count.
    new, renewal : int64[P, n], with_new, with_renewal : bool
        Minor units.
    sponsor, receives, rates, deeper, mode
        As in `levels_above`.
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
    receivers = np.empty(sponsor.size, dtype=np.int32)
    weights = np.empty(sponsor.size)
    for s in range(cells.shape[1]):
        if not cells[:, s].any():
            continue
        for i in range(bounds[s], bounds[s + 1]):
            if sponsor[i] < 0:
                continue
            paid = -1  # the walk is made where there is something to pass on
            for p in range(cells.shape[0]):
                fresh = new[p, i] if with_new and cells[p, s] else 0
                again = renewal[p, i] if with_renewal and cells[p, s] else 0
                if (fresh == 0 and again == 0) or paid == 0:
                    continue
                if paid < 0:
                    paid = levels_above(i, sponsor, receives, rates, deeper, mode, receivers, weights)
                lines = 0
                for j in range(paid):
                    line = round_line(weights[j], fresh) + round_line(weights[j], again)
                    received[receivers[j]] += line
                    lines += line
                accrued[p, i] += lines
                passed[p, i] += lines
                total += lines
    return total


@kernel
def take_back(bounds, cells, released, sponsor, receives, rates, deeper, mode, rank, highest, taken_back):  # type: ignore[no-untyped-def]
    """Share the released commission that had been passed on among those who would receive now, to the last minor unit.

    Parameters
    ----------
    released : int64[P, n]
        Minor units, by seller. What has no receiver now is not taken back.
    receives, rates, deeper, mode
        As in `levels_above`; mode RANKS reads `rank` and `highest` as `ranks_above` does instead.
    taken_back : int64[n]
        Added to: parts in proportion to the rates, each what the parts up to it come to less those before it.

    Returns
    -------
    int
        Minor units taken back.
    """
    total = 0
    receivers = np.empty(sponsor.size, dtype=np.int32)
    weights = np.empty(sponsor.size)
    for s in range(cells.shape[1]):
        for i in range(bounds[s], bounds[s + 1]):
            amount = 0
            for p in range(cells.shape[0]):
                amount += released[p, i] if cells[p, s] else 0
            if amount == 0:
                continue
            if mode == RANKS:
                paid = ranks_above(i, sponsor, rank, highest, receivers, weights)
            else:
                paid = levels_above(i, sponsor, receives, rates, deeper, mode, receivers, weights)
            total += _share_out(amount, paid, receivers, weights, taken_back)
    return total


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
