"""How the market stands before the first month: who is there and with whom, and what partners think of us."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.base.arrays import Reals
from sim.engine.stages import offers
from sim.partners.choice import open_choices, softmax
from sim.partners.columns import ABSENT, ACTIVE

if TYPE_CHECKING:
    from sim.engine.model import PartnerNetwork

LONG_AGO = -(2**14)  # a month of entry before any ramp


def open_market(model: PartnerNetwork) -> None:
    """Give every partner its status and opening choice."""
    table, population = model.table, model.population
    table.status[:] = np.where(population.spare, ABSENT, ACTIVE)
    table.entered[:] = LONG_AGO
    table.reliability[:] = model.plan.seen["reliability"][0, model.t]
    table.share[0, population.direct] = 1.0
    offers.see(model)
    for kind in model.plan.kinds:
        odds = opening_odds(model, kind.position)
        rows = slice(kind.first, kind.last)
        open_choices(*_ends(rows), odds, population.us_share, population.rank, kind.multi, table.share, table.principal)
        table.share[:, rows] *= ~population.spare[rows]
    table.share_then[:] = table.share[0]


def opening_odds(model: PartnerNetwork, s: int) -> Reals:
    """Choice probabilities of a segment without inertia, with the mean utility of our offer."""
    utility = offers.mean_utilities(model, s)
    odds = np.zeros(utility.size)
    softmax(utility, odds)
    return odds


def _ends(rows: slice) -> tuple[int, int]:
    return int(rows.start), int(rows.stop)
