"""An experiment in regions: some do without partners for a while, and the difference is what partners add there."""

from __future__ import annotations

from pydantic import Field, model_validator

from sim.base.units import Block, Share, WholeMonths


class HoldOut(Block):
    """What such an experiment would find is told beside a run; it changes nothing of it."""

    regions: int = Field(ge=2, description="regions alike, with the customers of all of them shared evenly")
    held_out: int = Field(ge=1, description="how many of them do without partners")
    months: WholeMonths = Field(ge=1, description="how long")
    level: Share = Field(default=0.05, gt=0.0, lt=1.0, description="chance of a false alarm, two-sided")
    power: Share = Field(default=0.8, gt=0.0, lt=1.0, description="chance wanted to notice what partners add")

    @model_validator(mode="after")
    def _some_go_on(self) -> HoldOut:
        if self.held_out >= self.regions:
            raise ValueError("held_out must be below regions: some must go on with partners")
        return self
