"""What best responses have in common: which rates are moved, how far, and what is maximised.

Notation: s segment, k principal, c class of partners.
"""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator

from sim.base.arrays import Reals
from sim.base.units import Share
from sim.market.response import best_rates, classes
from sim.market.strategy import Economics, MarketFacts, MarketView, Strategy


class Responder(Strategy):
    """Goes a part of the way to the rates that would have earned most against the offers of last month.

    One shift is sought for a segment's rates, or one for all rates; differences between products stay, floor and caps
    apart. Brands of one owner are counted together, each answering the others as they were. Campaigns are left out:
    they come on top. Until a month has been seen its own rates hold.
    """

    sees_market: ClassVar[bool] = True
    adapts: ClassVar[bool] = True
    moves: Literal["segment", "all"] = Field(
        default="segment", description="a shift for the rates of each segment, or one shift for all rates"
    )
    step: Share = Field(default=0.5, gt=0, description="part of the way to the best rates that is gone in a month")
    floor: Share = Field(default=0.0, description="never below this rate")
    cap: Share = Field(default=1.0, description="never above this rate")

    @model_validator(mode="after")
    def _ordered(self) -> Responder:
        if self.floor > self.cap:
            raise ValueError("the floor is above the cap; lower it, or raise the cap")
        return self

    def claims_counted(self, market: MarketView) -> Reals:
        """The part of the claims that counts: float64[segment]."""
        raise NotImplementedError

    def answer(self, facts: MarketFacts) -> Reals:
        if facts.market is None or facts.economics is None:
            return facts.present
        market = facts.market
        asked = classes(market, facts.position, self._margins(market, facts.economics), facts.economics.own)
        ceiling = np.minimum(self.cap, market.caps)
        best = best_rates(asked, facts.present, market.product_weights, self.floor, ceiling, self.moves == "all")
        return facts.present + self.step * (best - facts.present)

    def _margins(self, market: MarketView, economics: Economics) -> Reals:
        """Margin before commission of the owner's brands, zero for others: float64[segment, principal]."""
        own, loss_ratio, expense_ratio = (
            part[..., None, :] for part in (economics.own, economics.loss_ratio, economics.expense_ratio)
        )
        claims = self.claims_counted(market)[..., None] * loss_ratio
        return np.where(own, 1.0 - claims - expense_ratio, 0.0)
