"""What rules share that read a loss ratio in which large claims and bad years count in part."""

from __future__ import annotations

import numpy as np
from pydantic import Field, model_validator

from sim.base.arrays import Reals
from sim.base.units import Money, to_minor
from sim.policy.measuring.loss_stops import YearStop
from sim.policy.rule import Rule
from sim.policy.to_come import InForce


class StopsLosses(Rule):
    """A rule that reads a loss ratio, whose large claims and bad years may count in part."""

    stop_per_claim: Money | None = Field(
        default=None, description="a claim counts with at most so much of its cost; left out: with all of it"
    )
    stop_per_year: YearStop | None = Field(
        default=None,
        description="a year's losses count with at most so much: a share of its premium (`150%`), or a sum (`250000`)",
    )

    @model_validator(mode="after")
    def _stops_something(self) -> StopsLosses:
        if self.stop_per_claim == 0.0:
            raise ValueError("with stop_per_claim: 0 no claim counts: leave it out, or state a sum")
        return self

    @property
    def stop_of_claims(self) -> int | None:
        return None if self.stop_per_claim is None else to_minor(self.stop_per_claim)

    @property
    def stops(self) -> bool:
        """Whether some stop is stated."""
        return self.stop_per_claim is not None or self.stop_per_year is not None

    def expected_ratio(self, in_force: InForce) -> Reals:
        """The loss ratio that what is in force is expected to count with: float64[slice]."""
        ratio = in_force.ratio_within(self.stop_of_claims)
        return ratio if self.stop_per_year is None else np.asarray(self.stop_per_year.at(ratio))
