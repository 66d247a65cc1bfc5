"""Who moved where: where partners stand at the ends of quarters, and how many went from one place to another.

Places: the principals (0 is us), then left the market, defaulted, not there yet.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.base.arrays import Integers
from sim.partners.columns import ABSENT, DEFAULTED, LEFT

if TYPE_CHECKING:
    from sim.engine.model import PartnerNetwork

OUTSIDE = (LEFT, DEFAULTED, ABSENT)  # statuses that are places, after the principals
QUARTER = 3


class Moves:
    """Partners by place at the last quarter's end, and the moves of each quarter of the horizon since.

    Attributes
    ----------
    by_quarter : list of int64[place, place]
        Partners from each place to each, those that stay outside left out; the first and the last quarter may be short.
    """

    def __init__(self, model: PartnerNetwork) -> None:
        self.size = len(model.plan.principals) + len(OUTSIDE)
        self.places = places(model)
        self.by_quarter: list[Integers] = []

    def see(self, model: PartnerNetwork) -> None:
        """Count at a close: at the opening, and where a calendar quarter or the horizon ends."""
        if model.month < -1:
            return
        if model.month >= 0 and (model.ordinal + 1) % QUARTER and model.month + 1 < model.plan.months:
            return
        now = places(model)
        if model.month >= 0:
            self.by_quarter.append(counted(self.places, now, self.size))
        self.places = now


def places(model: PartnerNetwork) -> Integers:
    """Place of each partner: its principal, the one with the largest share where it has several; int64[partner]."""
    table, partners = model.table, slice(0, model.population.direct)
    found: Integers = table.principal[partners].astype(np.int64)
    for kind in model.plan.kinds:
        if kind.multi:
            found[kind.first : kind.last] = table.share[:, kind.first : kind.last].argmax(axis=0)
    status = table.status[partners]
    for place, outside in enumerate(OUTSIDE, start=len(model.plan.principals)):
        found[status == outside] = place
    return found


def counted(before: Integers, after: Integers, size: int) -> Integers:
    """Partners from each place to each: int64[size, size]; those outside that stay where they are count nothing."""
    found = np.bincount(before * size + after, minlength=size * size).reshape(size, size)
    outside = np.arange(size - len(OUTSIDE), size)
    found[outside, outside] = 0
    return found


def flows(model: PartnerNetwork) -> Integers:
    """Moves of the horizon: int64[quarter, place from, place to]."""
    return np.array(model.moves.by_quarter, dtype=np.int64).reshape(-1, model.moves.size, model.moves.size)
