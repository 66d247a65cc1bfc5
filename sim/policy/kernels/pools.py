"""Pools: one amount shared by points, to the last minor unit.

Notation: i row, r replication; n rows, R replications. Points are whole numbers, 0 or more, of a sum below 2^62.

Method: Hamilton's (largest remainder), of equal remainders the lowest row first; exact integers throughout.
"""

from __future__ import annotations

import numpy as np

from sim.base.arrays import Integers
from sim.base.kernels import kernel

NO_LIMIT = -1
_BITS = 63


@kernel
def share_out(pool: Integers, points: Integers, most: int, to_others: bool, out: Integers) -> None:
    """Share the pool[R] of each replication by points[n]; what nobody gets stays where it is.

    Parameters
    ----------
    pool, points : int64[R], int64[n]
    most : int
        For one row; NO_LIMIT: any.
    to_others : bool
        What `most` cuts is shared by the others, as long as one of them may have more.
    out : int64[n]
        Written: the share of each.
    """
    rows = points.size // pool.size
    for r in range(pool.size):
        first = r * rows
        _share_one(pool[r], points[first : first + rows].copy(), most, to_others, out[first : first + rows])


@kernel
def _share_one(pool: int, points: Integers, most: int, to_others: bool, out: Integers) -> None:
    """Share one pool; points[n] of those that have all they may are set to 0."""
    out[:] = 0
    left = pool
    parts = np.zeros(points.size, dtype=np.int64)
    for _ in range(points.size):
        if left <= 0 or points.sum() == 0:
            return
        _parts(left, points, parts)
        full = 0
        for i in range(points.size):
            if points[i] > 0 and most >= 0 and parts[i] > most:
                out[i] = most
                full += 1
                if to_others:
                    left -= most
                    points[i] = 0
            elif points[i] > 0:
                out[i] = parts[i]
        if full == 0 or not to_others:
            return


@kernel
def _parts(pool: int, points: Integers, out: Integers) -> None:
    """Write the parts of a pool by points[n], not all 0: rounded down, and one more for the largest remainders."""
    total = points.sum()
    rest = np.zeros(points.size, dtype=np.int64)
    left = pool
    for i in range(points.size):
        out[i], rest[i] = _multiplied_and_divided(points[i], pool, total)
        left -= out[i]
    for i in np.argsort(-rest, kind="mergesort")[:left]:
        out[i] += 1


@kernel
def _multiplied_and_divided(part: int, pool: int, total: int) -> tuple[int, int]:
    """part x pool // total and the remainder, for part <= total: bit by bit, as the product may pass 64 bits."""
    whole, rest = 0, 0
    for bit in range(_BITS - 1, -1, -1):
        whole, rest = 2 * whole, 2 * rest
        if rest >= total:
            whole, rest = whole + 1, rest - total
        if (pool >> bit) & 1:
            rest += part
        if rest >= total:
            whole, rest = whole + 1, rest - total
    return whole, rest
