"""The rates that earn most in a month against offers that stand: logit shares over classes of partners.

Notation: c class, s segment, p product, k principal, g point of the grid, x shift of rates, a average rate of a
segment. A class brings weight w and takes our share sigma(z), z = height + response x a, so that a brand earns

    F = sum_c w sigma(z) (margin - a),    dF/da = sum_c w sigma(z) (response (1 - sigma(z)) (margin - a) - 1).

With further brands of the owner, `margin` is less what their customers in the class bring by themselves. Of one class
F has one peak (its closed form is Lambert's W); of several it may have more, so a grid finds the highest. A peak
is refined by bisection on the derivative, which loses no digits as a search on F itself would.

Of many replications at once a segment stands for a slice: segment s of replication r is r S + s, of S segments.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.base.arrays import Flags, Integers, Reals
from sim.base.functions import exp, log
from sim.base.kernels import kernel
from sim.market.strategy import MarketView

MOST_CLASSES = 400
GRID = 256
HALVINGS = 60

Terms = tuple[Reals, Reals, float, Reals, Integers, Reals, Reals, Reals, Reals, Reals, Reals]
"""what `_best_shift` takes, and work space for a segment's average rate and how far it moves"""


@dataclass(frozen=True)
class Classes:
    """Classes of partners that review, in order of their segments: arrays of one entry a class."""

    segment: Integers
    """or slice"""
    weight: Reals
    """premium a month"""
    height: Reals
    """log odds of the brand at no commission"""
    response: Reals
    """utility that a unit of commission adds"""
    margin: Reals
    """before commission, less what the owner's other brands earn on a unit that stays away"""


def classes(market: MarketView, me: int, margins: Reals, own: Flags) -> Classes:
    """The partners that review, told apart by segment and present principal.

    One class stands for a segment whose partners split their flow, have no inertia, or would bring the number of
    classes over some hundreds; its inertia is then that of the segment's mean shares.

    Parameters
    ----------
    me : the principal that asks
    margins : float64[segment, principal], margin before commission of the owner's brands
    own : bool[principal], which brands are the owner's
    """
    segment, weight, held = _held(market)
    taken = np.zeros(own.shape[-1])
    height, lost = np.zeros(segment.size), np.zeros(segment.size)
    averages = np.zeros(margins.shape)
    averages[..., : market.offers.shape[-3]] = market.average_rates
    others = own.copy()
    others[..., me] = False
    earned = np.where(others[..., None, :], margins - averages, 0.0)
    _compare(segment, _by_slice(market.utilities), held, _by_slice(earned), me, taken, height, lost)
    response = market.response.ravel()[segment]
    height -= response * _by_slice(averages)[segment, me]
    return Classes(segment, weight, height, response, _by_slice(margins)[segment, me] - lost)


def _by_slice(values: Reals) -> Reals:
    """Values by segment and principal, of all replications in one run: float64[slice, principal]."""
    return np.ascontiguousarray(values).reshape(-1, values.shape[-1])


def _held(market: MarketView) -> tuple[Integers, Reals, Reals]:
    """Segment, weight and utility of staying (class, principal) of every class."""
    segments, principals = market.reviewing.shape[-2:]
    merged = market.split | (market.inertia == 0.0) | (segments * principals > MOST_CLASSES)
    totals = market.volumes.sum(axis=-1)
    staying = market.inertia[:, None] * market.volumes / np.where(totals > 0.0, totals, 1.0)[..., None]
    reviewing = market.reviewing.sum(axis=-1).ravel()
    segment = np.empty(market.reviewing.size, dtype=np.int64)
    weight, held = np.empty(segment.size), np.zeros((segment.size, principals))
    by_principal = _by_slice(market.reviewing), market.inertia, _by_slice(staying)
    count = _tell_apart(merged, reviewing, *by_principal, segment, weight, held)
    return segment[:count], weight[:count], held[:count]


@kernel
def _tell_apart(
    merged: Flags,  # [segments]
    total: Reals,  # [s]
    reviewing: Reals,  # [s, k]
    inertia: Reals,  # [segments]
    staying: Reals,  # [s, k]
    segment: Integers,  # [c]
    weight: Reals,  # [c]
    held: Reals,  # [c, k]
) -> int:
    """Write the classes that have any weight; how many."""
    count = 0
    for s in range(total.size):
        as_one, stays = merged[s % merged.size], inertia[s % merged.size]
        for k in range(1 if as_one else reviewing.shape[1]):
            segment[count] = s
            weight[count] = total[s] if as_one else reviewing[s, k]
            if weight[count] <= 0.0:
                continue
            for other in range(reviewing.shape[1]):
                held[count, other] = staying[s, other] if as_one else (stays if other == k else 0.0)
            count += 1
    return count


@kernel
def _compare(
    segment: Integers,  # [c]
    utilities: Reals,  # [s, k]
    held: Reals,  # [c, k]
    earned: Reals,  # [s, k]
    me: int,
    taken: Reals,  # [k]
    height: Reals,  # [c]
    lost: Reals,  # [c]
) -> None:
    """Log odds of `me` in each class, and what the owner's other brands earn on a unit that goes elsewhere."""
    for c in range(segment.size):
        s = segment[c]
        top = -np.inf
        for k in range(taken.size):
            taken[k] = utilities[s, k] + held[c, k]
            top = max(top, taken[k]) if k != me else top
        total, brought = 0.0, 0.0
        for k in range(taken.size):
            if k != me:
                odds = exp(taken[k] - top)
                total += odds
                brought += odds * earned[s, k]
        height[c] = taken[me] - top - log(total)
        lost[c] = brought / total


def best_rates(
    found: Classes, present: Reals, product_weights: Reals, floor: float, ceiling: Reals, together: bool
) -> Reals:
    """The best rates that a shift of the present ones reaches; of many replications, an axis in front.

    Parameters
    ----------
    present, product_weights : float64[product, segment]
    floor, ceiling : bounds of every rate, float64[product] for the ceiling, which goes before the floor
    together : one shift for all segments of a replication, instead of one for each

    Returns
    -------
    float64[product, segment]; a segment without partners that review keeps its rates.
    """
    products, segments = present.shape[-2:]
    shift, asked = np.zeros(present.size // products), np.zeros(present.size // products, dtype=np.bool_)
    rates, share = (np.ascontiguousarray(part).reshape(-1, products, segments) for part in (present, product_weights))
    classes_of = (found.segment, found.weight, found.height, found.response, found.margin)
    _best_shifts(rates, share, floor, ceiling, *classes_of, segments if together else 1, shift, asked)
    by_segment = *present.shape[:-2], 1, segments
    moved = present + shift.reshape(by_segment)
    np.clip(moved, np.minimum(floor, ceiling)[:, None], ceiling[:, None], out=moved)
    return np.where(asked.reshape(by_segment), moved, present)


@kernel
def _best_shifts(
    present: Reals,  # [R, p, s]
    share: Reals,  # [R, p, s]
    floor: float,
    ceiling: Reals,  # [p]
    segment: Integers,  # [c]
    weight: Reals,  # [c]
    height: Reals,  # [c]
    response: Reals,  # [c]
    margin: Reals,  # [c]
    together: int,
    shift: Reals,  # [slices]
    asked: Flags,  # [slices]
) -> None:
    """The best shift of every so many segments together, where they have classes, which `asked` says."""
    segments, last = present.shape[2], 0
    for begin in range(0, shift.size, together):
        first, end = last, begin + together
        while last < segment.size and segment[last] < end:
            last += 1
        if last == first:
            continue
        r, s, own = begin // segments, begin % segments, slice(first, last)
        these = slice(s, s + together)
        asked[begin:end] = True
        shift[begin:end] = _best_shift(
            present[r, :, these], share[r, :, these], floor, ceiling, segment[own] - begin, weight[own], height[own],
            response[own], margin[own],
        )  # fmt: skip


@kernel
def _best_shift(
    present: Reals,  # [p, s]
    share: Reals,  # [p, s]
    floor: float,
    ceiling: Reals,  # [p]
    segment: Integers,  # [c]
    weight: Reals,  # [c]
    height: Reals,  # [c]
    response: Reals,  # [c]
    margin: Reals,  # [c]
) -> float:
    average, moved = np.empty(present.shape[1]), np.empty(present.shape[1])
    terms = (present, share, floor, ceiling, segment, weight, height, response, margin, average, moved)
    low, high = np.inf, -np.inf
    for p in range(present.shape[0]):
        for s in range(present.shape[1]):
            low = min(low, min(floor, ceiling[p]) - present[p, s])
            high = max(high, ceiling[p] - present[p, s])
    if segment.size > 1:
        width = (high - low) / GRID
        best = _best_point(low, width, terms)
        low, high = low + max(best - 1, 0) * width, low + min(best + 1, GRID) * width
    for _ in range(HALVINGS):
        middle = 0.5 * (low + high)
        _, rise = _earned(middle, terms)
        if middle == (low if rise > 0.0 else high):
            break  # no double lies between: further halvings change nothing
        if rise > 0.0:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)


@kernel
def _best_point(low: float, width: float, terms: Terms) -> int:
    """The point of the grid where F is highest, the first of several; all points together, a class after another."""
    present, share, floor, ceiling, segment, weight, height, response, margin, _, _ = terms
    average = np.zeros((present.shape[1], GRID + 1))
    for s in range(present.shape[1]):
        for p in range(present.shape[0]):
            _add_rates(low, width, present[p, s], share[p, s], floor, ceiling[p], average[s])
    earned = np.zeros(GRID + 1)
    for c in range(segment.size):
        _add_earned(weight[c], height[c], response[c], margin[c], average[segment[c]], earned)
    return int(np.argmax(earned))


# short loops over the points of the grid, so that they are vectorised


@kernel
def _add_rates(
    low: float,
    width: float,
    present: float,
    share: float,
    floor: float,
    ceiling: float,
    average: Reals,  # [g]
) -> None:
    for g in range(average.size):
        average[g] += share * min(max(present + (low + g * width), floor), ceiling)


@kernel
def _add_earned(
    weight: float,
    height: float,
    response: float,
    margin: float,
    average: Reals,  # [g]
    earned: Reals,  # [g]
) -> None:
    for g in range(average.size):
        odds = exp(-(height + response * average[g]))
        earned[g] += weight * (1.0 / (1.0 + odds)) * (margin - average[g])


@kernel
def _earned(x: float, terms: Terms) -> tuple[float, float]:
    """F at a shift x of the rates, and its derivative (by the average rate, where there is one segment only)."""
    present, share, floor, ceiling, segment, weight, height, response, margin, average, moved = terms
    alone = present.shape[1] == 1
    for s in range(present.shape[1]):
        average[s] = 0.0
        moved[s] = 1.0 if alone else 0.0
        for p in range(present.shape[0]):
            rate = present[p, s] + x
            inside = floor < rate < ceiling[p]
            average[s] += share[p, s] * min(max(rate, floor), ceiling[p])
            moved[s] += share[p, s] if inside and not alone else 0.0
    earned, rise = 0.0, 0.0
    for c in range(segment.size):
        s = segment[c]
        odds = exp(-(height[c] + response[c] * average[s]))
        taken = 1.0 / (1.0 + odds)
        left = odds / (1.0 + odds) if odds < np.inf else 1.0
        gain = margin[c] - average[s]
        earned += weight[c] * taken * gain
        rise += weight[c] * taken * (response[c] * left * gain - 1.0) * moved[s]
    return earned, rise
