"""What every commission rule declares."""

from __future__ import annotations

from pydantic import Field

from sim.base.units import Block


class Rule(Block):
    """A named part of the commission schedule. `segments` and `products` left out mean all of them."""

    segments: list[str] | None = Field(default=None, description="segments it covers; left out: all")
    products: list[str] | None = Field(default=None, description="products it covers; left out: all")

    def covers(self, product: str, segment: str) -> bool:
        """Whether the rule holds for this product and segment."""
        return (self.products is None or product in self.products) and (
            self.segments is None or segment in self.segments
        )
