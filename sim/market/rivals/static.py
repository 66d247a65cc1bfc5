"""A rival that never moves: the rates of its opening month hold."""

from __future__ import annotations

from typing import Literal

from sim.base.arrays import Reals
from sim.market.strategy import MarketFacts, Strategy


class Static(Strategy):
    """Keeps its rates whatever happens."""

    kind: Literal["static"]

    def answer(self, facts: MarketFacts) -> Reals:
        return facts.present
