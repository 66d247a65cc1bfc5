"""Cancellations inside the term: each contract in force is cancelled with one probability, whatever its age.

The total of a partner is one binomial draw; which cohorts it falls on is drawn contract by contract or, for many,
cohort by cohort (the same law). The refund is the contract's unearned premium; the commission still deferred for it
is released.
"""

from __future__ import annotations

import numpy as np

from sim.base.arrays import Counts, HalfWords, Integers, Words
from sim.base.functions import round_half_even
from sim.base.kernels import kernel
from sim.base.listing import list_true
from sim.base.luck import subdraw
from sim.base.samplers import binomial_from_uniform

SPLIT_ABOVE = 12.0  # mean number of cancellations above which cohorts are drawn one by one


@kernel
def cancel(
    edges: Words,
    rate: float,
    month: int,
    term: int,
    total: Integers,
    keys: Words,
    purpose: np.uint64,
    count: Counts,
    premium: Integers,
    commission: Integers,
    passed: Integers,
    in_force: Counts,
    steps_premium: Integers,
    steps_commission: Integers,
    refund: Integers,
    released: Integers,
    released_passed: Integers,
    lost_premium: Integers,
    lost_commission: Integers,
    lost_contracts: Integers,
    lost: Counts,
    cancelled: Integers,
    told: Integers,
) -> int:
    """Cancel the contracts of one month; return how many entries of `told` are filled.

    Parameters
    ----------
    rate : float
        Probability a month.
    month, term : int
    total : int64[n]
        Binomial draws of the number cancelled, used where their mean is below `SPLIT_ABOVE`.
    keys : uint64[n], purpose : uint64
    count : int32[years * term, n]
    premium, commission : int64[term, n], passed : int64[term or 0, n]
        Rings; what is cancelled is taken out. `passed` is the part of the commission that sponsors got.
    in_force : int32[n], steps_premium, steps_commission : int64[n]
    refund, released : int64[n], released_passed : int64[1 or 0, n]
        Added to, minor units.
    lost_premium, lost_commission, lost_contracts : int64[slices, term]
        Earning steps, and contracts, lost by slot: added to.
    lost : int32[ages, n]
        Contracts lost by months since their first sale, added to as far as it reaches.
    cancelled : int64[slices]
        Written: contracts cancelled.
    told : int64[5, k]
        Written, unless k is 0: row, months since the sale or renewal, premium refunded, contracts and contract year (0:
        new business) of each cohort hit; k is at least `most_hit`.
    """
    cancelled[:] = 0
    now = month % term
    years = count.shape[0] // term
    hit = np.empty(total.size, dtype=np.bool_)
    for i in range(total.size):
        hit[i] = (total[i] > 0) | (in_force[i] * rate >= SPLIT_ABOVE)
    s, hits = 0, 0
    rows = list_true(hit)
    first = _first_cohorts(rows, keys, purpose, in_force, count)
    for h in range(rows.size):
        i = rows[h]
        while i >= edges[s + 1]:
            s += 1
        many = in_force[i] * rate >= SPLIT_ABOVE
        gone = 0
        for j in range(count.shape[0] if many else total[i]):
            row, number = j, 1
            if many:
                number = binomial_from_uniform(count[j, i], rate, subdraw(keys[i], purpose, j))
            else:
                row = int(first[h])
                if j > 0:
                    row = _cohort(i, int(subdraw(keys[i], purpose, j) * (in_force[i] - j)), count)
            if number > 0:
                gone += number
                slot = row
                while slot >= term:
                    slot -= term
                age = now - slot if slot <= now else now - slot + term
                unearned = 2 * (term - age) - 1
                share = number / _held(i, slot, term, years, count)
                gone_premium = round_half_even(premium[slot, i] * share)
                freed = round_half_even(commission[slot, i] * share)
                count[row, i] -= number
                premium[slot, i] -= gone_premium
                commission[slot, i] -= freed
                steps_premium[i] -= gone_premium
                steps_commission[i] -= freed
                refund[i] += gone_premium * unearned
                if told.shape[1] > 0:
                    told[0, hits], told[1, hits], told[2, hits], told[3, hits] = i, age, gone_premium * unearned, number
                    told[4, hits] = row // term
                    hits += 1
                released[i] += freed * unearned
                lost_premium[s, slot] += gone_premium
                lost_commission[s, slot] += freed
                lost_contracts[s, slot] += number
                if passed.shape[0] > 0:
                    freed = round_half_even(passed[slot, i] * share)
                    passed[slot, i] -= freed
                    released_passed[0, i] += freed * unearned
                since_sale = age + row - slot
                if since_sale < lost.shape[0]:
                    lost[since_sale, i] += number
        in_force[i] -= gone
        cancelled[s] += gone
    return hits


@kernel
def _first_cohorts(rows: HalfWords, keys: Words, purpose: np.uint64, in_force: Counts, count: Counts) -> HalfWords:
    """Ring row of the first contract that each of these rows loses: the processor waits for many of them at a time."""
    found = np.empty(rows.size, dtype=np.uint32)
    for h in range(rows.size):
        i = rows[h]
        found[h] = _cohort(i, int(subdraw(keys[i], purpose, 0) * in_force[i]), count)
    return found


@kernel
def most_hit(rate: float, total: Integers, in_force: Counts, cohorts: int) -> int:
    """At most so many cohorts (of `cohorts` a row) are hit by the cancellations drawn, total[n]."""
    most = 0
    for i in range(total.size):
        most += cohorts if in_force[i] * rate >= SPLIT_ABOVE else total[i]
    return most


@kernel
def _cohort(
    i: int,
    nth: int,
    count: Counts,  # [years * term, n]
) -> int:
    """Row of the ring that holds the nth contract in force (from 0); without a branch, which nobody could foresee."""
    passed, upto = 0, 0
    for row in range(count.shape[0] - 1):
        upto += count[row, i]
        passed += upto <= nth
    return passed


@kernel
def _held(
    i: int,
    slot: int,
    term: int,
    years: int,
    count: Counts,  # [years * term, n]
) -> int:
    """Contracts of a month of sale, all contract years together: they share its premium."""
    held = 0
    for year in range(years):
        held += count[year * term + slot, i]
    return held
