"""Cancellations inside the term: each contract in force is cancelled with one probability, whatever its age.

The refund is the contract's unearned premium; the commission still deferred for it is released.
"""

from __future__ import annotations

import numpy as np

from sim.base.functions import kernel, round_half_even
from sim.base.luck import subdraw
from sim.base.samplers import binomial_from_uniform

SPLIT_ABOVE = 8  # more cancellations than this are drawn cohort by cohort instead of one by one: the same law


@kernel
def cancel(rate, month, term, years, u, keys, purpose, count, premium, commission, in_force, steps_premium, steps_commission, refund, released, lost_premium, lost_commission):  # type: ignore[no-untyped-def]
    """Cancel the contracts of one month.

    Parameters
    ----------
    rate : float
        Probability a month.
    month, term, years : int
        Month, term in months, contract years told apart.
    u : float64[n], keys : uint64[n], purpose : uint64
    count : int32[years * term, n]
    premium, commission : int64[term, n]
        Rings; what is cancelled is taken out.
    in_force : int32[n], steps_premium, steps_commission : int64[n]
    refund, released : int64[n]
        Added to, minor units.
    lost_premium, lost_commission : int64[term]
        Earning steps lost by slot, added to.

    Returns
    -------
    int
        Contracts cancelled.
    """
    taken = np.zeros(years * term, dtype=np.int64)
    cancelled = 0
    for i in range(u.size):
        if in_force[i] == 0:
            continue
        if in_force[i] * rate < SPLIT_ABOVE:
            total = binomial_from_uniform(in_force[i], rate, u[i])
            if total == 0:
                continue
            _pick_cohorts(i, total, in_force[i], keys[i], purpose, count, taken)
        else:
            total = 0
            for row in range(years * term):
                taken[row] = binomial_from_uniform(count[row, i], rate, subdraw(keys[i], purpose, row))
                total += taken[row]
        for row in range(years * term):
            if taken[row] > 0:
                # counts are not yet reduced: several contract years of one slot share its premium
                _take(i, row, month, term, years, taken, count, premium, commission, steps_premium, steps_commission, refund, released, lost_premium, lost_commission)
        in_force[i] -= total
        cancelled += total
    return cancelled


@kernel
def _pick_cohorts(i, total, in_force, key, purpose, count, taken):  # type: ignore[no-untyped-def]
    for j in range(total):
        nth = int(subdraw(key, purpose, j) * (in_force - j))
        for row in range(taken.size):
            nth -= count[row, i] - taken[row]
            if nth < 0:
                taken[row] += 1
                break


@kernel
def _take(i, row, month, term, years, taken, count, premium, commission, steps_premium, steps_commission, refund, released, lost_premium, lost_commission):  # type: ignore[no-untyped-def]
    slot = row % term
    held = 0
    for year in range(years):
        held += count[year * term + slot, i]
    number = taken[row]
    age = (month - slot) % term
    unearned = 2 * (term - age) - 1
    lost = premium[slot, i] if number == held else round_half_even(premium[slot, i] * (number / held))
    freed = commission[slot, i] if number == held else round_half_even(commission[slot, i] * (number / held))
    premium[slot, i] -= lost
    commission[slot, i] -= freed
    steps_premium[i] -= lost
    steps_commission[i] -= freed
    refund[i] += lost * unearned
    released[i] += freed * unearned
    lost_premium[slot] += lost
    lost_commission[slot] += freed
    count[row, i] -= number
    taken[row] = 0
