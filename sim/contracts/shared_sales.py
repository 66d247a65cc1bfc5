"""A month's sales thinned over journeys, and their premium shared among those who touched them.

Notation: i row, n rows of all; q row that sold, Q of them; e cell, a segment of a replication with rows that sold; s
segment, j journey, J of them, and after the last the sales that only the partner touched.
"""

from __future__ import annotations

from math import exp, log

import numpy as np

from sim.base.arrays import Counts, Flags, Integers, Places, Reals, Words
from sim.base.functions import round_half_even
from sim.base.kernels import inlined, kernel
from sim.base.luck import uniform
from sim.base.samplers import NEGLIGIBLE, binomial_from_uniform

THOUSAND = 1000  # parts of a contract in which counts are credited
HALF = 0.5  # of a sale: who is credited with less has not made it
LOOKED_UP = 16  # of fewer sales of a row the split is looked up


@kernel
def credit_rows(
    rows: Places,
    cell: Places,
    segment: Places,
    sharing: Places,
    journeys: Reals,
    credited: Reals,
    known: Places,
    tracked: Reals,
    closes: Flags,
    keys: Words,
    words: Words,
    count: Integers,
    new: Integers,
    premium: Integers,
    credited_premium: Integers,
    credit_milli: Integers,
    seen: Integers,
    unseen: Integers,
    paid: Integers,
    moved: Integers,
    sums: Integers,
) -> None:
    """Split the first purchases of every row that sold over journeys, and credit the partner.

    Parameters
    ----------
    rows, cell, segment, sharing, known : intp[Q]
        Each row that sold: its place, cell, segment, its line in `journeys` and in `credited`.
    journeys : float64[lines, J]
        Share of each journey in the sales.
    credited : float64[B, J + 1]
        The partner's credit of a sale that was seen.
    tracked : float64[2, s]
        Chance that a sale is seen; part of its premium that a code then saves the customer.
    closes : bool[s]
        Whether customers sign with us: what the partner is credited with less than half of, and unseen sales, move.
    keys : uint64[n], words : uint64[1 + 2 J]
        Luck, and the purposes of its draws: seen, the journeys of sales seen, those of the others.
    count, new : int64[n]
        First purchases, and all new contracts, of which what moves is taken.
    premium : int64[n]
        Of the new contracts: what codes save, and what moves, is taken off.
    credited_premium, credit_milli : int64[n]
        Premium and thousandths of contracts credited: uncredited parts are taken off.
    seen, unseen : int64[n]
        Sales whose partner was seen, and the others: written.
    paid : int64[n]
        Thousandths of first purchases credited: added to.
    moved : int64[Q]
        Written: contracts that moved.
    sums : int64[5, J + 1, cells]
        Premium seen, what of it is left for others, premium unseen; contracts and premium that moved: added to.
    """
    size = journeys.shape[1]
    chances, heads = _conditional(journeys)
    split, missed = np.zeros(size + 1, dtype=np.int64), np.zeros(size + 1, dtype=np.int64)
    for q in range(rows.size):
        i, e, s, b = rows[q], cell[q], segment[q], known[q]
        n = count[i]
        there = n if tracked[0, s] >= 1.0 else binomial_from_uniform(n, tracked[0, s], uniform(keys[i], words[0]))
        total = _part(premium[i], new[i], 0, n)
        left = _part(total, n, 0, there)
        lost = total - left
        saved = round_half_even(tracked[1, s] * left)
        left -= saved
        _thin(there, chances[sharing[q]], heads[sharing[q]], keys[i], words, 1, split)
        _thin(n - there, chances[sharing[q]], heads[sharing[q]], keys[i], words, 1 + size, missed)
        uncredited, milli, gone, gone_premium = saved + lost, THOUSAND * (n - there), 0, 0
        so_far, missed_so_far = 0, 0
        for j in range(size + 1):
            whole = _part(left, there, so_far, split[j])
            unclaimed = _part(lost, n - there, missed_so_far, missed[j])
            so_far += split[j]
            missed_so_far += missed[j]
            rest = whole - round_half_even(credited[b, j] * whole)
            uncredited += rest
            milli += split[j] * round_half_even((1.0 - credited[b, j]) * THOUSAND)
            sums[0, j, e] += whole
            sums[1, j, e] += rest
            sums[2, j, e] += unclaimed
            if closes[s]:
                ours = credited[b, j] < HALF
                sums[3, j, e] += missed[j] + (split[j] if ours else 0)
                sums[4, j, e] += unclaimed + (whole if ours else 0)
                gone += missed[j] + (split[j] if ours else 0)
                gone_premium += unclaimed + (whole if ours else 0)
        credited_premium[i] -= uncredited
        credit_milli[i] -= milli
        seen[i], unseen[i] = there, n - there
        paid[i] += THOUSAND * n - milli
        new[i] -= gone
        premium[i] -= saved + gone_premium
        moved[q] = gone


@kernel
def whole_contracts(milli: Integers, carried: Counts, whole: Integers) -> None:
    """Write the whole contracts among thousandths credited, with those carried on; carry the rest: int64[p, n]."""
    for p in range(milli.shape[0]):
        for i in range(milli.shape[1]):
            credit = milli[p, i] + carried[p, i]
            whole[p, i] = credit // THOUSAND
            carried[p, i] = credit - whole[p, i] * THOUSAND


@inlined
def _part(premium: int, whole: int, before: int, count: int) -> int:
    """Premium of `count` of whole sales after those before: what all up to them come to, less what those had."""
    if count == 0:
        return 0
    if count == whole:
        return premium
    return premium * (before + count) // whole - premium * before // whole


@kernel
def _conditional(journeys: Reals) -> tuple[Reals, Reals]:
    """Chance of each journey among those not before it, float64[lines, J], and how few sales fall to it.

    The latter, float64[lines, J, n, n], is where a uniform must lie above for 1, 2, ... of n sales, infinite where no
    more is drawn: the sums of `binomial_from_uniform` in its order, of the smaller chance.
    """
    lines, size = journeys.shape
    chances, heads = np.zeros((lines, size)), np.full((lines, size, LOOKED_UP, LOOKED_UP), np.inf)
    for line in range(lines):
        rest = 1.0
        for j in range(size):
            share = journeys[line, j]
            if share > 0.0:
                chances[line, j] = min(share / rest, 1.0) if rest > 0.0 else 0.0
                _heads(min(chances[line, j], 1.0 - chances[line, j]), heads[line, j])
            rest = max(rest - share, 0.0)
    return chances, heads


@inlined
def _heads(chance: float, out: Reals) -> None:
    odds = chance / (1.0 - chance)
    for n in range(1, LOOKED_UP):
        term = exp(n * log(1.0 - chance))
        total, k = term, 0
        while k < n and term > NEGLIGIBLE:
            out[n, k] = total
            k += 1
            term *= odds * (n - k + 1) * (1.0 / k)
            total += term


@inlined
def _thin(
    count: int,
    chances: Reals,
    heads: Reals,
    key: np.uint64,
    words: Words,
    first: int,
    out: Integers,
) -> None:
    """Write the sales of each journey, by conditional binomials in their order; what is left is the last one's."""
    left = count
    for j in range(chances.size):
        out[j] = 0
        if left > 0 and chances[j] > 0.0:
            out[j] = _drawn(left, chances[j], heads[j], uniform(key, words[first + j]))
        left -= out[j]
    out[chances.size] = left


@inlined
def _drawn(count: int, chance: float, heads: Reals, u: float) -> int:
    """Binomial quantile of u, looked up where there are few."""
    if count >= LOOKED_UP:
        return int(binomial_from_uniform(count, chance, u))
    rare = chance <= HALF
    v, k = u if rare else 1.0 - u, 0
    for more in range(LOOKED_UP):
        k += v > heads[count, more]
    return k if rare else count - k


def split(amount: Integers, shares: Reals) -> Integers:
    """Amounts[..] shared by float64[.., parties], whole minor units that add up to them: int64[.., parties].

    Each party has what those up to it come to, rounded half to even, less those before.
    """
    whole = shares.sum(axis=-1, keepdims=True)
    up_to = np.cumsum(shares, axis=-1) / np.where(whole > 0.0, whole, 1.0)
    reached: Integers = np.rint(amount[..., None] * up_to).astype(np.int64)
    before = np.zeros_like(reached)
    before[..., 1:] = reached[..., :-1]
    return np.asarray(reached - before)
