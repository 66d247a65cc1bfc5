"""A departure: partners leave the trade, or default, in a dated month; a network that we leave keeps its own so."""

from __future__ import annotations

from collections.abc import Generator
from math import inf
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import Field, model_validator

from sim.base.units import Month, Share
from sim.market.conditions import Conditions, Leaving
from sim.market.story import Story

if TYPE_CHECKING:
    from sim.base.calendar import Calendar


class Departure(Story):
    """Takes away partners: the `largest`, who send us most buyers a month (flow x share of it that is ours), a `share`
    of those who sell for us, each by its own luck, or `partners` by id.

    `leaves`: they are gone at the start of the month, and remit what they owe. `defaults`: they sell in it, and default
    before it is settled. What becomes of their contracts is what becomes of those of any partner that is gone.
    """

    length: ClassVar[float] = inf  # they do not come back

    kind: Literal["departure"]
    segment: str | None = Field(default=None, description="the one segment whose partners go")
    segments: list[str] | None = Field(default=None, min_length=1, description="whose partners go; left out: all")
    start: Month = Field(description="first month")
    largest: int | None = Field(
        default=None, ge=1, description="how many of the largest go; where nothing says who goes, one"
    )
    share: Share | None = Field(
        default=None, description="share of the partners that sell for us; each goes with this probability"
    )
    partners: list[str] | None = Field(default=None, min_length=1, description="ids of those who go")
    how: Literal["leaves", "defaults"] = Field(
        default="leaves", description="they leave the trade, or default on what they owe"
    )

    @model_validator(mode="after")
    def _one_way_to_say_who(self) -> Departure:
        if self.segment is not None and self.segments is not None:
            raise ValueError("segment and segments say the same: state one of them")
        if sum(one is not None for one in (self.largest, self.share, self.partners)) > 1:
            raise ValueError("largest, share and partners each say who goes: state one of them, or several events")
        if self.partners is not None and self.covered is not None:
            raise ValueError("partners are named by id: take the segments out")
        return self

    @property
    def covered(self) -> list[str] | None:
        """Segments whose partners may go; None: all."""
        return self.segments if self.segment is None else [self.segment]

    def tell(self, name: str, calendar: Calendar, conditions: Conditions) -> Generator[Any, Any, None]:
        yield calendar.month_start(self.start)
        conditions.leaving[name] = self.leaving
        yield calendar.month_start(self.start + 1)
        del conditions.leaving[name]

    @property
    def leaving(self) -> Leaving:
        """What it does in its month."""
        return Leaving(
            self.how == "defaults", segments=self.covered, largest=self.largest or 1, share=self.share,
            partners=self.partners,
        )  # fmt: skip
