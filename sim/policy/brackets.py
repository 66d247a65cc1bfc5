"""Scales of brackets as scenarios write them."""

from __future__ import annotations

import itertools
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from sim.base.units import Block, Coefficient, Share


class Bracket(Block):
    """One step of a scale."""

    above: Coefficient = Field(
        description="lower bound: premium in major units, contracts, or growth or a loss ratio as a number or percentage"
    )
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
        for n, (low, high) in enumerate(itertools.pairwise(bounds), start=1):
            if low >= high:
                raise ValueError(
                    f"brackets must rise: bracket {n} starts above {low:g} and bracket {n + 1} above {high:g}; "
                    "sort them by above, without repeats"
                )
        return self

    def arrays(self, unit: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Lower bounds, in units of 1/`unit`, and rates."""
        return (
            np.array([bracket.above * unit for bracket in self.brackets]),
            np.array([bracket.rate for bracket in self.brackets]),
        )
