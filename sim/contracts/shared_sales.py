"""A month's sales thinned over journeys, and their premium shared among those who touched them.

Notation: i row, n rows of all; e cell, a segment of a replication; k class of partners that the same separations cover,
s segment; j journey, J of them, and after the last the sales that only the partner touched.
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
def credit_sales(
    edges: Words,
    segments: int,
    classes: Places,
    journeys: Reals,
    credited: Reals,
    tracked: Reals,
    closes: Flags,
    keys: Words,
    words: Words,
    count: Integers,
    new: Integers,
    premium: Integers,
    credited_premium: Integers,
    credit_milli: Integers,
    credit_count: Integers,
    carried: Counts,
    seen: Integers,
    unseen: Integers,
    paid: Integers,
    moved: Integers,
    sums: Integers,
) -> None:
    """Split the first purchases of a product of every partner over journeys, and credit the partner.

    Parameters
    ----------
    edges : uint64[cells + 1]
        First row of each segment of each replication.
    segments : int
        Segments in a replication; after those of partners come ours, which have all that they sell.
    classes : intp[n]
        Class of each row.
    journeys : float64[k, s, J]
        Share of each journey in the sales of a class and segment of partners.
    credited : float64[B, J + 1]
        The partner's credit of a sale that was seen, in each replication or in all.
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
    credited_premium, credit_milli, credit_count, seen : int64[n]
        Premium, thousandths of contracts and whole contracts credited; sales whose partner was seen: written.
    unseen : int64[n], or int64[0] where all are seen at all times
        The other sales: written.
    carried : int32[n]
        Thousandths carried on from month to month.
    paid : int64[n]
        Thousandths of first purchases credited: added to.
    moved : int64[n], or int64[0] where nobody asks
        Contracts that moved: written.
    sums : int64[5, J + 1, cells]
        Premium seen, what of it is left for others, premium unseen; contracts and premium that moved: added to.
    """
    _, partners, size = journeys.shape
    chances, heads = _conditional(journeys)
    split, missed = np.zeros(size + 1, dtype=np.int64), np.zeros(size + 1, dtype=np.int64)
    for e in range(edges.size - 1):
        r, s = e // segments, e % segments
        credit = credited[r if len(credited) > 1 else 0]
        for i in range(edges[e], edges[e + 1]):
            n, there, uncredited, milli, gone, gone_premium = count[i], 0, 0, 0, 0, 0
            credit_milli[i], credited_premium[i] = THOUSAND * new[i], premium[i]
            if n > 0 and s < partners:
                there = (
                    n if tracked[0, s] >= 1.0 else binomial_from_uniform(n, tracked[0, s], uniform(keys[i], words[0]))
                )
                left = _part(_part(premium[i], new[i], 0, n), n, 0, there)
                lost = _part(premium[i], new[i], 0, n) - left
                saved = round_half_even(tracked[1, s] * left)
                _thin(there, chances[classes[i], s], heads[classes[i], s], keys[i], words, 1, split)
                _thin(n - there, chances[classes[i], s], heads[classes[i], s], keys[i], words, 1 + size, missed)
                uncredited, milli, gone, gone_premium = _share(
                    left - saved, lost, there, n - there, split, missed, credit, closes[s], sums[:, :, e]
                )
                uncredited += saved + lost
                paid[i] += THOUSAND * n - milli
                new[i] -= gone
                premium[i] -= saved + gone_premium
            seen[i] = there
            if unseen.size:
                unseen[i] = n - there if s < partners else 0
            if moved.size:
                moved[i] = gone
            credited_premium[i] -= uncredited
            credit_milli[i] -= milli
            credit_count[i] = (credit_milli[i] + carried[i]) // THOUSAND
            carried[i] += credit_milli[i] - credit_count[i] * THOUSAND


@inlined
def _share(
    left: int,
    lost: int,
    there: int,
    unseen: int,
    split: Integers,
    missed: Integers,
    credited: Reals,
    closes: bool,
    sums: Integers,  # [5, J + 1]
) -> tuple[int, int, int, int]:
    """Share a row's premium, seen and lost, by journey.

    Returns
    -------
    (premium seen that the partner is not credited with, thousandths of contracts that it is not, contracts that move,
    their premium)
    """
    uncredited, milli, gone, gone_premium, so_far, missed_so_far = 0, THOUSAND * unseen, 0, 0, 0, 0
    for j in range(split.size):
        whole = _part(left, there, so_far, split[j])
        unclaimed = _part(lost, unseen, missed_so_far, missed[j])
        so_far += split[j]
        missed_so_far += missed[j]
        rest = whole - round_half_even(credited[j] * whole)
        uncredited += rest
        milli += split[j] * round_half_even((1.0 - credited[j]) * THOUSAND)
        sums[0, j] += whole
        sums[1, j] += rest
        sums[2, j] += unclaimed
        if closes:
            ours = credited[j] < HALF
            moving, moving_premium = missed[j] + (split[j] if ours else 0), unclaimed + (whole if ours else 0)
            sums[3, j] += moving
            sums[4, j] += moving_premium
            gone += moving
            gone_premium += moving_premium
    return uncredited, milli, gone, gone_premium


@kernel
def sums_by_cell(cell: Places, amounts: Reals, out: Reals) -> None:
    """Add amounts[R, n] to the cell[m] of each of the first m of them: float64[R, cells]."""
    for r in range(len(amounts)):
        e, total = 0, out[r, 0]
        for i in range(cell.size):  # rows of a cell lie together
            if cell[i] != e:
                out[r, e] = total
                e, total = cell[i], out[r, cell[i]]
            total += amounts[r, i]
        out[r, e] = total


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
    """Chance of each journey among those not before it, float64[k, s, J], and how few sales fall to it.

    The latter, float64[k, s, J, n, n], is where a uniform must lie above for 1, 2, ... of n sales, infinite where no
    more is drawn: the sums of `binomial_from_uniform` in its order, of the smaller chance.
    """
    classes, partners, size = journeys.shape
    chances = np.zeros(journeys.shape)
    heads = np.full((classes, partners, size, LOOKED_UP, LOOKED_UP), np.inf)
    for k in range(classes):
        for s in range(partners):
            rest = 1.0
            for j in range(size):
                share = journeys[k, s, j]
                if share > 0.0:
                    chances[k, s, j] = min(share / rest, 1.0) if rest > 0.0 else 0.0
                    _heads(min(chances[k, s, j], 1.0 - chances[k, s, j]), heads[k, s, j])
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
