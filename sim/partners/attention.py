"""Attention: what is left of it, and whom to call.

Notation: i partner, A attention.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.base.arrays import Flags, Months, Places, Reals

LONGEST = int(np.iinfo(np.int16).max)  # months that a partner can be without a call, as they are counted
NOBODY: Places = np.zeros(0, dtype=np.intp)


def fade(attention: Reals, new: Flags, kept: float, floor: float) -> None:
    """Let what is above the floor fade by a month, in place; newcomers have all of it."""
    attention[:] = np.where(new, 1.0, floor + (attention - floor) * kept)


def wait(unattended: Months, called: Places) -> None:
    """A month more since the last call, in place, but for those who are called now."""
    np.add(unattended, 1, out=unattended, where=unattended < LONGEST)
    unattended[called] = 0


def lifted(attention: Reals, gain: Reals | float) -> Reals:
    """What a contact makes of it: A + gain (1 - A)."""
    return np.asarray(attention + gain * (1.0 - attention))


def first_by(keys: Sequence[Reals | Months], among: Flags, most: int) -> Places:
    """The so many of those that are marked with the highest of the first key, ties by the next, then by place.

    Parameters
    ----------
    keys : arrays [n] each
    among : bool[n]
    most : int
        At least 0.

    Returns
    -------
    intp[at most `most`], in no order.
    """
    rows, chosen, left = np.flatnonzero(among), [], most
    for key in keys:
        if left == 0 or left >= rows.size:
            break
        values = key[rows]
        edge = np.partition(values, rows.size - left)[rows.size - left]
        chosen.append(rows[values > edge])
        left -= chosen[-1].size
        rows = rows[values == edge]
    return np.concatenate([*chosen, rows[:left]])


@dataclass(frozen=True)
class Calls:
    """The calls of a month: whom first (`sim.policy.terms.contacts`), what each brings back, how many."""

    rule: str
    gain: float
    most: int

    def make(self, left: Reals, unattended: Months, premium: Reals) -> tuple[Places, int]:
        """Raise the attention of those who are called, in place; who was called in person, and how many calls it is."""
        among = premium > 0.0
        if self.rule == "even":
            number = int(np.count_nonzero(among))
            left[among] = lifted(left[among], self.gain * min(1.0, self.most / max(number, 1)))
            return NOBODY, min(self.most, number)
        chosen = first_by(self._keys(left, unattended, premium), among, self.most)
        left[chosen] = lifted(left[chosen], self.gain)
        return chosen, chosen.size

    def _keys(self, left: Reals, unattended: Months, premium: Reals) -> list[Reals | Months]:
        """Who is called first: the highest."""
        if self.rule == "longest":
            return [unattended, premium]
        return [premium if self.rule == "largest" else (1.0 - left) * premium]
