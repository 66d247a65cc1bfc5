"""What is public of the market of one replication, gathered for rivals whose strategies look at it.

Notation: R replications, p product, s segment, k principal (0 is us).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.base.arrays import Reals
from sim.engine.state.market import Market
from sim.engine.state.now import Now
from sim.market.strategy import Economics, MarketView
from sim.market.terms import Rival


def gather(now: Now, market: Market) -> Sequence[MarketView | None]:
    """Last month's market by replication, None where no month has been played."""
    plan, by_segment = now.plan, now.plan.by_segment
    if not market.volumes.any():
        return [None] * now.size
    volumes = market.volumes.copy()
    volumes[..., 0] -= market.pull * volumes.sum(axis=2)  # who asks for us by name follows no commission
    carriage = now.rivals_carriage
    per_unit = (carriage.effective(np.ones((1, 1))) - carriage.effective(np.zeros((1, 1))))[:, 0]
    reviewing, utilities, weights = volumes * _reviewing(now, market), market.mean_utilities(), market.product_weights()
    seen = []
    for r in range(now.size):
        there = bool(market.volumes[r].any())
        seen.append(
            MarketView(
                offers=np.array([market.our_rates[r], *market.public[r]]),
                shares=market.shares[r],
                volumes=volumes[r],
                reviewing=reviewing[r],
                utilities=utilities[r],
                response=market.weights["commission"][r] * per_unit,
                inertia=by_segment.inertia,
                split=by_segment.multi,
                product_weights=weights[r],
                caps=now.caps[:, 0],
                paid_within=plan.paid_within,
            )
            if there
            else None
        )
    return seen


def _reviewing(now: Now, market: Market) -> Reals:
    """Chance that a partner reviews this month, by segment and by the principal it is with: float64[R, s, k]."""
    chance = np.broadcast_to(now.plan.by_segment.review[:, now.t, None], market.volumes.shape).copy()
    rivals = chance[:, :, 1 : 1 + market.gone.shape[1]]
    np.copyto(rivals, 1.0, where=market.gone[:, None])
    return chance


def economics(now: Now, market: Market, replication: int, owner: str) -> Economics:
    """What an owner knows of its own brands; a brand that has left is none of them."""
    found = np.zeros((3, len(now.plan.principals)))
    for k, (name, rival) in enumerate(now.plan.scenario.rivals.items(), start=1):
        if owner_of(name, rival) == owner and not market.gone[replication, k - 1]:
            found[:, k] = 1.0, loss_ratio(now, replication, rival), rival.expense_ratio
    return Economics(found[0] > 0.0, found[1], found[2])


def owner_of(name: str, rival: Rival) -> str:
    """Whose brand a rival is: its own name where the scenario names no owner."""
    return name if rival.owner is None else rival.owner


def loss_ratio(now: Now, replication: int, rival: Rival) -> float:
    """A rival's loss ratio of the month, crises included."""
    return float(rival.loss_ratio.at(now.ordinal) * now.factor("rival_losses")[replication])
