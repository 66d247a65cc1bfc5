"""`sweep`: a grid over one or two axes of a scenario, as a stress map with its border of break-even."""

from __future__ import annotations

from math import prod
from typing import ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator

from sim.base.arrays import Integers
from sim.base.errors import OutputError
from sim.base.in_python.arguments import MOST_REPLICATIONS
from sim.base.units import Share
from sim.experiments import rounds
from sim.experiments.answer import Answer
from sim.experiments.grid import Axis
from sim.experiments.lab import Lab
from sim.experiments.policies import Policy
from sim.experiments.study import Study, part_of
from sim.experiments.tables.stress_map import COLUMNS, StressMap
from sim.judgement.beside import break_even
from sim.runs.ahead import Part
from sim.runs.case import Case
from sim.runs.orders import MOST_TOGETHER, Order
from sim.runs.resources import estimate
from sim.runs.sheet import Sheet
from sim.runs.side_by_side import turns_loss_ratios, weight_of_worlds
from sim.scenario.load import Loaded

REPLICATIONS = 24
MOST_CELLS = 500  # of a grid that is played without being asked twice
RUIN_BOUND = 0.01  # where the scenario states none: ruin in one run of a hundred, as the studies of policies take it
BORDER = 0.8  # share of the budget for the border that is usually played
EXTRA = 4  # the budget for the border of ruin: a quarter of the grid's replications
Cells = list[list[Case]]


class Sweep(Study):
    """Every combination of two axes, or the values of one.

    All cells are loaded and checked before the first is played, and stand on common luck. The mean result is controlled
    by surprises. Cells through or past which the border of ruin runs are looked at again, with as many replications
    more as they had, in up to four rounds within a budget; their interval allows for all looks.
    """

    usual: ClassVar[int] = REPLICATIONS
    kind: Literal["sweep"]
    policy: Policy = Field(
        description="the scenario, or a scenario and what is changed in it, over which the grid is laid"
    )
    across: Axis = Field(description="the axis from left to right")
    up: Axis | None = Field(default=None, description="the axis from bottom to top; left out: one axis alone")
    ruin_bound: Share | None = Field(
        default=None, description="bound of the probability of ruin; left out: that of the criteria, or 1 %"
    )
    ruin_budget: int | None = Field(
        default=None, ge=0, le=MOST_REPLICATIONS,
        description="replications for the border of ruin, all cells together; left out: a quarter of the grid's",
    )  # fmt: skip
    yes: bool = Field(default=False, description="play a grid of many cells without being asked")

    @model_validator(mode="after")
    def _names(self) -> Sweep:
        """Axes are columns of tables beside the figures, so their names must differ from these and from each other."""
        labels = [axis.label for axis in (self.across, self.up) if axis is not None]
        for label in labels:
            if label in COLUMNS or labels.count(label) > 1:
                raise ValueError(
                    f'an axis cannot be called "{label}", there is a column of this name; give it another name'
                )
        return self

    def extremes(self) -> list[tuple[str, ...]]:
        """Two corners of the grid that lie across from each other."""
        axes = [axis for axis in (self.across, self.up) if axis is not None]
        return [tuple(text for axis in axes for text in axis.sets(at)) for at in (0, -1)]

    def ahead(self, lab: Lab) -> list[Part]:
        """Every cell, then its border of ruin."""
        loaded = lab.case(self.policy.scenario, self.policy.sets, self.seed).loaded
        return [] if loaded is None else self._through(loaded)._parts()

    def _through(self, loaded: Loaded) -> Sweep:
        """The same with the present policy as a point of both axes, where it has a place on them."""
        now = [axis.now(loaded) for axis in (self.across, self.up) if axis is not None]
        if None in now:
            return self
        up = None if self.up is None else self.up.through(now[1])
        return self.model_copy(update={"across": self.across.through(now[0]), "up": up})

    def _parts(self) -> list[Part]:
        cells, budget = len(self.across.points) * self._rows, self._budget
        border = [Part("border", -(-budget // self.each), self.each, usual=BORDER)] if budget else []
        axes = [one for one in (self.across, self.up) if one is not None]
        worlds = prod(len(one.points) for one in axes if turns_loss_ratios(one.paths))
        return [Part("cells", cells, self.each, weight=weight_of_worlds(min(worlds, MOST_TOGETHER))), *border]

    def scaled(self, share: float) -> Sweep:
        """With fewer replications of each cell and along the border."""
        budget = None if self.ruin_budget is None else part_of(self.ruin_budget, share, 0)
        each = part_of(self.each, share, self.fewest)
        return self.model_copy(update={"replications": each, "ruin_budget": budget})

    def answer(self, lab: Lab) -> Answer:
        """Play the grid and, as one of its cells, the present policy."""
        present = lab.case(self.policy.scenario, self.policy.sets, self.seed)
        assert present.loaded is not None
        self._ask(present, lab)
        return self._through(present.loaded)._played(lab, present.loaded, present.specification.seed)

    def _played(self, lab: Lab, present: Loaded, seed: int) -> Answer:
        cells = self._cells(lab, seed)
        bound = ruin_bound(present) if self.ruin_bound is None else self.ruin_bound
        sheets = self._sheets(lab, cells, bound)
        theory = break_even.over(
            lambda r, c: cells[r][c], self.across.numbers, np.zeros(1) if self.up is None else self.up.numbers
        )
        return StressMap(self.across, self.up, present, sheets, self.each, bound, theory).answer(self.name)

    @property
    def _budget(self) -> int:
        """Replications for the border of ruin, at most."""
        cells = len(self.across.points) * self._rows
        return cells * self.each // EXTRA if self.ruin_budget is None else self.ruin_budget

    @property
    def _rows(self) -> int:
        return 1 if self.up is None else len(self.up.points)

    def _ask(self, present: Case, lab: Lab) -> None:
        """Refuse a grid of very many cells that nobody has confirmed.

        Raises
        ------
        OutputError
        """
        cells, workers = len(self.across.points) * self._rows, lab.crew.size
        if self.yes or cells <= MOST_CELLS:
            return
        minutes = estimate(present.outline, cells * self.each, workers)[1] / workers / 60
        raise OutputError(
            f"the grid has {cells} cells, over {MOST_CELLS}: {cells * self.each} replications, "
            f"at most about {minutes:.0f} minutes on {workers} processors; "
            "take fewer steps, or confirm with --yes (yes: true in the study)"
        )

    def _cells(self, lab: Lab, seed: int) -> Cells:
        own, up = self.policy.sets, self.up
        return [
            [
                lab.case(
                    self.policy.scenario,
                    (*own, *self.across.sets(c), *(() if up is None else up.sets(r))),
                    seed,
                    self._name(r, c),
                )
                for c in range(len(self.across.points))
            ]
            for r in range(self._rows)
        ]

    def _name(self, r: int, c: int) -> str:
        name = f"{self.across.label} {self.across.points[c]}"
        return name if self.up is None else f"{name}, {self.up.label} {self.up.points[r]}"

    def _sheets(self, lab: Lab, cells: Cells, bound: float) -> list[list[Sheet]]:
        """Sheets by [y][x], with more replications along the border of ruin."""
        across = len(self.across.points)
        flat = lab.sheets([case for row in cells for case in row], range(self.each))
        sheets = [flat[r * across : (r + 1) * across] for r in range(self._rows)]
        left = self._budget
        lab.account.begin("border")
        for _ in range(rounds.ROUNDS):
            ruined, played = _ruined(sheets)
            chosen = list(rounds.shares(ruined, played, bound, left))
            left -= sum(more for _, more in chosen)
            orders = [
                Order(cells[r][c], range(played[r, c], played[r, c] + more), "figures") for (r, c), more in chosen
            ]
            for ((r, c), _), found in zip(chosen, lab.runner.play(orders) if orders else [], strict=True):
                assert isinstance(found, Sheet)
                sheets[r][c] = Sheet.joined([sheets[r][c], found])
        return sheets


def ruin_bound(loaded: Loaded) -> float:
    """The scenario's own bound of the probability of ruin."""
    stated = [one.at_most for one in loaded.scenario.criteria.values() if one.kpi == "ruined" and one.in_share is None]
    known = [one for one in stated if one is not None]
    return min(known) if known else RUIN_BOUND


def _ruined(sheets: list[list[Sheet]]) -> tuple[Integers, Integers]:
    ruined = np.array([[one.figure("ruined").values.sum() for one in row] for row in sheets]).astype(np.int64)
    return ruined, np.array([[len(one.numbers) for one in row] for row in sheets])
