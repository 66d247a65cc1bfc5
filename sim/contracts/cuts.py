"""Sales that a limit does not allow: they are cut, shared over what was asked by largest remainder.

Notation: i partner, s segment, k kind of sale (a product, or a product and contract year).
"""

from __future__ import annotations

import numpy as np

from sim.base.arrays import Counts, Flags, Integers, Reals, Words
from sim.base.functions import round_line
from sim.base.kernels import AT_HAND, kernel

SAFE_BITS = 31  # a product of two such numbers fits 64 bits


@kernel
def cut(
    edges: Words,
    price: Integers,
    noted: Integers,
    taking: bool,
    contracts: Integers,
    premium: Integers,
    count: Integers,
    lapsed: Counts,
    refused: Integers,
) -> None:
    """Cut sales so that they pass neither each partner's room of contracts nor, of those left, its room of premium.

    Parameters
    ----------
    price : int64[K, segments]
        What a sale takes of the room of premium.
    noted : int64[K]
        Row of `lapsed` that a refused renewal is noted in; -1: none.
    taking : bool
        Whether the sales made are taken off the rooms.
    contracts, premium : int64[n]
        Room that is left; negative: no limit.
    count : int64[K, n]
        Sales asked for; on return those made.
    lapsed : int32[ages, n]
    refused : int64[K, slices]
        Sales refused, added to.
    """
    kinds = price.shape[0]
    each = np.ones(kinds, np.int64)
    work = np.empty(kinds, np.int64), np.empty(kinds, np.int64), np.empty(kinds, np.int64)
    amounts, marks = np.empty((2, AT_HAND), np.int64), np.empty(AT_HAND, np.bool_)
    for s in range(edges.size - 1):
        prices = price[:, s % price.shape[1]]
        for first in range(edges[s], edges[s + 1], AT_HAND):
            last = min(first + AT_HAND, edges[s + 1])
            number, value, over = amounts[0, : last - first], amounts[1, : last - first], marks[: last - first]
            number[:] = 0
            value[:] = 0
            for k in range(kinds):
                _add(prices[k], count[k, first:last], number, value)
            passed = _compare(number, value, contracts[first:last], premium[first:last], over)
            for at in range(last - first if passed > 0 else 0):
                if not over[at]:
                    continue
                i = first + at
                if (contracts[i] >= 0) & (number[at] > contracts[i]):
                    number[at], value[at] = _refuse(
                        i, s, each, prices, number[at], contracts[i], noted, count, lapsed, refused, work
                    )
                if (premium[i] >= 0) & (value[at] > premium[i]):
                    number[at], value[at] = _refuse(
                        i, s, prices, prices, value[at], premium[i], noted, count, lapsed, refused, work
                    )
            if taking:
                _take(number, contracts[first:last])
                _take(value, premium[first:last])


# short loops, so that they are vectorised


@kernel
def _add(price: int, count: Integers, number: Integers, value: Integers) -> None:
    for i in range(count.size):
        number[i] += count[i]
        value[i] += price * count[i]


@kernel
def _compare(number: Integers, value: Integers, contracts: Integers, premium: Integers, over: Flags) -> int:
    """Mark rows that pass a room; how many."""
    count = 0
    for i in range(contracts.size):
        many, dear = (contracts[i] >= 0) & (number[i] > contracts[i]), (premium[i] >= 0) & (value[i] > premium[i])
        over[i] = many | dear
        count += many | dear
    return count


@kernel
def _take(amount: Integers, room: Integers) -> None:
    """Take the sales made off what is left."""
    for i in range(room.size):
        room[i] = max(room[i] - amount[i], 0) if room[i] >= 0 else room[i]


@kernel
def _refuse(
    i: int,
    s: int,
    takes: Integers,  # [K], of the room
    prices: Integers,  # [K]
    total: int,
    room: int,
    noted: Integers,
    count: Integers,
    lapsed: Counts,
    refused: Integers,
    work: tuple[Integers, Integers, Integers],  # [K] each
) -> tuple[int, int]:
    """Cut the sales of row i, which would take `total` of its room; number and value of those made."""
    asked, granted, rest = work
    for k in range(takes.size):
        asked[k] = count[k, i]
    _share(takes, total, room, asked, granted, rest)
    number, value = 0, 0
    for k in range(takes.size):
        count[k, i] = granted[k]
        refused[k, s] += asked[k] - granted[k]
        if noted[k] >= 0:
            lapsed[noted[k], i] += asked[k] - granted[k]
        number += granted[k]
        value += prices[k] * granted[k]
    return number, value


@kernel
def _share(value: Integers, total: int, room: int, asked: Integers, granted: Integers, rest: Integers) -> None:
    """Share a room over what was asked, all int64[K]: whole parts, then the largest remainders that fit."""
    if room == 0:
        granted[:] = 0
        return
    bits = 0
    while total >> bits >= 1 << SAFE_BITS:
        bits += 1
    top, bottom = room >> bits, (total >> bits) + (bits > 0)  # never more than room / total
    for k in range(asked.size):
        granted[k] = asked[k] * top // bottom if asked[k] > 0 else 0
        rest[k] = asked[k] * top - granted[k] * bottom
        room -= value[k] * granted[k]
    while True:
        best = -1
        for k in range(asked.size):
            if rest[k] > 0 and value[k] <= room and (best < 0 or rest[k] > rest[best]):
                best = k
        if best < 0:
            return
        granted[best] += 1
        room -= value[best]
        rest[best] = 0


@kernel
def hold_premium(
    edges: Words,
    in_scheme: Flags,
    per_blank: int,
    kept: Reals,
    count: Integers,
    premium: Integers,
) -> None:
    """Hold the premium of contracts written on blanks at what their blanks can bring, net of the commission kept.

    Parameters
    ----------
    in_scheme : bool[n]
    per_blank : int
    kept : float64[segments]
        Share of the premium that a partner surely keeps.
    count, premium : int64[n]
    """
    for s in range(edges.size - 1):
        rate, first, last = kept[s % kept.size], edges[s], edges[s + 1]
        if not _any_above(in_scheme[first:last], per_blank, count[first:last], premium[first:last]):
            continue
        for i in range(first, last):
            most = count[i] * per_blank
            if not in_scheme[i] or premium[i] <= most or premium[i] - round_line(rate, premium[i]) <= most:
                continue
            premium[i] = min(int(most / (1.0 - rate)) + 1, premium[i]) if rate < 1.0 else premium[i]
            while premium[i] - round_line(rate, premium[i]) > most:
                premium[i] -= 1


@kernel
def _any_above(in_scheme: Flags, per_blank: int, count: Integers, premium: Integers) -> bool:
    """Whether any premium is above what its blanks can bring; a short loop, so that it is vectorised."""
    found = False
    for i in range(count.size):
        found |= in_scheme[i] & (premium[i] > count[i] * per_blank)
    return found
