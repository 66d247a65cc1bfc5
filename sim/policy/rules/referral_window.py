"""Referral window: for how long a partner earns on what the customers it brought buy again."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator

from sim.base.arrays import Flags, Reals
from sim.base.units import Duration
from sim.policy.given.layout import Layout
from sim.policy.rule import Phase, Rule
from sim.policy.terms.referral import Attribution


class ReferralWindow(Rule):
    """Credits the partner with repeat purchases (product field `repeat`) of its customers within so many days.

    Formula: a repeat purchase t days after the referral is credited where t <= days, with `resetting` t days after the
    last purchase credited; a worked case states what is credited as new sales.

    A credited purchase is a new sale of the partner, at the rates of its month; any other is our own direct sale.
    Without such a rule no repeat purchase is credited; lifetime attribution is a window longer than `repeat_for`.
    """

    phase: ClassVar[Phase] = Phase.TIMING
    attributes: ClassVar[bool] = True
    batched: ClassVar[bool] = True
    conditional: ClassVar[bool] = False
    kind: Literal["referral_window"]
    days: Duration = Field(description="time since the referral in which a purchase is credited, such as 365d")
    resetting: bool = Field(default=False, description="a credited purchase starts the window anew")

    @model_validator(mode="after")
    def _some_time(self) -> ReferralWindow:
        if self.days <= 0:
            raise ValueError("a window of no days credits nothing: state days, such as 30d, or leave the rule out")
        return self

    def terms(self, layout: Layout, ordinal: int, cells: Flags, caps: Reals) -> Attribution:
        return Attribution(np.where(cells, self.days, 0.0), cells & self.resetting)
