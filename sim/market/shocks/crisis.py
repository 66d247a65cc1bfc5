"""A crisis: demand falls, partners pay late, default more and look at other things, claims cost more, for a time."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from sim.base.laws import Law
from sim.base.units import Month, WholeMonths
from sim.market.conditions import Conditions
from sim.market.downturn import ONE, Downturn

if TYPE_CHECKING:
    from sim.base.calendar import Calendar


class Crisis(Downturn):
    """A dated crisis; its length and severity may be drawn."""

    kind: Literal["crisis"]
    start: Month = Field(description="first month")
    length: WholeMonths = Field(ge=1, description="how long it lasts")
    length_factor: Law = Field(
        default=ONE, description="drawn factor on the length, rounded to whole months, at least one"
    )

    def tell(self, name: str, calendar: Calendar, conditions: Conditions) -> Generator[Any, Any, None]:
        month = self.start - calendar.start
        severity = self.draw(self.severity, month, f"shock.{name}.severity", conditions)
        stretch = self.draw(self.length_factor, month, f"shock.{name}.length", conditions)
        yield calendar.month_start(self.start)
        conditions.begin(name, self.factors(severity))
        calendar.log(name, "crisis begins" if self.severity == ONE else f"crisis begins, severity {severity:.2f}")
        yield calendar.month_start(self.start + max(1, round(self.length * stretch)))
        conditions.end(name)
        calendar.log(name, "crisis ends")
