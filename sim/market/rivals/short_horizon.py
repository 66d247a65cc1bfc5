"""A rival that counts only the claims it will have paid soon: the dumping that others must follow."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from sim.base.arrays import Reals
from sim.base.units import WholeMonths
from sim.market.responder import Responder
from sim.market.strategy import MarketView


class ShortHorizon(Responder):
    """The best response of one who looks at cash: claims that it pays later than the horizon cost it nothing."""

    batched: ClassVar[bool] = True
    kind: Literal["short_horizon"]
    horizon: WholeMonths = Field(description="months after the sale within which a claim must be paid to count")

    def claims_counted(self, market: MarketView) -> Reals:
        last = market.paid_within.shape[1] - 1
        return (market.product_weights * market.paid_within[:, min(self.horizon, last), None]).sum(axis=-2)
