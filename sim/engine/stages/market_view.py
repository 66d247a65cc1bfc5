"""What is public of the market, gathered for rivals whose strategies look at it; nothing where none does.

Notation: p product, s segment, k principal (0 is us).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.base.arrays import Reals
from sim.engine.stages import offers
from sim.market.strategy import Economics, MarketView

if TYPE_CHECKING:
    from sim.engine.model import PartnerNetwork


def gather(model: PartnerNetwork) -> MarketView | None:
    """Last month's market, or None where no rival needs it or no month has been played."""
    if not any(rival.sees_market for rival in model.rivals) or not model.market_volumes.any():
        return None
    plan, by_segment = model.plan, model.plan.by_segment
    volumes = model.market_volumes.copy()
    volumes[:, 0] -= by_segment.pull * volumes.sum(axis=1)  # who asks for us by name follows no commission
    carriage = plan.carriage.by_segment()
    per_unit = (carriage.effective(np.ones((1, 1))) - carriage.effective(np.zeros((1, 1))))[:, 0]
    return MarketView(
        offers=np.array([model.our_rates, *(rival.public for rival in model.rivals)]),
        shares=model.market_shares,
        volumes=volumes,
        reviewing=volumes * _reviewing(model),
        utilities=np.array([offers.mean_utilities(model, kind.position) for kind in plan.kinds]),
        response=model.weights["commission"] * per_unit,
        inertia=by_segment.inertia,
        split=~by_segment.single,
        product_weights=offers.product_weights(model, model.trailing.mean(axis=0)),
        caps=caps(model)[:, 0],
        paid_within=plan.paid_within,
    )


def _reviewing(model: PartnerNetwork) -> Reals:
    """Chance that a partner reviews this month, by segment and by the principal it is with."""
    chance = np.repeat(model.plan.by_segment.review[:, model.t, None], len(model.plan.principals), axis=1)
    for k, rival in enumerate(model.rivals, start=1):
        if rival.gone:
            chance[:, k] = 1.0
    return chance


def economics(model: PartnerNetwork, owner: str) -> Economics:
    """What an owner knows of its own brands; a brand that has left is none of them."""
    found = np.zeros((3, len(model.plan.principals)))
    for k, rival in enumerate(model.rivals, start=1):
        if rival.owner == owner and not rival.gone:
            found[:, k] = 1.0, rival.loss_ratio(), rival.rival.expense_ratio
    return Economics(found[0] > 0.0, found[1], found[2])


def caps(model: PartnerNetwork) -> Reals:
    """The regulator's cap on commission this month, for everybody: float64[product, 1], infinite without a cap."""
    return model.plan.book.caps_at(model.ordinal)[:, None]
