"""How the market stands before the first month: who is there and with whom, and what partners think of us."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.engine import offers
from sim.partners.choice import open_choices, softmax
from sim.partners.columns import ABSENT, ACTIVE

if TYPE_CHECKING:
    from sim.engine.model import PartnerNetwork

LONG_AGO = -(2**14)  # a month of entry before any ramp


def open_market(model: PartnerNetwork) -> None:
    """Give every partner its status and opening choice."""
    table, plan = model.table, model.plan
    table.status[:] = np.where(plan.population.spare, ABSENT, ACTIVE)
    table.entered[:] = LONG_AGO
    table.reliability[:] = plan.seen["reliability"][0, model.t]
    table.share[0, plan.population.direct] = 1.0
    offers.see(model)
    for kind in plan.kinds:
        odds = opening_odds(model, kind.position)
        us_share = np.where(plan.population.spare, 0.0, plan.population.us_share)
        open_choices(
            kind.first, kind.last, odds, us_share, plan.population.rank, kind.multi, table.share, table.principal
        )
        absent = slice(kind.first, kind.last)
        table.share[:, absent] *= ~plan.population.spare[absent]
    table.share_then[:] = table.share[0]


def opening_odds(model: PartnerNetwork, s: int) -> np.ndarray:
    """Choice probabilities of a segment without inertia, with the mean utility of our offer."""
    kind = model.plan.kinds[s]
    utility = offers.rival_utilities(model, kind)
    there = slice(kind.first, kind.last)
    mean = float(model.table.offer[there].mean()) if kind.last > kind.first else 0.0
    utility[0] = offers.our_utility(model, kind, mean, model.plan.seen["reliability"][0, model.t])
    odds = np.zeros(utility.size)
    softmax(utility, odds)
    return odds
