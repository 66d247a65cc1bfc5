"""Scales of brackets as scenarios write them."""

from __future__ import annotations

import itertools
from typing import Annotated, Literal

import numpy as np
from pydantic import AfterValidator, Field, model_validator

from sim.base.arrays import Reals
from sim.base.units import Block, Coefficient, Dated, Share


class Bracket(Block):
    """One step of a scale."""

    above: Coefficient = Field(
        description="lower bound: premium or margin in major units, contracts or partners; a growth, a ratio or a "
        "share of quota as a number or percentage"
    )
    rate: Share = Field(description="share of premium")


def sorted_brackets(brackets: list[Bracket]) -> list[Bracket]:
    """The brackets, if they rise from 0."""
    bounds = [bracket.above for bracket in brackets]
    if bounds[0] != 0:
        raise ValueError(f"the first tier must start from 0, it starts above {bounds[0]:g}")
    for n, (low, high) in enumerate(itertools.pairwise(bounds), start=1):
        if low >= high:
            raise ValueError(
                f"brackets must rise: bracket {n} starts above {low:g} and bracket {n + 1} above {high:g}; "
                "sort them by above, without repeats"
            )
    return brackets


Brackets = Annotated[list[Bracket], Field(min_length=1), AfterValidator(sorted_brackets)]


class Scale(Block):
    """Brackets sorted by their lower bound, the first at 0. They may change at month starts."""

    kind: Literal["marginal", "retroactive", "prospective", "linear"] = Field(
        description="marginal: each slice at its own rate; retroactive: the whole window at the rate reached; "
        "prospective: a rate reached holds from then on, without back pay; linear: the whole window at a rate between "
        "those of the two brackets around it, in proportion, at most the last"
    )
    holds_from: Literal["this_month", "next_month"] = Field(
        default="this_month", description="prospective: the month from which a rate holds that is reached in this one"
    )
    edge: Literal["left", "right"] = Field(default="left", description="left: the bound belongs to the tier it starts")
    brackets: Dated[Brackets]

    @model_validator(mode="after")
    def _from_then_on(self) -> Scale:
        if self.holds_from != "this_month" and self.kind != "prospective":
            raise ValueError(
                "holds_from is of a rate that holds from then on: write kind: prospective, or leave it out"
            )
        return self

    @property
    def of_all(self) -> bool:
        """Whether one rate holds for the whole window, so that it is trued up."""
        return self.kind in ("retroactive", "linear")

    @property
    def highest(self) -> float:
        """The best rate at any time."""
        return max(bracket.rate for brackets in self.brackets.since.values() for bracket in brackets)

    def arrays(self, unit: float, ordinal: int) -> tuple[Reals, Reals]:
        """Lower bounds, in units of 1/`unit`, and rates in force in the month `ordinal`."""
        brackets = self.brackets.at(ordinal)
        return (
            np.array([bracket.above * unit for bracket in brackets]),
            np.array([bracket.rate for bracket in brackets]),
        )
