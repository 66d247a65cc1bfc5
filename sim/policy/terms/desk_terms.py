"""A desk of ours that answers the leads of partners: who waits cools down."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from sim.base.units import HOURS_PER_MONTH, Block, Dated, Duration, Money, Positive


class Desk(Block):
    """Leads of segments with `handover: desk` meet so many people, first come first served (M/M/c)."""

    desks: Dated[Annotated[int, Field(ge=1)]] = Field(description="people who answer at the same time")
    per_hour: Dated[Annotated[Positive, Field(gt=0.0)]] = Field(
        description="leads that each answers in an hour of work"
    )
    hours: Duration = Field(gt=0.0, description="hours a month in which the desk is open, such as 160h")
    half_life: Duration = Field(gt=0.0, description="waiting in which half of the leads go cold, such as 0.5h")
    cost: Dated[Money] = Field(default=Dated[Money].always(0.0), description="a month for each of the desks")

    @property
    def open_hours(self) -> float:
        """Hours a month."""
        return self.hours * HOURS_PER_MONTH

    @property
    def half_life_hours(self) -> float:
        """Half-life in hours."""
        return self.half_life * HOURS_PER_MONTH
