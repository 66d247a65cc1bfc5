"""Crises that come and go by chance: Markov switching between calm and crisis."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field, model_validator

from sim.base.laws import Law
from sim.base.units import Month, Share
from sim.market.conditions import Conditions
from sim.market.downturn import ONE, Downturn

if TYPE_CHECKING:
    from sim.base.calendar import Calendar


class MarkovCrisis(Downturn):
    """In calm a crisis begins with one probability a month, in a crisis it ends with another, or after a drawn length.

    The month after a crisis is calm. In the long run crises take the share begins / (begins + ends) of the months.
    """

    kind: Literal["markov_crisis"]
    begins: Share = Field(description="probability a month, in calm, that a crisis begins")
    ends: Share | None = Field(default=None, gt=0, description="probability a month, in a crisis, that it ends")
    length: Law | None = Field(
        default=None, description="months that a crisis lasts, instead of `ends`; rounded, at least one"
    )
    earliest: Month | None = Field(
        default=None, description="first month that may be one of crisis; left out: the first"
    )

    @model_validator(mode="after")
    def _one_end(self) -> MarkovCrisis:
        if (self.ends is None) == (self.length is None):
            raise ValueError("a crisis ends by chance or after a length; give either ends or length")
        return self

    def tell(self, name: str, calendar: Calendar, conditions: Conditions) -> Generator[Any, Any, None]:
        month = 0 if self.earliest is None else self.earliest - calendar.start
        while True:
            yield calendar.at(month)
            if conditions.luck(month, f"shock.{name}.begins") < self.begins:
                severity = self.draw(self.severity, month, f"shock.{name}.severity", conditions)
                conditions.begin(name, self.factors(severity))
                calendar.log(
                    name, "crisis begins" if self.severity == ONE else f"crisis begins, severity {severity:.2f}"
                )
                last = self._last(name, month, conditions)
                while not self._over(name, month := month + 1, last, conditions):
                    yield calendar.at(month)
                yield calendar.at(month)
                conditions.end(name)
                calendar.log(name, "crisis ends")
            month += 1

    def _last(self, name: str, month: int, conditions: Conditions) -> float:
        """The month before which a crisis that begins in `month` is over for certain."""
        if self.length is None:
            return float("inf")
        return month + max(1, round(self.draw(self.length, month, f"shock.{name}.length", conditions)))

    def _over(self, name: str, month: int, last: float, conditions: Conditions) -> bool:
        if self.ends is not None:
            return conditions.luck(month, f"shock.{name}.ends") < self.ends
        return month >= last
