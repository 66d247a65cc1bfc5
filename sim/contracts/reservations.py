"""Reservations of finite units: made by some customers, bought with a chance a month, else given back.

Notation: i row, n rows, s slice.
"""

from __future__ import annotations

import numpy as np

from sim.base.arrays import Counts, Flags, Integers, Reals, Words
from sim.base.kernels import kernel
from sim.base.luck import uniform
from sim.base.samplers import binomial_from_uniform


@kernel
def buy(
    edges: Words,
    chance: Reals,
    keys: Words,
    word: np.uint64,
    dearer: int,
    reserved: Counts,
    bought: Integers,
    saved: Integers,
    due: Integers,
    sold: Integers,
) -> None:
    """Let customers with reservations of one age buy, each with the chance of its slice.

    Parameters
    ----------
    chance : float64[slices]
    keys : uint64[n], word : uint64
        Luck and the purpose of the draw.
    dearer : int
        By how much a unit's price has risen since, where the price is held; else 0.
    reserved : int32[n], bought, saved : int64[n]
        What is bought is taken off the first and added to the second, what customers save by it to the third.
    due, sold : int64[slices]
        Written: reserved before, and bought.
    """
    for s in range(edges.size - 1):
        due[s] = sold[s] = 0
        for i in range(edges[s], edges[s + 1]):
            there = reserved[i]
            if there > 0:
                taken = binomial_from_uniform(there, chance[s], uniform(keys[i], word))
                reserved[i] = there - taken
                bought[i] += taken
                saved[i] += taken * dearer
                due[s] += there
                sold[s] += taken


@kernel
def come_back(edges: Words, gone: Flags, reserved: Counts, back: Integers) -> None:
    """Take the reservations of rows that are gone, bool[n], off reserved[n]; add them up by slice: int64[slices]."""
    for s in range(edges.size - 1):
        for i in range(edges[s], edges[s + 1]):
            if gone[i]:
                back[s] += reserved[i]
                reserved[i] = 0


@kernel
def make(
    edges: Words,
    share: Reals,
    keys: Words,
    word: np.uint64,
    granted: Integers,
    made: Integers,
    asked: Integers,
    drawn: Integers,
) -> None:
    """How many of the customers granted[n] reserve, each with the share[slices] of its slice.

    Written are made[n] and, by slice, the customers and those of them who reserve: asked[slices], drawn[slices].
    """
    for s in range(edges.size - 1):
        asked[s] = drawn[s] = 0
        for i in range(edges[s], edges[s + 1]):
            made[i] = 0
            asked[s] += granted[i]
            if granted[i] > 0 and share[s] > 0.0:
                made[i] = binomial_from_uniform(granted[i], share[s], uniform(keys[i], word))
                drawn[s] += made[i]
