"""A map over one or two axes: mean result, probability of loss and of ruin, retention, and the border of break-even.

Notation: cells by [y, x]; a map of one axis has one row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.base.units import month_name
from sim.experiments import controls, plane, rounds
from sim.experiments.answer import Amount, Answer, Chart, Lines, Map, Mark, Sentence, Series, Table
from sim.experiments.controls import Controlled
from sim.experiments.grid import Axis
from sim.experiments.sheet import Sheet
from sim.scenario.load import Loaded

if TYPE_CHECKING:
    import pandas

Reals = NDArray[np.float64]
MEANS = {
    "combined_ratio": "ratio", "loss_ratio": "ratio", "commission_ratio": "ratio", "market_share_end": "share",
    "active_partners_end": "count", "lost_partners_end": "count",
}  # fmt: skip
_UNITS = MEANS | {
    "result": "money", "low": "money", "high": "money", "variance_ratio": "number", "margin_of_new_business": "ratio",
    "replications": "count",
} | {f"{name}{end}": "probability" for name in ("loss", "ruined") for end in ("", "_low", "_high")}  # fmt: skip


@dataclass(frozen=True)
class StressMap:
    """A map that was played."""

    x: Axis
    y: Axis | None
    loaded: Loaded
    """the present policy"""
    sheets: Sequence[Sequence[Sheet]]
    """by [y][x]"""
    common: int
    """replications that all cells have; their mean result stands on these"""
    bound: float
    """of the probability of ruin"""
    theory: Reals
    """margin of new business [y, x]"""

    @cached_property
    def results(self) -> list[list[Controlled]]:
        """Mean result of each cell, controlled by its surprises, on the luck that all cells share."""
        return [[controls.of_sheet(one.taken(one.numbers[: self.common]), "result") for one in row] for row in self.sheets]

    @cached_property
    def mean(self) -> Reals:
        """Mean result [y, x]."""
        return self._of_results("mean")

    def _of_results(self, name: str) -> Reals:
        return np.array([[getattr(one, name) for one in row] for row in self.results])

    @property
    def played(self) -> NDArray[np.int64]:
        """Replications by cell."""
        return np.array([[len(one.numbers) for one in row] for row in self.sheets])

    def chance(self, kpi: str) -> tuple[Reals, Reals, Reals]:
        """Share of the replications and its interval, by cell."""
        count = np.array([[np.nansum(one.figure(kpi).values) for one in row] for row in self.sheets]).astype(np.int64)
        return (count / self.played, *rounds.interval(count, self.played, self.played > self.common))

    def of(self, kpi: str) -> Reals:
        """Mean of a key figure by cell, NaN where it is never known."""
        cells = [[one.figure(kpi).values for one in row] for row in self.sheets]
        return np.array([[np.nan if np.isnan(one).all() else np.nanmean(one) for one in row] for row in cells])

    def columns(self) -> dict[str, Reals]:
        """What the map shows, each by cell."""
        found = {"result": self.mean, "low": self._of_results("low"), "high": self._of_results("high")}
        for kpi in ("loss", "ruined"):
            found |= dict(zip((kpi, f"{kpi}_low", f"{kpi}_high"), self.chance(kpi), strict=True))
        found |= {kpi: self.of(kpi) for kpi in MEANS}
        return found | {
            "margin_of_new_business": self.theory, "variance_ratio": self._of_results("ratio"),
            "replications": self.played.astype(np.float64),
        }  # fmt: skip

    def table(self) -> pandas.DataFrame:
        """Rows: cells, the first axis running fastest."""
        import pandas

        rows = 1 if self.y is None else len(self.y.points)
        axes: dict[str, Any] = {self.x.label: list(self.x.points) * rows}
        if self.y is not None:
            axes[self.y.label] = [value for value in self.y.points for _ in self.x.points]
        return pandas.DataFrame(axes | {name: one.ravel() for name, one in self.columns().items()})

    def break_even(self) -> pandas.DataFrame:
        """Where the mean result is 0, its interval, and where the theory's margin is: by x along y, or along x alone."""
        import pandas

        curves = {"break_even": self.mean, "low": self._of_results("low"), "high": self._of_results("high"), "theory": self.theory}
        if self.y is None:
            found = {name: [plane.crossing(self.x.numbers, z[0])] for name, z in curves.items()}
            return _ordered(pandas.DataFrame(found))
        along = {name: plane.border(self.y.numbers, z) for name, z in curves.items()}
        return _ordered(pandas.DataFrame({self.x.label: self.x.points} | along))

    def answer(self, title: str, kind: str = "sweep") -> Answer:
        """All of it, in the words and tables of a study."""
        axes = {axis.label: axis.unit for axis in (self.x, self.y) if axis is not None}
        along = (self.y or self.x).unit
        places = dict.fromkeys(("break_even", "low", "high", "theory"), along)
        scenario = self.loaded.scenario
        return Answer(
            kind, title or scenario.name, self._says(),
            [Table("cells", self.table(), axes | _UNITS), Table("break_even", self.break_even(), axes | places)],
            self._maps() if self.y is not None else self._lines(), currency=scenario.currency,
            start=month_name(scenario.start), notes=self.loaded.notes, found=self,
        )  # fmt: skip

    def _says(self) -> list[Sentence]:
        ratio = self._of_results("ratio")
        earning, ruined = self.mean >= 0, self.chance("ruined")
        cells: dict[str, Amount | str] = {
            "cells": Amount(self.mean.size, "count"), "replications": Amount(self.common, "count"),
            "earning": Amount(int(earning.sum()), "count"),
        }  # fmt: skip
        said = [Sentence("sweep_cells", cells), *self._of_present()]
        over, under = int((ruined[1] > self.bound).sum()), int((ruined[2] <= self.bound).sum())
        said.append(Sentence("sweep_ruin", {
            "bound": Amount(self.bound, "probability"), "over": Amount(over, "count"), "under": Amount(under, "count"),
            "open": Amount(self.mean.size - over - under, "count"), "more": Amount(int((self.played > self.common).sum()), "count"),
        }))  # fmt: skip
        border = self.break_even()
        gap = np.abs(border["break_even"].to_numpy() - border["theory"].to_numpy())
        if not np.isnan(gap).all():
            said.append(Sentence("sweep_theory", {"gap": Amount(float(np.nanmax(gap)), (self.y or self.x).unit)}))
        if np.isfinite(ratio).any() and (ratio > 1).any():
            middle = float(np.median(ratio[np.isfinite(ratio)]))
            said.append(Sentence("sweep_controls", {"ratio": Amount(middle, "number"), "equal": Amount(self.common * middle, "count")}))
        return said

    def _of_present(self) -> list[Sentence]:
        """What the map says in the cell nearest to the present policy."""
        place = self._present()
        if place is None:
            return []
        column = int(np.abs(self.x.numbers - place[0]).argmin())
        row = 0 if self.y is None else int(np.abs(self.y.numbers - place[1]).argmin())
        result, (share, low, high) = self.results[row][column], self.chance("ruined")
        return [Sentence("sweep_present", {
            "result": Amount(result.mean, "money", result.low, result.high),
            "ruin": Amount(share[row, column], "probability", low[row, column], high[row, column]),
        })]  # fmt: skip

    def _present(self) -> tuple[float, float] | None:
        x, y = self.x.now(self.loaded), 0.0 if self.y is None else self.y.now(self.loaded)
        return None if x is None or y is None else (x, y)

    def _maps(self) -> list[Chart]:
        assert self.y is not None
        found, place = self.columns(), self._present()
        x, y = self.x.numbers, self.y.numbers
        marks = [] if place is None else [Mark("present", *place)]
        line = plane.border(y, self.theory)
        known = ~np.isnan(line)
        beside = {"theory": (x[known], line[known])} if known.any() else {}
        levels = {"result": (0.0,), "loss": (0.5,), "ruined": (self.bound,)}
        return [
            Map(f"sweep_{name}", x, y, found[name], self.x.label, self.y.label, self.x.unit, self.y.unit, _UNITS[name],
                levels.get(name, ()), beside if name == "result" else {}, marks)
            for name in ("result", "loss", "ruined", "market_share_end")
        ]  # fmt: skip

    def _lines(self) -> list[Chart]:
        found, x = self.columns(), self.x.points
        shown = {"result": ("low", "high"), "loss": ("loss_low", "loss_high"), "ruined": ("ruined_low", "ruined_high")}
        return [
            Lines(f"sweep_{name}", x, [Series(name, found[name][0], *(found[end][0] for end in ends))], self.x.label, _UNITS[name])
            for name, ends in shown.items()
        ]


def _ordered(frame: pandas.DataFrame) -> pandas.DataFrame:
    """`low` and `high` in order, whichever way the result runs along the axis."""
    ends = np.sort(frame[["low", "high"]].to_numpy(dtype=np.float64), axis=1)
    return frame.assign(low=ends[:, 0], high=ends[:, 1])
