"""What a rival's strategy declares: fields and one pure answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.base.units import Block

Rates = NDArray[np.float64]


@dataclass(frozen=True)
class MarketFacts:
    """What a rival sees when it acts: public figures of last month. Rates have the shape (product, segment)."""

    month: int
    schedule: Rates
    """the rates that the rival's own dated schedule states for this month"""
    present: Rates
    """the rival's rates of last month, campaigns apart"""
    our_rates: Sequence[Rates]
    """our average rate on new business, shape (product, segment), in each month so far; last month last"""


class Strategy(Block):
    """How a rival sets its rates; `answer` must not draw or keep anything."""

    def answer(self, facts: MarketFacts) -> Rates:
        """Rates of this month, shape (product, segment)."""
        raise NotImplementedError
