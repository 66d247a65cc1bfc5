"""Key figures of one scenario, a row a replication: what studies of many scenarios keep instead of months.

Notation: n replication, k key figure, s surprise.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sim.engine.figures import SURPRISES
from sim.engine.plan import Plan
from sim.experiments import kpis
from sim.experiments.by_part import Kpi
from sim.experiments.cube import Cube
from sim.experiments.metrics import metrics
from sim.experiments.replicate import Replication

Reals = NDArray[np.float64]


@dataclass(frozen=True)
class Sheet:
    """Key figures by replication; money in major units."""

    names: tuple[str, ...]
    units: tuple[str, ...]
    texts: tuple[str, ...]
    numbers: tuple[int, ...]
    """replication numbers, rising"""
    values: Reals
    """float64[n, k]"""
    surprises: Reals
    """float64[n, s]: sums over the horizon of (draw - its conditional mean) x value; their true mean is 0"""

    @classmethod
    def of(cls, plan: Plan, done: Sequence[Replication]) -> Sheet:
        """The sheet of some replications of a plan."""
        numbers = [one.number for one in done]
        cube = Cube.of(plan, np.array([one.monthly for one in done])[None, None], numbers, metrics(plan))
        found = list(kpis.key_figures(cube, plan.scenario).values())
        surprises = [cube.series(f"surprise.{name}").sum(axis=1) for name in SURPRISES]
        return cls(
            tuple(one.name for one in found), tuple(one.unit for one in found), tuple(one.text for one in found),
            tuple(numbers), np.array([one.values for one in found], dtype=np.float64).T, np.array(surprises).T,
        )  # fmt: skip

    @classmethod
    def joined(cls, parts: Sequence[Sheet]) -> Sheet:
        """One sheet of several of the same scenario, by number."""
        first = parts[0]
        numbers = np.concatenate([part.numbers for part in parts])
        order = np.argsort(numbers, kind="stable")
        values, surprises = (np.concatenate([getattr(part, name) for part in parts])[order] for name in ("values", "surprises"))
        return cls(first.names, first.units, first.texts, tuple(numbers[order].tolist()), values, surprises)

    def taken(self, numbers: Sequence[int]) -> Sheet:
        """The rows of some replications."""
        at = {number: row for row, number in enumerate(self.numbers)}
        rows = [at[number] for number in numbers]
        return Sheet(self.names, self.units, self.texts, tuple(numbers), self.values[rows], self.surprises[rows])

    @cached_property
    def position(self) -> dict[str, int]:
        """Position of each key figure by name."""
        return {name: k for k, name in enumerate(self.names)}

    def figure(self, name: str) -> Kpi:
        """A key figure with its values[n]."""
        k = self.position[name]
        return Kpi(name, self.units[k], self.texts[k], self.values[:, k])

    @cached_property
    def figures(self) -> dict[str, Kpi]:
        """All key figures by name."""
        return {name: self.figure(name) for name in self.names}
