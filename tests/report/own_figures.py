"""A key figure and a monthly figure from outside the package, and a result that has both."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

import sim
from sim.base.arrays import Reals
from sim.engine.model import PartnerNetwork
from sim.figures.figure import Figure, Words
from sim.figures.own import KeyFigure
from sim.judgement.result import Result
from sim.results.books import Books
from sim.results.cube import Cube
from sim.results.metrics import metrics, rows
from sim.runs.case import Case
from sim.runs.replicate import Replication
from tests.report import tiny

RAIN = Figure("rain", "number", Words("rain of the month", "осадки за месяц"), adds="flow")
VISITS = Figure("visits", "count", Words("visits", "посещения"), axis="segment", adds="flow")


class Wetness(KeyFigure):
    """Rain over the horizon."""

    name = "wetness"
    unit = "number"
    words = Words("Rain over the horizon", "Осадки за горизонт")

    def of(self, books: Books, scenario: Any) -> Reals:
        return books.cube.series("rain").sum(axis=1)


class Raining(PartnerNetwork):
    """A model in which every month has its rain and its visits."""

    def step(self) -> None:
        self.notebook["rain"] = 0.125 * (self.month + 1)
        self.notebook.by_segment["visits"] = np.arange(len(self.notebook.by_segment["visits"])) + 1.0
        super().step()


def played(folder: Path) -> Result:
    """Two replications of the tiny scenario, and rain."""
    import dataclasses

    changes = {"criteria.wet": {"kpi": "wetness", "at_least": "1"}}
    case = Case.of(sim.load(tiny.scenario(folder, changes), extra=[Wetness]))
    plan = dataclasses.replace(case.plan, own_figures=(RAIN, VISITS))
    done = [_replication(Raining(plan, number)) for number in range(2)]
    cube = Cube.of(plan, np.array([one.monthly for one in done])[None, None], range(2), metrics(plan))
    assert case.loaded is not None
    return Result(case.loaded, case.specification, plan, cube, tuple(done), case.notes)


def _replication(model: PartnerNetwork) -> Replication:
    from sim.engine.stages import brokers, moves

    model.run()
    values = rows(model.datacollector.model_vars)
    return Replication(model.replication, values, model.calendar.events, moves.flows(model), brokers.joining(model))
