"""A rival that follows our average rate on new business, some months late and with a gap."""

from __future__ import annotations

from typing import Literal

import numpy as np
from pydantic import Field

from sim.base.units import Share, SignedShare, WholeMonths
from sim.market.strategy import MarketFacts, Rates, Strategy


class Follow(Strategy):
    """Moves all rates of a product by what our average rate has changed since the opening, plus a gap."""

    kind: Literal["follow"]
    lag: WholeMonths = Field(default=1, ge=1, description="months after which it answers")
    gap: SignedShare = Field(default=0.0, description="added to our rate, in shares of premium")
    cap: Share = Field(default=1.0, description="never above this rate")

    def answer(self, facts: MarketFacts) -> Rates:
        """Our average rate `lag` months ago plus the gap; before that the rival's own schedule."""
        if len(facts.our_rate_history) < self.lag:
            return facts.present
        seen = facts.our_rate_history[-self.lag]
        followed = np.clip(seen + self.gap, 0.0, self.cap)[:, None]
        return np.where(np.isnan(followed), facts.present, np.broadcast_to(followed, facts.present.shape))
