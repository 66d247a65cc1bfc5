"""The map of a grid with the stated scenario and the point on it, as a picture of a page."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from sim.base.arrays import Reals
from sim.experiments.answer import OWN, Answer, Map, Mark
from sim.explore.explored_levers import Lever, Point
from sim.explore.explorer_words import ExplorerWords
from sim.explore.played_grid import PlayedGrid
from sim.report.pages.picture import Picture
from sim.report.study.plane_pictures import map_picture
from sim.report.study.words import Words

RESULT = "figure.result"
_PERCENT = 100.0


class GridPicture:
    """Pictures of a grid in one language."""

    def __init__(self, grid: PlayedGrid, words: ExplorerWords) -> None:
        self.grid, self.words = grid, words

    @property
    def shown(self) -> list[str]:
        """What may be shown: the result, then how well each criterion is kept."""
        return [RESULT, *(name for name in self.grid.names if name.startswith("criterion."))]

    def title(self, name: str) -> str:
        """Of one of them."""
        labels, scenario = self.words.labels, self.words.explorer.loaded.scenario
        if name == RESULT:
            return labels.kpi("result")
        judged = {key: one.kpi for key, one in scenario.criteria.items()}
        return self.words("map.margin", name=labels.criterion(name.partition(".")[2], judged))

    def picture(self, name: str, point: Point) -> Picture:
        """The map, its border at 0."""
        plan, scenario = self.grid.plan, self.words.explorer.loaded.scenario
        (xs, x_unit), (ys, y_unit) = (_axis(plan.x, plan.xs), _axis(plan.y, plan.ys))
        marks = [self._mark("present", {}), *([self._mark("point", point)] if point else [])]
        one = Map(
            "grid", xs, ys, self.grid.figures(name), OWN + self.words.lever(plan.x), OWN + self.words.lever(plan.y),
            x_unit, y_unit, self.unit(name), (0.0,), {}, marks,
        )  # fmt: skip
        answer = Answer("explore", scenario.name, (), (), (one,), currency=scenario.currency, spoken=scenario.spoken)
        return replace(map_picture(one, Words(answer, self.words.labels.lang)), title=self.title(name))

    def about(self, name: str) -> str:
        """How it was come by, and its error."""
        numbers, plan = self.words.numbers, self.grid.plan
        error, level = (numbers.figure(value, self.unit(name)) for value in (self.grid.error(name), 0.0))
        counts = {"n": numbers.count(plan.replications), "between": numbers.count(len(plan.between))}
        return self.words("map.about", **counts, error=error, level=level)

    def unit(self, name: str) -> str:
        """Unit of what is shown."""
        explorer = self.words.explorer
        head, _, rest = name.partition(".")
        return explorer.unit(rest) if head == "figure" else explorer.unit_of_margin(rest)

    def _mark(self, name: str, point: Point) -> Mark:
        x, y = (_shown(one, point.get(one.name, one.stated)) for one in (self.grid.plan.x, self.grid.plan.y))
        return Mark(name, x, y)


def _axis(lever: Lever, values: tuple[float, ...]) -> tuple[Reals, str]:
    return np.array([_shown(lever, value) for value in values]), _unit(lever)


def _unit(lever: Lever) -> str:
    knob = lever.knob
    of_points = knob.change == "shift" and (knob.unit in ("%", "pp") or abs(lever.high) < 1.0)
    return "points" if of_points else "ratio" if knob.percent or knob.unit == "%" else "number"


def _shown(lever: Lever, value: float) -> float:
    """A value as the map's unit has it: shares as parts of one."""
    return value / _PERCENT if lever.knob.unit in ("%", "pp") else value
