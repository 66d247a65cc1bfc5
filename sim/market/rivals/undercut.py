"""A rival that offers partners a step more than the best of the others did last month."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
from pydantic import Field

from sim.base.arrays import Reals
from sim.base.units import Share, SignedShare
from sim.market.strategy import MarketFacts, Strategy


class Undercut(Strategy):
    """Takes the best public rate of last month, brands of its own owner apart, plus a step, by product and segment.

    Until a month has been seen, and where nobody else offers anything, its own rates hold.
    """

    sees_market: ClassVar[bool] = True
    adapts: ClassVar[bool] = True
    batched: ClassVar[bool] = True
    kind: Literal["undercut"]
    step: SignedShare = Field(description="added to the best rate of the others, in shares of premium")
    cap: Share = Field(description="never above this rate")

    def answer(self, facts: MarketFacts) -> Reals:
        if facts.market is None or facts.economics is None:
            return facts.present
        offers = facts.market.offers
        own = facts.economics.own[..., : offers.shape[-3], None, None]
        best = np.where(own, 0.0, offers).max(axis=-3)
        return np.where(best > 0.0, np.clip(best + self.step, 0.0, self.cap), facts.present)
