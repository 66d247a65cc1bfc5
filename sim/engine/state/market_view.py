"""What is public of the market, gathered for rivals whose strategies look at it.

Notation: p product, s segment, k principal (0 is us).
"""

from __future__ import annotations

import numpy as np

from sim.base.arrays import Reals
from sim.engine.state.market import Market
from sim.engine.state.now import Now
from sim.market.strategy import Economics, MarketView
from sim.market.terms import Rival


def gather(now: Now, market: Market) -> MarketView | None:
    """Last month's market, or None where no month has been played."""
    if not market.volumes.any():
        return None
    plan, by_segment = now.plan, now.plan.by_segment
    volumes = market.volumes.copy()
    volumes[:, 0] -= by_segment.pull * volumes.sum(axis=1)  # who asks for us by name follows no commission
    carriage = plan.carriage.by_segment()
    per_unit = (carriage.effective(np.ones((1, 1))) - carriage.effective(np.zeros((1, 1))))[:, 0]
    return MarketView(
        offers=np.array([market.our_rates, *market.public]),
        shares=market.shares,
        volumes=volumes,
        reviewing=volumes * _reviewing(now, market),
        utilities=np.array([market.mean_utilities(kind.position) for kind in plan.kinds]),
        response=market.weights["commission"] * per_unit,
        inertia=by_segment.inertia,
        split=~by_segment.single,
        product_weights=market.product_weights(),
        caps=now.caps[:, 0],
        paid_within=plan.paid_within,
    )


def _reviewing(now: Now, market: Market) -> Reals:
    """Chance that a partner reviews this month, by segment and by the principal it is with."""
    chance = np.repeat(now.plan.by_segment.review[:, now.t, None], len(now.plan.principals), axis=1)
    chance[:, market.left] = 1.0
    return chance


def economics(now: Now, market: Market, owner: str) -> Economics:
    """What an owner knows of its own brands; a brand that has left is none of them."""
    found = np.zeros((3, len(now.plan.principals)))
    for k, (name, rival) in enumerate(now.plan.scenario.rivals.items(), start=1):
        if owner_of(name, rival) == owner and not market.gone[k - 1]:
            found[:, k] = 1.0, loss_ratio(now, rival), rival.expense_ratio
    return Economics(found[0] > 0.0, found[1], found[2])


def owner_of(name: str, rival: Rival) -> str:
    """Whose brand a rival is: its own name where the scenario names no owner."""
    return name if rival.owner is None else rival.owner


def loss_ratio(now: Now, rival: Rival) -> float:
    """A rival's loss ratio of the month, crises included."""
    return rival.loss_ratio.at(now.ordinal) * now.conditions.factor("rival_losses")
