"""Whole numbers shared in parts: each gets its part rounded down, those with the largest remainders one more."""

from __future__ import annotations

import numpy as np

from sim.base.arrays import Integers, Reals


def cut(asked: Integers, room: Integers) -> Integers:
    """What each of asked[r, n] gets of so many units, room[r]: int64[r, n].

    Of equal remainders the lowest row comes first.
    """
    total, given = asked.sum(axis=1), asked.copy()
    given[room <= 0] = 0
    over = np.flatnonzero((total > room) & (room > 0))
    if over.size:
        given[over] = _shared(asked[over], total[over, None], room[over, None])
    return given


def _shared(asked: Integers, total: Integers, room: Integers) -> Integers:
    given, rest = np.divmod(asked * room, total)
    rank = np.empty_like(given)
    ranks = np.arange(given.shape[1])[None]
    np.put_along_axis(rank, np.argsort(-rest, axis=1, kind="stable"), np.broadcast_to(ranks, given.shape), axis=1)
    return np.asarray(given + (rank < room - given.sum(axis=1, keepdims=True)))


def shared_out(number: int, weights: Reals) -> Integers:
    """A number shared by weights in whole parts, the largest remainders served first, then the lowest index."""
    exact = number * weights / weights.sum()
    whole = np.floor(exact).astype(np.int64)
    order = np.argsort(whole - exact, kind="stable")
    whole[order[: number - int(whole.sum())]] += 1
    return whole
