"""The labelled cube: policies x worlds x replications x months x metrics. Everything that judges reads cubes.

Notation of axes: policy, world, replication, month, metric.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from sim.base.arrays import Integers, Reals
from sim.base.extras import needed
from sim.base.units import MINOR_PER_MAJOR, month_name

if TYPE_CHECKING:
    import xarray

    from sim.engine.layout.plan import Plan
    from sim.figures.monthly import Metric


@dataclass(frozen=True)
class Cube:
    """Monthly metrics; money in whole minor units, held as float64 (exact below 2**53)."""

    values: Reals
    """float64[policy, world, replication, month, metric]"""
    metrics: tuple[Metric, ...]
    replications: tuple[int, ...]
    months: tuple[str, ...]
    policies: tuple[str, ...] = ("policy",)
    worlds: tuple[str, ...] = ("base",)
    currency: str = "RUB"
    partners: int = 0
    """partners there at the opening"""

    @classmethod
    def of(cls, plan: Plan, values: Reals, replications: Sequence[int], metrics: tuple[Metric, ...]) -> Cube:
        """The cube of one plan."""
        there = int((~plan.population.spare).sum()) - plan.population.ours  # our own channels are no partners
        months = tuple(month_name(plan.scenario.start + t) for t in range(plan.months))
        return cls(values, metrics, tuple(replications), months, currency=plan.scenario.currency, partners=there)

    @cached_property
    def position(self) -> dict[str, int]:
        """Position of each metric by name."""
        return {metric.name: m for m, metric in enumerate(self.metrics)}

    def series(self, name: str, policy: int = 0, world: int = 0) -> Reals:
        """A metric in major units (or counts, shares): float64[replication, month]."""
        metric = self.metrics[self.position[name]]
        values: Reals = self.values[policy, world, :, :, self.position[name]]
        return values / MINOR_PER_MAJOR if metric.unit == "money" else values

    def minor(self, name: str, policy: int = 0, world: int = 0) -> Integers:
        """A metric of money in whole minor units: int64[replication, month]."""
        return np.rint(self.values[policy, world, :, :, self.position[name]]).astype(np.int64)

    def named(self, figure: str) -> list[str]:
        """Parts of a monthly figure, in their order."""
        return [*self._parts.get(figure, ())]

    @cached_property
    def _parts(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for metric in self.metrics:
            if metric.part:
                found.setdefault(metric.figure.name, []).append(metric.part)
        return found

    def labelled(self) -> xarray.DataArray:
        """The cube as an xarray with labels; money in major units, the unit of each metric as a coordinate."""
        labelled = needed("xarray", "a cube with labels").DataArray
        scale = np.array([1.0 / MINOR_PER_MAJOR if one.unit == "money" else 1.0 for one in self.metrics])
        units = [self.currency if one.unit == "money" else one.unit for one in self.metrics]
        cube: xarray.DataArray = labelled(
            self.values * scale,
            dims=("policy", "world", "replication", "month", "metric"),
            coords={
                "policy": list(self.policies), "world": list(self.worlds), "replication": list(self.replications),
                "month": list(self.months), "metric": [one.name for one in self.metrics], "unit": ("metric", units),
            },
            name="monthly",
        )  # fmt: skip
        return cube
