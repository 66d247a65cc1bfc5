"""A sum of real numbers with the same bits on every Python: the built-in one compensates from Python 3.12 on."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from operator import add


def sum_in_turn(parts: Iterable[float]) -> float:
    """The parts, added one after the other from the left: ((0 + x1) + x2) + ..."""
    return reduce(add, parts, 0.0)
