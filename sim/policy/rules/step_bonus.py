"""Step bonus: a sum for each full so much that a partner brings in a window."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator

from sim.base.arrays import Reals
from sim.base.units import MINOR_PER_MAJOR, Coefficient, Dated, Money
from sim.policy.parts.volume_sums import VolumeSums


class StepBonus(VolumeSums):
    """A sum for each full `every` of the window's premium or contracts.

    Formula: amount x floor((V - above) / every) for V above `above`, else nothing; no more than `most` steps.
    """

    batched: ClassVar[bool] = True
    owes_later: ClassVar[bool] = True
    kind: Literal["step_bonus"]
    every: Coefficient = Field(description="premium in major units, or contracts, of a step")
    amount: Dated[Money] = Field(description="for each full step")
    above: Coefficient = Field(default=0.0, description="volume of the window from which steps are counted")
    most: int | None = Field(default=None, ge=1, description="steps of a window that are paid; left out: all")

    @property
    def pays_on_sales(self) -> bool:
        return False

    @model_validator(mode="after")
    def _steps(self) -> StepBonus:
        if self.every <= 0:
            raise ValueError("steps of nothing; state every, such as 10000")
        return self

    def said(self, ordinal: int) -> float:
        """The sum of a step in minor units."""
        return self.amount.at(ordinal) * MINOR_PER_MAJOR

    def due(self, said: float, reached: Reals) -> Reals:
        unit = self.measure.unit
        steps = np.floor(np.maximum(reached - self.above * unit, 0.0) / (self.every * unit))
        return np.asarray(said * (steps if self.most is None else np.minimum(steps, self.most)))
