"""Products of which there are only so many units: when they are put on sale, who may sell them, what is planned."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from sim.base.units import ALWAYS, Block, Dated, Month, Positive, Share, WholeMonths, month_ordinal, shown

LONGEST_WAIT = 24  # months
UNDATED = month_ordinal(ALWAYS)  # put on sale at the start of the horizon

Amount = Annotated[int, Field(ge=0)]


def _releases(value: object) -> object:
    """A plain number is what there is at the start; levels, as other dated figures have them, are no amounts."""
    if isinstance(value, dict) and "since" in value:
        text = "units are amounts put on sale by date, not levels; write units: {2009-01: 120, 2009-07: 80}"
        raise ValueError(text)
    if isinstance(value, dict):
        return value
    if isinstance(value, bool) or not isinstance(value, int):
        text = f"a whole number of units, or amounts by month such as {{2009-01: 120}}, expected, got {shown(value)}"
        raise ValueError(text)
    return {ALWAYS: value}


Releases = Annotated[
    dict[Month, Amount],
    BeforeValidator(_releases),
    WithJsonSchema({
        "anyOf": [
            {"type": "integer", "minimum": 0},
            {
                "type": "object",
                "patternProperties": {r"^\d{4}-\d{2}(-\d{2})?$": {"type": "integer", "minimum": 0}},
                "additionalProperties": False,
            },
        ]
    }),
]  # fmt: skip


class Approval(Block):
    """Requests of partners for a unit wait for our word, and some are refused. Both cost us their trust."""

    wait: WholeMonths = Field(default=0, le=LONGEST_WAIT, description="months until a request is answered")
    refuse: Share = Field(default=0.0, description="share of the requests that are refused")
    tolerated: Share = Field(
        default=0.0, description="share of its requests, refused or waiting, that a partner puts up with"
    )
    penalty: Positive = Field(
        default=0.0, description="utility of reliability lost a month for all requests beyond; left out: none is"
    )


class Stock(Block):
    """Units that are sold once each. Without it there is always another one."""

    units: Releases = Field(
        description="units put on sale by month, such as {2009-01: 120, 2009-07: 80}; a plain number: at the start"
    )
    partners_only: Releases = Field(
        default={}, description="how many of them only partners may sell, by month in the same way"
    )
    plan: Dated[Positive] | None = Field(
        default=None, description="units a month that we plan to sell; left out: nothing is compared with a plan"
    )

    price_held: bool = Field(default=False, description="a reserved unit is sold at the price of its reservation")
    approval: Approval | None = Field(
        default=None, description="how partners' requests are answered; left out: at once, and yes while units are free"
    )

    @model_validator(mode="after")
    def _partners_have_a_part(self) -> Stock:
        for month in self.partners_only:
            there = sum(units for date, units in self.units.items() if date <= month)
            kept = sum(units for date, units in self.partners_only.items() if date <= month)
            if kept > there:
                text = f"partners_only comes to {kept} units where only {there} have been put on sale"
                raise ValueError(f"{text}; lower it, or put more units on sale")
        return self

    def released(self, start: int) -> dict[int, int]:
        """Units put on sale by month's ordinal, those without a date at `start`."""
        return _dated(self.units, start)

    def kept_for_partners(self, start: int) -> dict[int, int]:
        """The same of those that only partners may sell."""
        return _dated(self.partners_only, start)


def _dated(releases: dict[int, int], start: int) -> dict[int, int]:
    return {start if month == UNDATED else month: number for month, number in releases.items()}
