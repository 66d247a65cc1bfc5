"""Tiers: the rate rises with the volume of a window, slice by slice (marginal) or on all of it (retroactive)."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from sim.base.units import Block, Positive, Share
from sim.policy.rule import Rule


class Bracket(Block):
    """One step of a scale."""

    above: Positive = Field(description="lower bound of the volume: major units of premium, or contracts")
    rate: Share


class Scale(Block):
    """Brackets sorted by their lower bound, the first at 0."""

    kind: Literal["marginal", "retroactive"]
    edge: Literal["left", "right"] = Field(default="left", description="left: the bound belongs to the tier it starts")
    brackets: list[Bracket] = Field(min_length=1)

    @model_validator(mode="after")
    def _sorted(self) -> Scale:
        bounds = [bracket.above for bracket in self.brackets]
        if bounds[0] != 0:
            raise ValueError(f"the first tier must start from 0, it starts above {bounds[0]:g}")
        if any(low >= high for low, high in zip(bounds, bounds[1:], strict=False)):
            raise ValueError("brackets must rise: sort them by above, without repeats")
        return self


class Tiers(Rule):
    """Volume commission of the named segments and products."""

    kind: Literal["tiers"]
    role: Literal["main", "bonus"] = Field(default="main", description="main: instead of base; bonus: on top of it")
    by: Literal["premium", "count"] = "premium"
    window: Literal["month", "quarter", "year", "trailing"] = Field(
        default="year", description="period after which the volume starts anew; trailing: the last 12 months"
    )
    scale: Scale
