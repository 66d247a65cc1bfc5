"""What a scenario says of how partners work with our product: whether they remember it, how hard they try."""

from __future__ import annotations

from pydantic import Field

from sim.base.units import Block, Duration, Share


class Attention(Block):
    """What is left of a partner's sales while nobody calls: at the start of a month A <- floor + (A - floor) r.

    r = 2^(-1 / half_life); a newcomer's is 1. Contacts raise it (`policy.contacts`, `own.<channel>.sends`).
    """

    half_life: Duration = Field(gt=0.0, description="months in which half of what is above the floor is gone")
    floor: Share = Field(description="part of its sales that a partner makes without ever being called")

    @property
    def kept(self) -> float:
        """Part of what is above the floor that a month leaves."""
        return float(2.0 ** (-1.0 / self.half_life))
