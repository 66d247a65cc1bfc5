"""Onload that follows commission: due as it is accrued, paid as it is paid, back with what comes back.

Each partner's onload is kept as one sum beside its commission, so that what is paid of the one is paid of the other in
proportion, to the last minor unit. Notation: n rows; amounts are int64[n], minor units.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.base.arrays import Integers


class Advances(NamedTuple):
    """Commission advanced: what is left of it, and what has become of the rest this month."""

    left: Integers
    written_down: Integers
    back: Integers
    lost: Integers


class Settled(NamedTuple):
    """What became of commission owed this month."""

    left: Integers
    """owed or held back still; below 0: the partner owes it"""
    paid: Integers
    """paid, kept or set off"""
    forfeited: Integers
    written_off: Integers
    """debit balances"""


def part(amount: Integers, share: Integers, whole: Integers) -> Integers:
    """Amount x share / whole, rounded half to even; nothing of nothing."""
    found = np.divide(amount * share.astype(np.float64), whole, out=np.zeros(amount.size), where=whole != 0)
    return np.rint(found).astype(np.int64)


def of_advances(ahead: Integers, advances: Advances) -> tuple[Integers, Integers, Integers]:
    """Take off the onload paid ahead what has become cost, what goes back with advances, and what is lost with them."""
    whole, whole_onload = np.add.reduce(advances), ahead.copy()
    taken, reached = [], whole.copy()
    for amount in advances[1:]:
        reached -= amount
        left = part(whole_onload, reached, whole)
        taken.append(ahead - left)
        ahead[:] = left
    return taken[0], taken[1], taken[2]


def settle(owed: Integers, settled: Settled, highest: float, usual: float) -> tuple[Integers, Integers, Integers]:
    """Take off the onload owed what is paid, what is forfeited with held commission, what is lost with debit balances.

    Parameters
    ----------
    owed : onload on what is settled; on return on what is left of it
    highest, usual : rate that none is above, and the rate where the balance of commission tells none
    """
    before = settled.left + settled.paid + settled.forfeited - settled.written_off
    forfeited = np.maximum(part(owed, settled.forfeited, before), 0)
    owed -= forfeited
    before = before - settled.forfeited
    rate = np.divide(owed, before, out=np.full(owed.size, usual), where=before != 0)
    rate = np.where((rate >= 0.0) & (rate <= highest), rate, usual)
    paid = np.rint(rate * settled.paid).astype(np.int64)
    owed -= paid
    open_still = settled.left - settled.written_off
    rest = np.where((open_still <= 0) & (owed > 0), owed, 0)  # nothing is left that it could wait for
    owed -= rest
    lost = np.where(settled.written_off > 0, np.maximum(-owed, 0), 0)
    owed += lost
    return paid + rest, forfeited, lost
