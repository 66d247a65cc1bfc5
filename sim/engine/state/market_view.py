"""What is public of the market of all replications, gathered for rivals whose strategies look at it.

Notation: R replications, p product, s segment, k principal (0 is us).
"""

from __future__ import annotations

import numpy as np

from sim.base.arrays import Reals
from sim.engine.state.market import Market
from sim.engine.state.now import Now
from sim.market.strategy import Economics, MarketView
from sim.market.terms import Rival


def gather(now: Now, market: Market) -> MarketView:
    """Last month's market."""
    plan, by_segment = now.plan, now.plan.by_segment
    volumes = market.volumes.copy()
    volumes[..., 0] -= market.pull * volumes.sum(axis=2)  # who asks for us by name follows no commission
    carriage = now.rivals_carriage
    per_unit = (carriage.effective(np.ones((1, 1))) - carriage.effective(np.zeros((1, 1))))[:, 0]
    return MarketView(
        offers=np.concatenate([market.our_rates[:, None], market.public], axis=1),
        shares=market.shares,
        volumes=volumes,
        reviewing=volumes * _reviewing(now, market),
        utilities=market.mean_utilities(),
        response=market.weights["commission"] * per_unit,
        inertia=by_segment.inertia,
        split=by_segment.multi,
        product_weights=market.product_weights(),
        caps=now.caps[:, 0],
        paid_within=plan.paid_within,
    )


def _reviewing(now: Now, market: Market) -> Reals:
    """Chance that a partner reviews this month, by segment and by the principal it is with: float64[R, s, k]."""
    chance = np.broadcast_to(now.plan.by_segment.review[:, now.t, None], market.volumes.shape).copy()
    rivals = chance[:, :, 1 : 1 + market.gone.shape[1]]
    np.copyto(rivals, 1.0, where=market.gone[:, None])
    return chance


def economics(now: Now, market: Market, owner: str) -> Economics:
    """What an owner knows of its own brands; a brand that has left is none of them."""
    own, losses, expenses = np.zeros((3, now.size, len(now.plan.principals)))
    for k, (name, rival) in enumerate(now.plan.scenario.rivals.items(), start=1):
        if owner_of(name, rival) == owner:
            own[:, k] = there = ~market.gone[:, k - 1]
            losses[:, k] = there * loss_ratio(now, rival)
            expenses[:, k] = there * rival.expense_ratio
    return Economics(own > 0.0, losses, expenses)


def owner_of(name: str, rival: Rival) -> str:
    """Whose brand a rival is: its own name where the scenario names no owner."""
    return name if rival.owner is None else rival.owner


def loss_ratio(now: Now, rival: Rival) -> Reals:
    """A rival's loss ratio of the month, crises included: float64[R]."""
    return np.asarray(rival.loss_ratio.at(now.ordinal) * now.factor("rival_losses"))
