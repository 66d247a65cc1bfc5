"""Money that a contract carries from year to year: what a year leaves over, set off against later years.

Notation: m rows, y years carried. Amounts are in minor units, 0 or more.
"""

from __future__ import annotations

from typing import Literal

import numpy as np

from sim.base.arrays import Integers
from sim.base.units import MINOR_PER_MAJOR, MONTHS_PER_YEAR, WholeMonths
from sim.policy.rule import Memory

Carry = WholeMonths | Literal["forever"]
LONGEST_CARRY = 20 * MONTHS_PER_YEAR


def check(name: str, carry: Carry) -> None:
    """Refuse a part of a year.

    Raises
    ------
    ValueError
    """
    if carry != "forever" and (carry % MONTHS_PER_YEAR or carry > LONGEST_CARRY):
        raise ValueError(f"{name} is in whole years up to 20, such as 3y, or forever")


def years(carry: Carry) -> int:
    """Entries that are needed: one a year, or one for all."""
    return 1 if carry == "forever" else carry // MONTHS_PER_YEAR


def set_off(room: Integers, held: Integers) -> Integers:
    """Take what is held[y, m] off, the oldest first, as far as there is room[m]; returns what was taken, int64[m]."""
    left = np.maximum(room, 0)
    taken = np.zeros_like(left)
    for one in held[::-1]:
        used = np.minimum(left - taken, one)
        one -= used
        taken += used
    return taken


def take_in(new: Integers, held: Integers, carry: Carry) -> None:
    """Make what is held[y, m], the youngest first, a year older, and put in what is new[m]; the oldest expires."""
    if carry == "forever":
        held[0] += new
    elif len(held):
        held[1:] = held[:-1].copy()
        held[0] = new


def shown(memory: Memory, i: int) -> dict[str, float]:
    """What row i carries, major units, as far as its rule carries anything."""
    held = {"deficit": memory["deficits"], "credit": memory["credits"]}
    return {name: int(column[:, i].sum()) / MINOR_PER_MAJOR for name, column in held.items() if len(column)}
