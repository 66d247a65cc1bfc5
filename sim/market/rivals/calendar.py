"""A rival whose rates follow the dates of its schedule."""

from __future__ import annotations

from typing import Literal

from sim.base.arrays import Reals
from sim.market.strategy import MarketFacts, Strategy


class Calendar(Strategy):
    """Takes each dated rate when its date comes."""

    kind: Literal["calendar"]

    def answer(self, facts: MarketFacts) -> Reals:
        return facts.schedule
