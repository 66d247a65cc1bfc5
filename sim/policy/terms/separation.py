"""Separation of channels: sales that partners may not serve, because channels of ours reach these customers."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from sim.base.units import Block, Dated, Share


class Separation(Block):
    """Partners may not serve a part of the sales of the journeys with some of our channels."""

    channels: Annotated[list[str], Field(min_length=1)] = Field(description="own channels that partners keep away from")
    segments: list[str] | None = Field(default=None, description="segments it covers; left out: all")
    products: list[str] | None = Field(default=None, description="products it covers; left out: all")
    regions: list[str] | None = Field(default=None, description="regions it covers; left out: all")
    strict: Dated[Share] = Field(description="share of these sales that they may not serve")
