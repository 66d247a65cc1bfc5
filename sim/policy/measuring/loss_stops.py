"""Stops of losses in a loss ratio that a rule reads: a claim, and a year, count with at most so much."""

from __future__ import annotations

from typing import Any

import numpy as np
from pydantic import Field, model_validator

from sim.base.arrays import Integers
from sim.base.errors import SimError
from sim.base.units import LARGEST_RATIO, Block, Money, Ratio, to_minor
from sim.policy.given.facts import MonthFacts
from sim.policy.kernels import tally


class YearStop(Block):
    """Most that a year's losses count with: a ratio to the premium of the year, or a sum; the lower of both."""

    of_premium: Ratio | None = Field(default=None, description="as a ratio to the year's premium")
    amount: Money | None = Field(default=None, description="as a sum")

    @model_validator(mode="before")
    @classmethod
    def _bare(cls, value: object) -> object:
        """Text is a ratio, a bare number a sum."""
        if isinstance(value, str):
            return {"of_premium": value}
        if isinstance(value, bool) or not isinstance(value, int | float):
            return value
        if 0 < value <= LARGEST_RATIO:
            raise ValueError(f'a ratio or a sum? Write "{value * 100:g}%" of premium, or {{amount: {value:g}}}')
        return {"amount": value}

    @model_validator(mode="after")
    def _says_something(self) -> YearStop:
        if self.of_premium is None and self.amount is None:
            raise ValueError('state a ratio to premium, such as "150%", or a sum')
        return self

    def limit(self, premium: Integers, losses: Integers) -> Integers:
        """Losses of years with so much premium, as far as they count: int64[m] each."""
        found = losses
        if self.of_premium is not None:
            most = np.empty(premium.size, dtype=np.int64)
            tally.lines(np.full(premium.size, self.of_premium), premium, most)
            found = np.minimum(found, most)
        if self.amount is not None:
            found = np.minimum(found, to_minor(self.amount))
        return found

    def at(self, loss_ratio: Any) -> Any:
        """Loss ratios as far as they count; a sum stops none, as it is of no known premium."""
        return loss_ratio if self.of_premium is None else np.minimum(loss_ratio, self.of_premium)


def incurred(facts: MonthFacts, stop: int | None) -> Integers:
    """The month's claims, each with at most `stop` minor units: int64[P, n].

    Raises
    ------
    SimError
        Where only sums of claims are known.
    """
    if stop is None:
        return facts.incurred
    if facts.stopped is None:
        raise SimError("a rule counts single claims, and the month's facts do not tell them apart")
    return facts.stopped.at(stop)
