"""Two levers over a grid played in advance: what lies between its points is interpolated, and the error measured.

Notation: values by [y, x], bilinear between them; u how well a criterion is kept (of a key figure: its value).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from sim.base.arrays import Reals
from sim.explore.explored_levers import Lever
from sim.explore.point_estimate import PointEstimate, Told, on_luck
from sim.judgement.breaking.kept_criteria import Criteria
from sim.runs.sheet import Sheet

SECONDS = 90.0  # that a grid may take, as reckoned; it promises two minutes
SIZES = (7, 5, 4, 3)  # points along a lever, the most for which there is time
LEAST, MOST = 8, 64  # replications of a point
BETWEEN = 4  # points between those of the grid, where the error is measured


@dataclass(frozen=True)
class Shape:
    """How large a grid is, by what its plays are reckoned to take."""

    points: int
    replications: int

    @property
    def plays(self) -> int:
        """Scenarios that are played."""
        return self.points**2 + BETWEEN


def shape(seconds: Callable[[int], float], workers: int, most: int) -> Shape:
    """The finest grid for which there is time.

    Parameters
    ----------
    seconds : of one processor that a point of so many replications is reckoned to take
    workers : processors
    most : replications of the stated run, with which the points are compared
    """
    upper = max(1, min(MOST, most))
    for size in SIZES:
        for k in range(upper, min(LEAST, upper) - 1, -1):
            if Shape(size, k).plays * seconds(k) <= SECONDS * workers:
                return Shape(size, k)
    return Shape(SIZES[-1], max(1, min(LEAST, upper)))


@dataclass(frozen=True)
class GridPlan:
    """Where a grid is played: the values of both levers, and the points between."""

    x: Lever
    y: Lever
    xs: tuple[float, ...]
    ys: tuple[float, ...]
    replications: int

    @classmethod
    def of(cls, x: Lever, y: Lever, found: Shape) -> GridPlan:
        """A grid of a shape over two levers."""
        return cls(x, y, spread(x, found.points), spread(y, found.points), found.replications)

    @property
    def nodes(self) -> list[tuple[float, float]]:
        """(x, y) of the points, x running fastest."""
        return [(x, y) for y in self.ys for x in self.xs]

    @property
    def between(self) -> list[tuple[float, float]]:
        """(x, y) in the middle of cells on both sides of the middle of each lever."""
        return [(x, y) for y in _middles(self.ys) for x in _middles(self.xs)]

    def point(self, place: tuple[float, float]) -> dict[str, float]:
        """A place as a point of the levers."""
        return {self.x.name: place[0], self.y.name: place[1]}


@dataclass(frozen=True)
class PlayedGrid:
    """A grid that was played."""

    plan: GridPlan
    told: Sequence[PointEstimate]
    """of the nodes, then of the points between"""

    @property
    def names(self) -> list[str]:
        """What it tells: criteria and key figures."""
        return list(self.told[0].told)

    def figures(self, name: str) -> Reals:
        """The figure [y, x]."""
        return self._values(name, "figure")

    def at(self, name: str, x: float, y: float) -> Told:
        """A figure between the points, with half its interval and, on top, the largest error seen between them."""
        found = (_between(self._values(name, part), self.plan, (x, y)) for part in ("figure", "half"))
        figure, half = found
        return Told(figure, half + self.error(name))

    def error(self, name: str) -> float:
        """The largest gap between what was played and what is interpolated, at the points between."""
        z, count = self.figures(name), len(self.plan.nodes)
        pairs = zip(self.plan.between, self.told[count:], strict=True)
        return max(abs(one.told[name].figure - _between(z, self.plan, place)) for place, one in pairs)

    def _values(self, name: str, part: str) -> Reals:
        found = [getattr(one.told[name], part) for one in self.told[: len(self.plan.nodes)]]
        return np.array(found).reshape(len(self.plan.ys), len(self.plan.xs))


def played(plan: GridPlan, known: Criteria, sheets: Sequence[Sheet]) -> PlayedGrid:
    """A grid from the sheets of its points, in the order of `nodes` and `between`."""
    here = known.here(plan.replications)
    return PlayedGrid(plan, [on_luck(known, known.there(one), here) for one in sheets])


def spread(lever: Lever, points: int) -> tuple[float, ...]:
    """Values of a lever at even distances, from its first to its last; the present one in place of the nearest."""
    values = lever.values
    places = sorted({round(at) for at in np.linspace(0, len(values) - 1, points)})
    here = values.index(lever.stated)
    nearest = min(places, key=lambda at: abs(at - here))
    inner = nearest not in (places[0], places[-1])
    kept = {here if at == nearest and inner else at for at in places} | {here}
    return tuple(values[at] for at in sorted(kept))


def _middles(values: Sequence[float]) -> list[float]:
    """Middles of a low and of a high cell."""
    middles = [(a + b) / 2 for a, b in pairwise(values)]
    return [middles[len(middles) // 4], middles[-1 - len(middles) // 4]]


def _between(z: Reals, plan: GridPlan, place: tuple[float, float]) -> float:
    """Bilinear: along x at each y, then along y."""
    along = [float(np.interp(place[0], plan.xs, row)) for row in z]
    return float(np.interp(place[1], plan.ys, along))
