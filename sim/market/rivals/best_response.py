"""A rival that earns the most it can against the offers of last month."""

from __future__ import annotations

from typing import ClassVar, Literal

from sim.base.arrays import Reals
from sim.market.responder import Responder
from sim.market.strategy import MarketView


class BestResponse(Responder):
    """Maximises the expected margin of the month over the partners that review: flow x (1 - LR - e - c) x share."""

    batched: ClassVar[bool] = True
    kind: Literal["best_response"]

    def claims_counted(self, market: MarketView) -> Reals:
        return market.product_weights.sum(axis=-2)
