"""What comes before a contract of a partner: views, clicks and leads, and what is lost on the way."""

from __future__ import annotations

from math import prod
from typing import Annotated

from pydantic import Field, model_validator

from sim.base.units import Block, Dated, Share, month_name

MOST_STEPS = 100  # manual actions
LEAST_PASSING = 1e-9  # of views: with fewer, counts of views would leave whole numbers


class Funnel(Block):
    """What comes before a contract: views, clicks on them, leads; manual actions on the way lose leads."""

    click_rate: Share = Field(description="clicks for each view")
    lead_rate: Share = Field(description="leads for each click")
    conversion: Dated[Share] = Field(
        description="contracts for each lead, where nothing is done by hand and products fit; where it changes, sales "
        "change with it"
    )
    bad_leads: Share = Field(
        default=0.0, description="share of the leads that do not buy that were none: wrong, double"
    )
    steps: Dated[Annotated[int, Field(ge=0, le=MOST_STEPS)]] = Field(
        default=Dated[Annotated[int, Field(ge=0, le=MOST_STEPS)]].always(0),
        description="manual actions between a lead and its contract",
    )
    step_rate: Share = Field(default=1.0, description="share of the leads that each manual action lets through")
    fit: Share = Field(default=1.0, description="share of the leads whom our product suits beside the partner's own")

    @model_validator(mode="after")
    def _passes_something(self) -> Funnel:
        for date in sorted({*self.conversion.since, *self.steps.since}):
            if self.click_rate * self.lead_rate * self.chance(date) < LEAST_PASSING:
                text = f"fewer than one view in {1 / LEAST_PASSING:,.0f} becomes a contract{self._from(date)}"
                raise ValueError(
                    f"{text}; raise click_rate, lead_rate, conversion, step_rate or fit, or take the funnel out"
                )
        return self

    def _from(self, date: int) -> str:
        return f" from {month_name(date)} on" if self.conversion.changes or self.steps.changes else ""

    def passing(self, ordinal: int) -> float:
        """Share of the leads that manual actions and fit let through in a month: it multiplies sales."""
        return prod([self.step_rate] * self.steps.at(ordinal)) * self.fit  # no power: its bits depend on the system

    def chance(self, ordinal: int) -> float:
        """Probability that a lead becomes a contract."""
        return self.conversion.at(ordinal) * self.passing(ordinal)

    def sells(self, ordinal: int, opening: int) -> float:
        """Factor on sales: what passes, times conversion relative to that of the opening."""
        now, then = self.conversion.at(ordinal), self.conversion.at(opening)
        return self.passing(ordinal) if now == then else self.passing(ordinal) * (now / then)
