"""A rival that never moves: the rates of its opening month hold."""

from __future__ import annotations

from typing import Literal

from sim.market.strategy import MarketFacts, Rates, Strategy


class Static(Strategy):
    """Keeps its rates whatever happens."""

    kind: Literal["static"]

    def answer(self, facts: MarketFacts) -> Rates:
        return facts.present
