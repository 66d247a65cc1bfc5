"""Loss corridor: the partner bears a share of the losses in a band of the loss ratio."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator

from sim.base.units import Ratio, Share
from sim.policy.parts.experience import Experience, Judged, lines
from sim.policy.rule import Memory, Phase
from sim.policy.statement import Statement


class LossCorridor(Experience):
    """The partner bears a share of the losses of a year in a band of the loss ratio, charged when the year is judged.

    Formula: - share x (min(max(L, lower x P), upper x P) - lower x P), with L and P the year's losses and premium.

    It is no commission: it lowers what we owe the partner. Partners do not expect it.
    """

    phase: ClassVar[Phase] = Phase.AMOUNT
    charges_losses: ClassVar[bool] = True
    batched: ClassVar[bool] = True
    conditional: ClassVar[bool] = False
    kind: Literal["loss_corridor"]
    lower: Ratio = Field(description="loss ratio from which the partner bears its share")
    upper: Ratio = Field(description="loss ratio up to which it does")
    share: Share = Field(default=1.0, description="the partner's share of the losses in between")

    @property
    def pays_on_sales(self) -> bool:
        return False

    @property
    def trues_up(self) -> bool:
        return False  # it only takes off

    @model_validator(mode="after")
    def _band(self) -> LossCorridor:
        if self.lower >= self.upper:
            raise ValueError("upper must be above lower: they are the bounds of the band")
        if self.stop_per_year is not None and self.stop_per_year.at(self.upper) <= self.lower:
            raise ValueError("stop_per_year leaves no losses in the band: raise it above lower")
        return self

    def judge(self, found: Judged, scale: Any, memory: Memory, statement: Statement) -> None:
        low, high = lines(self.lower, found.premium), lines(self.upper, found.premium)
        borne = lines(self.share, np.clip(found.losses, low, high) - low)
        statement.loss_share += found.spread(borne)
        statement.rate_finally(found.total(found.premium), found.total(borne))
