"""A rival that follows our average rate on new business, some months late and with a gap."""

from __future__ import annotations

from typing import Literal

import numpy as np
from pydantic import Field

from sim.base.arrays import Reals
from sim.base.units import Share, SignedShare, WholeMonths
from sim.market.strategy import MarketFacts, Strategy


class Follow(Strategy):
    """Takes our average rate of some months ago plus a gap, product by product and segment by segment.

    Until it has seen us, and where we offer nothing, its own rates hold.
    """

    kind: Literal["follow"]
    lag: WholeMonths = Field(default=1, ge=1, description="months after which it answers")
    gap: SignedShare = Field(default=0.0, description="added to our rate, in shares of premium")
    cap: Share = Field(default=1.0, description="never above this rate")

    def answer(self, facts: MarketFacts) -> Reals:
        if len(facts.our_rates) < self.lag:
            return facts.present
        seen = facts.our_rates[-self.lag]
        followed = np.clip(seen + self.gap, 0.0, self.cap)
        return np.where(seen > 0.0, followed, facts.present)
