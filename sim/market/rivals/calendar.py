"""A rival whose rates follow the dates of its schedule."""

from __future__ import annotations

from typing import Literal

from sim.market.strategy import MarketFacts, Rates, Strategy


class Calendar(Strategy):
    """Takes each dated rate when its date comes."""

    kind: Literal["calendar"]

    def answer(self, facts: MarketFacts) -> Rates:
        return facts.schedule
