"""An audit of partners' claims: part of the undeclared damage of the time since the last one is found and paid back."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from sim.base.units import Month, Share, WholeMonths
from sim.market.story import Story

if TYPE_CHECKING:
    from sim.base.calendar import Calendar
    from sim.market.conditions import Conditions


class Audit(Story):
    """Looks at a sample of the fraudulent claims since the last audit; what is detected is recovered at once."""

    kind: Literal["audit"]
    start: Month
    every: WholeMonths | None = Field(default=None, ge=1, description="months between audits; left out: one audit")
    sample: Share = Field(default=1.0, description="share of the claims looked at")
    detection: Share = Field(description="share of the fraud looked at that is detected")
    segments: list[str] | None = Field(default=None, description="segments audited; left out: all")

    def tell(self, name: str, calendar: Calendar, conditions: Conditions) -> Generator[Any, Any, None]:
        from sim.base.calendar import Phase  # SimPy: reading a scenario must not pay for it

        date = self.start
        while True:
            yield calendar.month_start(date, Phase.CHECK)
            conditions.audits[name] = self
            calendar.log(name, "audit of claims")
            yield calendar.month_start(date + 1)
            del conditions.audits[name]
            if self.every is None:
                return
            date += self.every

    def covers(self, segment: str) -> bool:
        """Whether a segment's partners are audited."""
        return self.segments is None or segment in self.segments
