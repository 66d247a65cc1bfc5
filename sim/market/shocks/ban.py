"""A ban: partners of a type may sell no more; some come back as partners of another type."""

from __future__ import annotations

from collections.abc import Generator
from math import inf
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import Field, model_validator

from sim.base.units import Month, Share, WholeMonths
from sim.market.conditions import Conditions
from sim.market.story import Story

if TYPE_CHECKING:
    from sim.base.calendar import Calendar


class Ban(Story):
    """From its month on partners of a segment sell for nobody, and no new ones come.

    A share of those that sold comes back as partners of the segment `as`: same customers, clean record, new luck. The
    buyers of the others go to the partners of other segments, in proportion to flow. What becomes of contracts is what
    becomes of those of any partner that is gone.
    """

    length: ClassVar[float] = inf

    kind: Literal["ban"]
    segment: str = Field(description="whose partners may sell no more")
    start: Month = Field(description="first month")
    returns: Share = Field(default=0.0, description="share of them that comes back; each with this probability")
    after: WholeMonths = Field(default=0, description="months until they are back")
    under: str | None = Field(default=None, alias="as", description="segment as whose partners they come back")

    @model_validator(mode="after")
    def _consistent(self) -> Ban:
        if self.returns > 0.0 and self.under is None:
            raise ValueError("as what do they come back? state as: the name of another segment, or take returns out")
        if self.returns == 0.0 and self.under is not None:
            raise ValueError("nobody comes back: state returns, or take as out")
        if self.under == self.segment:
            raise ValueError(f"as: {self.segment} is the segment that is banned; name another one")
        return self

    def tell(self, name: str, calendar: Calendar, conditions: Conditions) -> Generator[Any, Any, None]:
        yield calendar.month_start(self.start)
        conditions.bans.append(name)
        calendar.log(name, f"{self.segment} may sell no more")
