"""Contracts changed inside their term: premium is added for the rest of it, or refunded, and the contract stays.

Each contract in force is changed with one probability, whatever its age, and always by the mean size: of a cohort and
contract year one binomial draw. What changes is the cohort's earning step (see `earning`), for what is not earned at
the month's close, as where a contract is cancelled.

Notation: q earning step, tau term, a age in the term; y contract year, i row.
"""

from __future__ import annotations

import numpy as np

from sim.base.arrays import Counts, Flags, Integers, Reals, Words
from sim.base.functions import round_half_even
from sim.base.kernels import kernel
from sim.base.luck import subdraw
from sim.base.samplers import binomial_from_uniform

WHOLE = 1 << 20  # parts of a level in which it is summed: sums are exact in any order


@kernel
def enlarge(
    rate: float,
    size: float,
    month: int,
    term: int,
    keys: Words,
    purpose: np.uint64,
    count: Counts,
    step: Integers,
    new: Integers,
    renewing: Integers,
    written: Integers,
    told: Integers,
) -> int:
    """Draw the contracts to which premium is added before the month earns; return how many entries `told` has.

    Parameters
    ----------
    rate, size : float
        Probability a month; premium added over that for the rest of the term.
    keys : uint64[n], purpose : uint64
    count : int32[years * term, n], step : int64[term, n]
        Rings as of the last close. In the place of the cohort that ends stands this month's:
    new : int64[n], renewing : int64[years, n], written : int64[n]
        Its contracts, and its premium.
    told : int64[5, k]
        Written: row, age, step added, contracts and contract year (0: new business) of each cohort hit; k is at least
        the number of entries of a ring with contracts.
    """
    now = month % term
    years = count.shape[0] // term
    share = 0.5 / term
    hits = 0
    for i in range(keys.size):
        for slot in range(term):
            fresh = slot == now
            base = int((written[i] + 0.5) * share) if fresh else step[slot, i]
            if base <= 0:
                continue
            held = new[i] if fresh else 0
            for year in range(years):
                held += renewing[year, i] if fresh else count[year * term + slot, i]
            reached, done = 0, 0
            for year in range(years):
                row = year * term + slot
                there = renewing[year, i] + (new[i] if year == 0 else 0) if fresh else np.int64(count[row, i])
                number = binomial_from_uniform(int(there), rate, subdraw(keys[i], purpose, row)) if there > 0 else 0
                reached += number
                added = round_half_even(base * (size * reached / max(held, 1))) - done
                done += added
                if number > 0:
                    told[0, hits], told[1, hits], told[2, hits] = i, (now - slot) % term, added
                    told[3, hits], told[4, hits] = number, year
                    hits += 1
    return hits


@kernel
def reduce(
    edges: Words,
    rate: float,
    size: float,
    month: int,
    term: int,
    keys: Words,
    purpose: np.uint64,
    count: Counts,
    premium: Integers,
    commission: Integers,
    passed: Integers,
    steps_premium: Integers,
    steps_commission: Integers,
    refund: Integers,
    released: Integers,
    released_passed: Integers,
    lost_premium: Integers,
    lost_commission: Integers,
    reduced: Integers,
    told: Integers,
) -> int:
    """Take premium off contracts that stay, as `cancellations.cancel` does of those lost; return the entries of `told`.

    Parameters
    ----------
    rate, size : float
        Probability a month; share of the premium for the rest of the term that is refunded.
    keys : uint64[n], purpose : uint64
    count : int32[years * term, n]
    premium, commission : int64[term, n], passed : int64[term or 0, n]
        Rings; what is refunded is taken out.
    steps_premium, steps_commission, refund, released : int64[n], released_passed : int64[1 or 0, n]
    lost_premium, lost_commission : int64[slices, term]
        As in `cancel`.
    reduced : int64[slices]
        Written: contracts changed.
    told : int64[5, k]
        Written, unless k is 0: row, age, premium refunded, contracts and contract year of each cohort hit.
    """
    reduced[:] = 0
    now = month % term
    years = count.shape[0] // term
    hits = 0
    for s in range(edges.size - 1):
        for i in range(edges[s], edges[s + 1]):
            if steps_premium[i] == 0:
                continue
            for slot in range(term):
                held = 0
                for year in range(years):
                    held += count[year * term + slot, i]
                age = (now - slot) % term
                unearned = 2 * (term - age) - 1
                before, deferred = premium[slot, i], commission[slot, i]
                shared = passed[slot, i] if passed.shape[0] > 0 else 0
                reached = 0
                for year in range(years):
                    row = year * term + slot
                    if count[row, i] <= 0:
                        continue
                    number = binomial_from_uniform(count[row, i], rate, subdraw(keys[i], purpose, row))
                    if number == 0:
                        continue
                    reached += number
                    part = size * (reached / held)
                    gone = round_half_even(before * part) - (before - premium[slot, i])
                    freed = round_half_even(deferred * part) - (deferred - commission[slot, i])
                    premium[slot, i] -= gone
                    commission[slot, i] -= freed
                    steps_premium[i] -= gone
                    steps_commission[i] -= freed
                    refund[i] += gone * unearned
                    released[i] += freed * unearned
                    lost_premium[s, slot] += gone
                    lost_commission[s, slot] += freed
                    reduced[s] += number
                    if passed.shape[0] > 0:
                        freed = round_half_even(shared * part) - (shared - passed[slot, i])
                        passed[slot, i] -= freed
                        released_passed[0, i] += freed * unearned
                    if told.shape[1] > 0:
                        told[0, hits], told[1, hits], told[2, hits] = i, age, gone * unearned
                        told[3, hits], told[4, hits] = number, year
                        hits += 1
    return hits


@kernel
def most_changed(count: Counts) -> int:
    """Entries of a ring with contracts, int32[years * term, n]: at most so many are changed in a month."""
    most = 0
    for row in range(count.shape[0]):
        for i in range(count.shape[1]):
            most += count[row, i] > 0
    return most


@kernel
def follow(before: Integers, premium: Integers, plain: Integers) -> None:
    """Let the steps that premium would have unchanged, plain[term, n], fall as cancellations let premium[term, n]."""
    for slot in range(premium.shape[0]):
        for i in range(premium.shape[1]):
            if premium[slot, i] != before[slot, i]:
                plain[slot, i] = round_half_even(plain[slot, i] * (premium[slot, i] / before[slot, i]))


@kernel
def levels(premium: Integers, plain: Integers, level: Reals) -> None:
    """What changes have made of premium: its step over that of unchanged premium, each int64[n]; 1 where is none."""
    for i in range(level.size):
        level[i] = premium[i] / plain[i] if plain[i] > 0 else 1.0


@kernel
def bring(edges: Words, count: Integers, moved: Flags, level: Reals, weight: Integers, number: Integers) -> None:
    """Sum levels and contracts, count[n], of those that moved[n] to us directly: int64[slices] each, added to."""
    for s in range(edges.size - 1):
        for i in range(edges[s], edges[s + 1]):
            if moved[i]:
                weight[s] += round_half_even(count[i] * level[i] * WHOLE)
                number[s] += count[i]
