"""Whole units for more requests than there are: each gets its part rounded down, those cut most one more."""

from __future__ import annotations

import numpy as np

from sim.base.arrays import Integers


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
