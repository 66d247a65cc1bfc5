"""A crisis: demand falls, partners pay late and default more, claims cost more, for a time."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from sim.base.units import Month, Positive, Share, WholeMonths
from sim.market.story import Story

if TYPE_CHECKING:
    from sim.base.calendar import Calendar
    from sim.market.conditions import Conditions


class Crisis(Story):
    """Factors on demand, discipline, default hazard, claims and recoveries while it lasts."""

    kind: Literal["crisis"]
    start: Month
    length: WholeMonths = Field(ge=1)
    demand: Positive = Field(default=1.0, description="factor on demand")
    discipline: Share = Field(default=1.0, description="factor on the probability that a batch due is paid")
    default: Positive = Field(default=1.0, description="factor on the default hazard")
    claims: Positive = Field(default=1.0, description="factor on claim severity")
    recovery: Share = Field(default=1.0, description="factor on the share of debt recovered")

    def tell(self, name: str, calendar: Calendar, conditions: Conditions) -> Generator[Any, Any, None]:
        yield calendar.month_start(self.start)
        conditions.begin(name, self._factors())
        calendar.log(name, "crisis begins")
        yield calendar.month_start(self.start + self.length)
        conditions.end(name)
        calendar.log(name, "crisis ends")

    def _factors(self) -> dict[str, float]:
        return {key: getattr(self, key) for key in ("demand", "discipline", "default", "claims", "recovery")}
