"""A rival that raises its rates while its share is below the one it wants, and lowers them above it."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
from pydantic import Field

from sim.base.arrays import Reals
from sim.base.units import Coefficient, Share
from sim.market.strategy import MarketFacts, MarketView, Strategy


class TargetShare(Strategy):
    """Moves its rates each month by gain x (share wanted - share of last month), on all that it offers.

    Until a month has been seen, and where its own schedule states no commission, nothing moves.
    """

    sees_market: ClassVar[bool] = True
    adapts: ClassVar[bool] = True
    batched: ClassVar[bool] = True
    kind: Literal["target_share"]
    share: Share = Field(description="share of new premium wanted")
    gain: Coefficient = Field(description="commission added a month for each unit of share that is missing")
    of: Literal["market", "segment"] = Field(
        default="market", description="share of the whole market, or in each segment by itself"
    )
    floor: Share = Field(default=0.0, description="never below this rate")
    cap: Share = Field(default=1.0, description="never above this rate")

    def answer(self, facts: MarketFacts) -> Reals:
        if facts.market is None:
            return facts.present
        missing = self.share - self._present(facts.market, facts.position)
        moved = np.clip(facts.present + self.gain * missing[..., None, :], self.floor, self.cap)
        return np.where(facts.schedule > 0.0, moved, facts.present)

    def _present(self, market: MarketView, k: int) -> Reals:
        """Share of last month: one for all, or by segment (the wanted one where a segment sells nothing)."""
        if self.of == "market":
            return market.shares[..., [k]]
        sold = market.volumes.sum(axis=-1)
        nothing = np.full(sold.shape, self.share)
        return np.divide(market.volumes[..., k], sold, out=nothing, where=sold > 0.0)
