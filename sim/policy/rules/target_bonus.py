"""Target bonus: a sum for what a partner reaches in a window, once; by steps or linear between points."""

from __future__ import annotations

import itertools
from typing import ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator

from sim.base.arrays import Reals
from sim.base.units import MINOR_PER_MAJOR, Block, Coefficient, Dated, Money
from sim.policy.parts.volume_sums import VolumeSums

Targets = tuple[Reals, Reals]


class Target(Block):
    """A volume and the sum that it earns."""

    at: Coefficient = Field(description="what must be reached: premium in major units, or contracts")
    amount: Money = Field(description="for reaching it")


class TargetBonus(VolumeSums):
    """The sum of the highest target that the window has reached (`highest`), of all of them, or of a line between.

    Formula: highest: a_k, with k the last target <= V; each: a_1 + ... + a_k; linear: a_k + (a_{k+1} - a_k) (V - v_k) /
    (v_{k+1} - v_k), from the first target on, and no more than the last.
    """

    batched: ClassVar[bool] = True
    owes_later: ClassVar[bool] = True
    kind: Literal["target_bonus"]
    targets: Dated[list[Target]] = Field(description="what must be reached and the sum for it, lowest first")
    pays: Literal["highest", "each", "linear"] = Field(
        default="highest", description="the sum of the highest target reached, of each of them, or linear between them"
    )

    @property
    def pays_on_sales(self) -> bool:
        return False

    @model_validator(mode="after")
    def _rise(self) -> TargetBonus:
        for targets in self.targets.since.values():
            if not targets:
                raise ValueError("a target bonus needs a target: state at and amount")
            if any(low.at >= high.at for low, high in itertools.pairwise(targets)):
                raise ValueError("targets must rise: sort them by at, without repeats")
            if self.pays != "each" and any(low.amount > high.amount for low, high in itertools.pairwise(targets)):
                raise ValueError("a higher target must not earn less: raise its amount, or write pays: each")
        if all(one.amount == 0 for targets in self.targets.since.values() for one in targets):
            raise ValueError("targets that earn nothing; state their amounts")
        return self

    def said(self, ordinal: int) -> Targets:
        """Bounds in the measure's unit and sums in minor units: float64[targets] each."""
        targets = self.targets.at(ordinal)
        bounds = np.array([one.at for one in targets]) * self.measure.unit
        return bounds, np.array([one.amount for one in targets]) * MINOR_PER_MAJOR

    def due(self, said: Targets, reached: Reals) -> Reals:
        bounds, sums = said
        if self.pays == "linear":
            return np.where(reached >= bounds[0], np.interp(reached, bounds, sums), 0.0)
        steps = np.concatenate(([0.0], np.cumsum(sums) if self.pays == "each" else sums))
        return np.asarray(steps[np.searchsorted(bounds, reached, side="right")])
