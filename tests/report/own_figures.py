"""A key figure and monthly figures from outside the package, the stage that writes them, and a result that has all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

import sim
from sim.base.arrays import Reals
from sim.engine.state.notebook import Notebook
from sim.engine.state.now import Now
from sim.figures.figure import Figure, Words
from sim.figures.own import KeyFigure
from sim.judgement.result import Result
from sim.results.account_series import Books
from sim.scenario.own_stage import OwnStage
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


class Raining(OwnStage):
    """Every month has its rain and its visits."""

    name, after, reads, figures = "it_rains", "calendar_plays", ("now",), (RAIN, VISITS)

    def play(self, now: Now, note: Notebook) -> None:
        note["rain"] = 0.125 * (now.month + 1)
        note.by_segment["visits"] = np.arange(len(note.by_segment["visits"])) + 1.0


def played(folder: Path) -> Result:
    """Two replications of the tiny scenario, and rain."""
    changes = {"criteria.wet": {"kpi": "wetness", "at_least": "1"}}
    loaded = sim.load(tiny.scenario(folder, changes), extra=[Wetness, Raining])
    return sim.run(loaded, replications=2, workers=1)
