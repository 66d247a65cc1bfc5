"""Sales that a limit does not allow: they are cut, shared over what was asked by largest remainder.

Notation: i partner, s segment, k kind of sale (a product, or a product and contract year).
"""

from __future__ import annotations

import numpy as np

from sim.base.arrays import Counts, Flags, Integers, Reals, Words
from sim.base.functions import round_line
from sim.base.kernels import kernel

SAFE_BITS = 31  # a product of two such numbers fits 64 bits


@kernel
def cut(
    edges: Words,
    value: Integers,
    noted: Integers,
    room: Integers,
    count: Integers,
    lapsed: Counts,
    refused: Integers,
) -> None:
    """Cut sales so that their value does not pass each partner's room; `take` then takes it off.

    Parameters
    ----------
    value : int64[K, segments]
        What a sale takes of the room.
    noted : int64[K]
        Row of `lapsed` that a refused renewal is noted in; -1: none.
    room : int64[n]
        What is left; negative: no limit.
    count : int64[K, n]
        Sales asked for; on return those made.
    lapsed : int32[ages, n]
    refused : int64[K, slices]
        Sales refused, added to.
    """
    kinds = value.shape[0]
    asked, granted, rest = np.empty(kinds, np.int64), np.empty(kinds, np.int64), np.empty(kinds, np.int64)
    total = np.zeros(room.size, np.int64)
    for s in range(edges.size - 1):
        first, last, column = edges[s], edges[s + 1], s % value.shape[1]
        for k in range(kinds):
            _add(value[k, column], count[k, first:last], total[first:last])
        for i in range(first, last):
            if room[i] < 0 or total[i] <= room[i]:
                continue
            for k in range(kinds):
                asked[k] = count[k, i]
            _share(value[:, column], total[i], room[i], asked, granted, rest)
            for k in range(kinds):
                count[k, i] = granted[k]
                refused[k, s] += asked[k] - granted[k]
                if noted[k] >= 0:
                    lapsed[noted[k], i] += asked[k] - granted[k]


@kernel
def _add(value: int, count: Integers, total: Integers) -> None:
    for i in range(total.size):
        total[i] += value * count[i]


@kernel
def _share(value: Integers, total: int, room: int, asked: Integers, granted: Integers, rest: Integers) -> None:
    """Share a room over what was asked, all int64[K]: whole parts, then the largest remainders that fit."""
    bits = 0
    while total >> bits >= 1 << SAFE_BITS:
        bits += 1
    top, bottom = room >> bits, (total >> bits) + (bits > 0)  # never more than room / total
    for k in range(asked.size):
        granted[k] = asked[k] * top // bottom
        rest[k] = asked[k] * top % bottom
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
def take(
    edges: Words,
    value: Integers,  # [K, segments]
    count: Integers,  # [K, n]
    room: Integers,
) -> None:
    """Take the value of the sales made, as in `cut`, off what is left."""
    total = np.zeros(room.size, np.int64)
    for s in range(edges.size - 1):
        for k in range(value.shape[0]):
            _add(value[k, s % value.shape[1]], count[k, edges[s] : edges[s + 1]], total[edges[s] : edges[s + 1]])
    for i in range(room.size):
        room[i] = max(room[i] - total[i], 0) if room[i] >= 0 else room[i]


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
        rate = kept[s % kept.size]
        for i in range(edges[s], edges[s + 1]):
            most = count[i] * per_blank
            if not in_scheme[i] or premium[i] <= most or premium[i] - round_line(rate, premium[i]) <= most:
                continue
            premium[i] = min(int(most / (1.0 - rate)) + 1, premium[i]) if rate < 1.0 else premium[i]
            while premium[i] - round_line(rate, premium[i]) > most:
                premium[i] -= 1
