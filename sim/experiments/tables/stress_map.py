"""A map over one or two axes: mean result, probability of loss and of ruin, retention, and the border of break-even.

Notation: cells by [y, x]; a map of one axis has one row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.base.arrays import Integers, Reals
from sim.base.units import month_name
from sim.experiments import rounds
from sim.experiments.answer import OWN, Amount, Answer, Sentence, Table, gap_unit
from sim.experiments.grid import Axis
from sim.experiments.headlines import mapping
from sim.experiments.tables.income import CHANGES, RATIOS, statement
from sim.experiments.tables.map_pictures import pictures
from sim.judgement import control_variates
from sim.judgement.beside import break_even
from sim.judgement.beside.break_even import Plane
from sim.judgement.control_variates import Controlled
from sim.runs.sheet import Sheet
from sim.scenario.load import Loaded

if TYPE_CHECKING:
    import pandas

MEANS = {
    "combined_ratio": "ratio", "loss_ratio": "ratio", "commission_ratio": "ratio", "market_share_end": "share",
    "active_partners_end": "count", "lost_partners_end": "count",
}  # fmt: skip
_UNITS = (
    MEANS
    | {
        "result": "money",
        "low": "money",
        "high": "money",
        "variance_ratio": "number",
        "margin_of_new_business": "ratio",
        "replications": "count",
        "loss_count": "count",
        "ruined_count": "count",
        "margin_what_if": "ratio",
    }
    | dict.fromkeys(("theory_loss_ratio", "theory_expenses", "theory_commission"), "ratio")
    | {f"{name}{end}": "probability" for name in ("loss", "ruined") for end in ("", "_low", "_high")}
)
COLUMNS = frozenset((*_UNITS, "break_even", "theory", "gap_to_theory", "difference", *RATIOS))
"""names that an axis cannot have"""
_MARGIN = "1 - {theory_loss_ratio} - {theory_expenses} - {theory_commission}"
_MARGIN_CHANGED = (
    "1 - {theory_loss_ratio} * (1 + {change.claims}) - {theory_expenses} * (1 + {change.expenses}) "
    "- {theory_commission} * (1 + {change.commission})"
)
_ON_THE_PLANE = "1 - {theory_expenses} * (1 + {change.expenses}) - {theory_commission} * (1 + {change.commission})"
_CELLS = {
    "loss": "{loss_count} / {replications}",
    "ruined": "{ruined_count} / {replications}",
    "margin_of_new_business": _MARGIN,
    "margin_what_if": _MARGIN_CHANGED,
}
_INPUTS = CHANGES | {"change.expenses": Amount(0.0, "share")}
_BREAK_EVEN = {"gap_to_theory": "{break_even} - {theory}", "theory_loss_ratio": _ON_THE_PLANE}


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
    theory: Plane
    """new business [y, x]"""

    @cached_property
    def results(self) -> list[list[Controlled]]:
        """Mean result of each cell, controlled by its surprises, on the luck that all cells share."""
        return [
            [control_variates.of_sheet(one.taken(one.numbers[: self.common]), "result") for one in row]
            for row in self.sheets
        ]

    @cached_property
    def mean(self) -> Reals:
        """Mean result [y, x]."""
        return self._of_results("mean")

    def _of_results(self, name: str) -> Reals:
        return np.array([[getattr(one, name) for one in row] for row in self.results])

    @property
    def played(self) -> Integers:
        """Replications by cell."""
        return np.array([[len(one.numbers) for one in row] for row in self.sheets])

    def chance(self, kpi: str) -> tuple[Reals, Reals, Reals]:
        """Share of the replications and its interval, by cell."""
        count = self._count(kpi)
        return (count / self.played, *rounds.interval(count, self.played, self.played > self.common))

    def _count(self, kpi: str) -> Integers:
        return np.array([[np.nansum(one.figure(kpi).values) for one in row] for row in self.sheets]).astype(np.int64)

    def of(self, kpi: str) -> Reals:
        """Mean of a key figure by cell, NaN where it is never known."""
        return np.array([[one.figure(kpi).estimate().figure for one in row] for row in self.sheets])

    def columns(self) -> dict[str, Reals]:
        """What the map shows, each by cell."""
        found = {"result": self.mean, "low": self._of_results("low"), "high": self._of_results("high")}
        for kpi in ("loss", "ruined"):
            found |= dict(zip((kpi, f"{kpi}_low", f"{kpi}_high"), self.chance(kpi), strict=True))
        found |= {kpi: self.of(kpi) for kpi in MEANS}
        return found | {
            "margin_of_new_business": self.theory.margin,
            **self.theory.columns,
            "variance_ratio": self._of_results("ratio"),
            "replications": self.played.astype(np.float64),
            "loss_count": self._count("loss").astype(np.float64),
            "ruined_count": self._count("ruined").astype(np.float64),
        }

    def table(self) -> pandas.DataFrame:
        """Rows: cells, the first axis running fastest."""
        import pandas

        return pandas.DataFrame(self._axes() | {name: one.ravel() for name, one in self.columns().items()})

    def _axes(self) -> dict[str, Any]:
        """Values of the axes by cell."""
        rows = 1 if self.y is None else len(self.y.points)
        axes: dict[str, Any] = {self.x.label: list(self.x.points) * rows}
        if self.y is not None:
            axes[self.y.label] = [value for value in self.y.points for _ in self.x.points]
        return axes

    def statement(self) -> Table:
        """The income statement of every cell, on the luck that all cells share."""
        sheets = [one.taken(one.numbers[: self.common]) for row in self.sheets for one in row]
        return statement(self._axes(), self._units, sheets)

    @property
    def _units(self) -> dict[str, str]:
        return {axis.label: axis.unit for axis in (self.x, self.y) if axis is not None}

    def break_even(self) -> pandas.DataFrame:
        """Where the mean result is 0, its interval, and where the theory's margin is: by x along y, or x alone."""
        import pandas

        margin = self.theory.margin
        curves = {
            "break_even": self.mean,
            "low": self._of_results("low"),
            "high": self._of_results("high"),
            "theory": margin,
        }
        axis, turn = (self.x, np.transpose) if self.y is None else (self.y, np.asarray)
        found = {name: break_even.border(axis.numbers, turn(z)) for name, z in curves.items()}
        there = [break_even.place(z) for z in turn(margin).T]
        held = {
            name: [break_even.along(z, at) for z, at in zip(turn(part).T, there, strict=True)]
            for name, part in self.theory.columns.items()
        }
        first = {} if self.y is None else {self.x.label: self.x.points}
        return _ordered(
            pandas.DataFrame(first | found | {"gap_to_theory": found["break_even"] - found["theory"]} | held)
        )

    def answer(self, title: str, kind: str = "sweep") -> Answer:
        """All of it, in the words and tables of a study."""
        along = (self.y or self.x).unit
        places = dict.fromkeys(("break_even", "low", "high", "theory"), along) | {"gap_to_theory": gap_unit(along)}
        scenario = self.loaded.scenario
        return Answer(
            kind,
            title or scenario.name,
            self._says(),
            [
                Table("cells", self.table(), _UNITS | self._units, _CELLS),
                self.statement(),
                Table("break_even", self.break_even(), _UNITS | places | self._units, _BREAK_EVEN),
            ],
            pictures(self, _UNITS),
            currency=scenario.currency,
            start=month_name(scenario.start),
            notes=self.loaded.notes,
            found=self,
            inputs=_INPUTS,
            own=frozenset(self._units),
        )

    def head(self) -> Sentence:
        """The answer in one sentence: the present policy, or how many cells earn."""
        place = self.place()
        if place is None:
            return mapping.of_cells(self.mean.size, int((self.mean >= 0).sum()))
        (row, column), (share, low, high) = place, self.chance("ruined")
        found, axes = self.results[row][column], [(self.x, column), *([] if self.y is None else [(self.y, row)])]
        where = [_named(axis, axis.numbers[at]) for axis, at in axes]
        result = Amount(found.mean, "money", found.low, found.high, brief=True)
        ruin = Amount(share[place], "probability", low[place], high[place], brief=True)
        return mapping.of_present(where, result, ruin, self._even(row, column))

    def _even(self, row: int, column: int) -> list[Sentence]:
        """Where the present policy breaks even along each axis, all else as today."""
        lines = [(self.x, self.mean[row]), *([] if self.y is None else [(self.y, self.mean[:, column])])]
        found = [(axis, break_even.crossing(axis.numbers, z)) for axis, z in lines]
        return [
            Sentence("part_even", {"axis": OWN + axis.label, "value": _amount(axis, at)})
            for axis, at in found if np.isfinite(at)
        ]  # fmt: skip

    def _says(self) -> list[Sentence]:
        ratio = self._of_results("ratio")
        earning, ruined = self.mean >= 0, self.chance("ruined")
        cells: dict[str, Amount] = {
            "cells": Amount(self.mean.size, "count"), "replications": Amount(self.common, "count"),
            "earning": Amount(int(earning.sum()), "count"),
        }  # fmt: skip
        over, under = int((ruined[1] > self.bound).sum()), int((ruined[2] <= self.bound).sum())
        of_ruin = {
            "bound": Amount(self.bound, "probability"),
            "over": Amount(over, "count"),
            "under": Amount(under, "count"),
            "open": Amount(self.mean.size - over - under, "count"),
            "more": Amount(int((self.played > self.common).sum()), "count"),
        }
        said = [self.head(), Sentence("sweep_cells", cells), Sentence("sweep_ruin", of_ruin)]
        border = self.break_even()
        gap = np.abs(border["break_even"].to_numpy() - border["theory"].to_numpy())
        if not np.isnan(gap).all():
            unit = gap_unit((self.y or self.x).unit)
            said.append(Sentence("sweep_theory", {"gap": Amount(float(np.nanmax(gap)), unit)}))
        if np.isfinite(ratio).any() and (ratio > 1).any():
            middle = float(np.median(ratio[np.isfinite(ratio)]))
            values = {"ratio": Amount(middle, "number"), "equal": Amount(self.common * middle, "count")}
            said.append(Sentence("sweep_controls", values))
        return said

    def place(self) -> tuple[int, int] | None:
        """The cell of the present policy."""
        x, y = self.x.at(self.loaded), 0 if self.y is None else self.y.at(self.loaded)
        return None if x is None or y is None else (y, x)


def _named(axis: Axis, at: float) -> Sentence:
    """A value of an axis with its name."""
    return Sentence("part_named", {"name": OWN + axis.label, "value": _amount(axis, at)})


def _amount(axis: Axis, at: float) -> Amount:
    return Amount(float(at), axis.unit, brief=True)


def _ordered(frame: pandas.DataFrame) -> pandas.DataFrame:
    """`low` and `high` in order, whichever way the result runs along the axis."""
    ends = np.sort(frame[["low", "high"]].to_numpy(dtype=np.float64), axis=1)
    return frame.assign(low=ends[:, 0], high=ends[:, 1])
