"""What is known of each partner for its control, who falls below the bounds, and who comes back under a new name.

Notation: i row, p product, w window; E premium earned, R result, C claims with handling, over the window.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.base.arrays import Codes, Counts, Flags, HalfWords, Integers, Months, Reals, Words
from sim.base.functions import round_half_even
from sim.base.kernels import AT_HAND, inlined, kernel
from sim.partners.choice import settle
from sim.partners.columns import ABSENT, ACTIVE, DEFAULTED, LEFT

PAIRS, FOURS, BYTES, ONES, LOWEST = 0x55555555, 0x33333333, 0x0F0F0F0F, 0x01010101, 0xFF  # of 32 bits


@kernel
def record(
    slot: int,
    earned: Integers,
    incurred: Integers,
    handling: Reals,
    month: Integers,  # [lines, n]
    costs: Integers,
    returned: Integers,
    status: Codes,
    share: Reals,
    with_us: Months,
    earned_by_month: Integers,
    result_by_month: Integers,
    claims_by_month: Integers,
    earned_in_window: Integers,
    claims_in_window: Integers,
) -> None:
    """Enter a month into the records, in place of that a window ago.

    Parameters
    ----------
    slot : place of the month in the window
    earned, incurred : int64[P, n]
    handling : float64[P]
        Cost of handling, as a share of claims.
    costs, returned : int64[any]
        Lines of the month's amounts that make up our cost of commission, and that are taken off it.
    status : int8[n], share : float64[n]
        Our share of the flow.
    with_us : int16[n]
        Months on end in which a partner has sold for us: updated.
    earned_by_month, result_by_month : int64[w, n], claims_by_month : int64[w or 0, n]
    earned_in_window, claims_in_window : int64[1 or 0, n]
        Their sums, where partners are rated.
    """
    sums = np.empty((3, AT_HAND), np.int64)
    for first in range(0, status.size, AT_HAND):
        last = min(first + AT_HAND, status.size)
        premium, claims, result = sums[0, : last - first], sums[1, : last - first], sums[2, : last - first]
        premium[:] = 0
        claims[:] = 0
        result[:] = 0
        for line in costs:
            _add(-1, month[line, first:last], result)
        for line in returned:
            _add(1, month[line, first:last], result)
        for p in range(earned.shape[0]):
            _add_product(handling[p], earned[p, first:last], incurred[p, first:last], premium, claims)
        for one in range(claims_in_window.shape[0]):
            _replace(premium, earned_by_month[slot, first:last], earned_in_window[one, first:last])
            _replace(claims, claims_by_month[slot, first:last], claims_in_window[one, first:last])
        _add(1, premium, result)
        _add(-1, claims, result)
        earned_by_month[slot, first:last] = premium
        result_by_month[slot, first:last] = result
    for i in range(status.size):
        stays = (status[i] == ACTIVE) & (share[i] > 0.0)
        with_us[i] = min(with_us[i] + 1, 32000) if stays else 0


@kernel
def _add_product(handling: float, earned: Integers, incurred: Integers, premium: Integers, claims: Integers) -> None:
    """A product's premium and claims with handling; a short loop, so that it is vectorised."""
    for i in range(earned.size):
        premium[i] += earned[i]
        claims[i] += incurred[i] + round_half_even(handling * incurred[i])


@kernel
def _replace(amount: Integers, month: Integers, window: Integers) -> None:
    """Let a month's amounts take the place of those a window ago."""
    for i in range(month.size):
        window[i] += amount[i] - month[i]
        month[i] = amount[i]


@kernel
def _add(sign: int, amount: Integers, out: Integers) -> None:
    for i in range(amount.size):
        out[i] += sign * amount[i]


@kernel
def rate(
    window: int,
    grace: int,
    least: int,
    remittance: float,
    claims: float,
    premium: float,
    survey: float,
    half: int,
    newcomer: float,
    arrears: Integers,
    with_us: Months,
    earned: Integers,
    cost: Integers,
    answers: Counts,
    score: Counts,
    late_months: HalfWords,
    rating: Reals,
) -> None:
    """Rate every partner: the mean, by weights, of months without arrears, 1 - C / E, E / (E + half) and the survey.

    Parameters
    ----------
    grace : months with us below which a partner is a newcomer
    least, half : minor units
        E below `least` says too little: only remittance counts.
    remittance, claims, premium, survey : weights
    arrears : int64[n]
        Premium past due at this close.
    earned, cost : int64[n]
        E and C.
    answers, score : int32[n]
        Answers of customers, and those for us less those against us; without any the survey does not count.
    late_months : uint32[n]
        Bit a: in arrears at the close a months ago; updated.
    rating : float64[n]
        Written.
    """
    kept = np.int64((1 << window) - 1)
    for i in range(rating.size):
        late_months[i] = (np.int64(late_months[i]) << 1 | (arrears[i] > 0)) & kept
    for i in range(rating.size):
        known = max(min(int(with_us[i]), window), 1)
        late = _ones(np.int64(late_months[i]) & ((1 << known) - 1))
        telling, there = earned[i] >= max(least, 1), max(earned[i], 1)
        points = remittance * (1.0 - late / known)
        worth = claims * min(1.0, max(0.0, 1.0 - cost[i] / there)) + premium * there / (there + half)
        points = points + worth if telling else points
        weights = remittance + (claims + premium) if telling else remittance
        heard = survey if answers[i] > 0 else 0.0
        points += heard * (0.5 + 0.5 * score[i] / max(answers[i], 1))
        weights += heard
        rated = (with_us[i] >= max(grace, 1)) & (weights > 0.0)
        rating[i] = points / (weights if rated else 1.0) if rated else newcomer


@inlined
def _ones(bits: Any) -> int:
    """How many of the lowest 32 bits are set: sums of pairs, of fours, of bytes, so that the loop is vectorised."""
    bits -= (bits >> 1) & PAIRS
    bits = (bits & FOURS) + ((bits >> 2) & FOURS)
    bits = (bits + (bits >> 4)) & BYTES
    return ((bits * ONES) >> 24) & LOWEST


@kernel
def judge(
    edges: Words,
    covered: Flags,
    grace: int,
    least: int,
    least_result: float,
    least_margin: float,
    least_premium: float,
    least_rating: float,
    status: Codes,
    with_us: Months,
    earned_by_month: Integers,  # [w, n]
    result_by_month: Integers,  # [w, n]
    rating: Reals,
    ended: Flags,
) -> None:
    """Mark the partners that fall below a bound.

    Parameters
    ----------
    covered : bool[segments]
        Whose partners are judged.
    least : minor units
        Premium of the window below which result, margin and rating say too little.
    least_result, least_margin, least_premium, least_rating : float
        Bounds; minus infinity where there is none.
    rating : float64[1 or 0, n]
    ended : bool[n]
        Set where a partner is to be ended; others are left as they are.
    """
    for s in range(edges.size - 1):
        for i in range(edges[s], edges[s + 1] if covered[s % covered.size] else edges[s]):
            if status[i] != ACTIVE or with_us[i] < max(grace, 1):
                continue
            earned = 0
            result = 0
            for w in range(earned_by_month.shape[0]):
                earned += earned_by_month[w, i]
                result += result_by_month[w, i]
            poor = result < least_result or (earned > 0 and result < least_margin * earned)
            for one in range(rating.shape[0]):
                poor = poor or rating[one, i] < least_rating
            ended[i] |= earned < least_premium or (poor and earned >= least)


@kernel
def find(
    edges: Words,
    chance: Reals,  # [segments]
    u: Reals,
    status: Codes,
    share: Reals,
    ended: Flags,
) -> None:
    """Mark those of the active partners that sell for us on whom an audit finds something, each with this chance."""
    for s in range(edges.size - 1):
        found = chance[s % chance.size]
        for i in range(edges[s], edges[s + 1]):
            ended[i] |= status[i] == ACTIVE and share[i] > 0.0 and u[i] < found


@kernel
def end(
    edges: Words,
    ended: Flags,
    flow: Reals,
    pull: Reals,  # [segments]
    status: Codes,
    share: Reals,
    count: Integers,  # [slices]
    buyers: Reals,  # [slices]
) -> None:
    """Let marked partners leave; `count` gets how many, `buyers` the buyers a month that they sent us."""
    count[:] = 0
    buyers[:] = 0.0
    for s in range(edges.size - 1):
        by_name = pull[s % pull.size]
        for i in range(edges[s], edges[s + 1]):
            if ended[i] and status[i] == ACTIVE:
                status[i] = LEFT
                count[s] += 1
                buyers[s] += flow[i] * (by_name + (1.0 - by_name) * share[i])


@kernel
def rise(
    edges: Words,
    members: Integers,
    month: int,
    after: Integers,
    chance: Reals,
    u: Reals,
    default_month: Months,
    rank: Reals,
    odds: Reals,
    multi: Flags,
    status: Codes,
    entered: Months,
    principal: Codes,
    share: Reals,
    came: Integers,
) -> None:
    """Bring partners that defaulted a while ago back under new names.

    The new names of a segment's first rows, its `members`, follow them in their order; then each partner stands before
    its new name. Each returns once, with its own luck, and chooses like an entrant.

    Parameters
    ----------
    members : int64[segments]
    after : int64[segments]
        More months than this must have passed.
    chance : float64[segments]
        Of a return, a month; 0 where nobody has another name.
    u : float64[n]
        Draws of the old names.
    default_month : int16[n], rank : float64[n], odds : float64[segments, K], multi : bool[segments]
    status : int8[n], entered : int16[n], principal : int8[n], share : float64[K, n]
    came : int64[slices]
        Written: how many have returned.
    """
    came[:] = 0
    for s in range(edges.size - 1):
        first, rows, old = np.int64(edges[s]), np.int64(edges[s + 1] - edges[s]), members[s % members.size]
        again, quiet = chance[s % chance.size], after[s % after.size]
        for k in range(rows // 2 if again > 0.0 else 0):
            i = first + k + max(0, k - old) + (old if k >= old else 0)
            new = i + (old if k < old else 1)
            waits = status[i] != DEFAULTED or status[new] != ABSENT or month - default_month[i] <= quiet
            if waits or u[i] >= again:
                continue
            status[new] = ACTIVE
            entered[new] = month
            settle(new, rank[new], odds[s % odds.shape[0]], multi[s % multi.size], share, principal)
            came[s] += 1


def grown(months: np.ndarray, ramp: float) -> np.ndarray:
    """Share of what comes over `ramp` months that is there after so many months, the first counted."""
    return np.asarray(np.minimum(1.0, months / max(ramp, 1.0)))
