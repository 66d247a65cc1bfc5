"""Partners with many branches: what they cost to take on and to serve, and how long they take to begin.

Notation: n branches of a partner.
"""

from __future__ import annotations

import numpy as np
from pydantic import Field, model_validator

from sim.base.arrays import Integers, Reals
from sim.base.laws import Law, quantiles
from sim.base.units import Block, Coefficient


class Branches(Block):
    """How many places a partner sells in: each is taken on and served, one after another."""

    number: Law = Field(description="branches of a partner, whole ones and at least one")
    per_branch: Coefficient = Field(
        default=0.0, description="what each branch but the first adds to the ramp, as a share of it"
    )

    @model_validator(mode="after")
    def _some(self) -> Branches:
        mean = self.number.expected
        if mean is None or self.number.dist == "mixture":
            raise ValueError("number needs a mean, and no mixture: use two segments")
        if mean < 1.0:
            raise ValueError(f"a partner has at least one branch, not {mean:g} on average: raise number")
        return self

    def counts(self, u: Reals) -> Integers:
        """Branches of partners at these quantiles of the law: int64[partners]."""
        return np.maximum(1, np.rint(quantiles(self.number, u)).astype(np.int64))

    def ramp(self, months: float, n: Integers) -> Reals:
        """Months until the flow of partners with n branches is full, where one of one branch takes `months`."""
        return np.asarray(months * (1.0 + self.per_branch * (n - 1)))
