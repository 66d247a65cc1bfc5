"""What a scenario says of changes of a contract inside its term: seats added, an upgrade, a downgrade."""

from __future__ import annotations

from pydantic import Field

from sim.base.units import Block, Ratio, Share


class Change(Block):
    """Contracts in force that are changed one way, month by month."""

    rate: Share = Field(description="share of contracts in force changed so a month")
    size: Ratio

    @property
    def happens(self) -> bool:
        """Whether it ever changes any premium."""
        return self.rate > 0.0 and self.size > 0.0


class Enlargement(Change):
    """Seats added, an upgrade, an endorsement: premium for the rest of the term is written on top."""

    size: Ratio = Field(description="mean change: premium added over that for the rest of the term")


class Reduction(Change):
    """A downgrade, a refund of part: premium for the rest of the term goes back, and the contract stays."""

    size: Share = Field(description="mean change: share of the premium for the rest of the term that is refunded")


class Changes(Block):
    """Changes of contracts inside their term. A renewal takes on what they have made of the premium."""

    up: Enlargement | None = Field(default=None, description="premium added; left out: none ever is")
    down: Reduction | None = Field(default=None, description="premium taken off; left out: none ever is")
