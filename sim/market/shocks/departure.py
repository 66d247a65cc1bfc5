"""A departure: the largest partners of a segment leave the trade, or default, in a dated month."""

from __future__ import annotations

from collections.abc import Generator
from math import inf
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import Field

from sim.base.units import Month
from sim.market.conditions import Conditions, Leaving
from sim.market.story import Story

if TYPE_CHECKING:
    from sim.base.calendar import Calendar


class Departure(Story):
    """Takes away those who send us most buyers a month: flow x share of it that is ours. No luck is drawn for it.

    `leaves`: they are gone at the start of the month, and remit what they owe. `defaults`: they sell in it, and default
    before it is settled. What becomes of their contracts is what becomes of those of any partner that is gone.
    """

    length: ClassVar[float] = inf  # they do not come back

    kind: Literal["departure"]
    segment: str = Field(description="whose partners go")
    start: Month
    largest: int = Field(default=1, ge=1, description="how many of the largest go")
    how: Literal["leaves", "defaults"] = Field(
        default="leaves", description="they leave the trade, or default on what they owe"
    )

    def tell(self, name: str, calendar: Calendar, conditions: Conditions) -> Generator[Any, Any, None]:
        yield calendar.month_start(self.start)
        conditions.leaving[name] = self.leaving
        yield calendar.month_start(self.start + 1)
        del conditions.leaving[name]

    @property
    def leaving(self) -> Leaving:
        """What it does in its month."""
        return Leaving(segment=self.segment, largest=self.largest, defaults=self.how == "defaults")
