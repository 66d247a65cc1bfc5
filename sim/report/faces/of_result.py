"""The face of a run's result."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.report.faces.shown_text import axes_of, lines_of, page
from sim.report.language.labels import Labels
from sim.report.language.numbers import Numbers
from sim.report.run import folder, moves_picture, plots
from sim.report.run.book import run_workbook
from sim.report.run.sentences import reasons

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.judgement.result import Result

SHOWN = ("result", "premium", "loss_ratio", "commission_ratio", "expense_ratio", "bad_debt", "ruined", "ruin_month")
"""key figures that a notebook shows, besides those of the criteria"""
MORE = "  .kpis .criteria .monthly .partners .events .contribution .flows .plot .write(folder)"


def text(result: Result) -> str:
    """Verdict, what was played, each criterion with its reason, and what can be asked for."""
    return lines_of(_head(result), _criteria(result), MORE)


def html(result: Result) -> str:
    """The same with a table of the main key figures."""
    labels, numbers = plots.words(result, "en")
    heads = [labels(f"word.{one}") for one in ("kpi", "mean", "interval_short")]
    return page(_head(result), _criteria(result), heads, _rows(result, labels, numbers))


def write(result: Result, out: str | os.PathLike[str], lang: str, overwrite: bool) -> Path:
    """Write the output folder of a run."""
    panels = [one.number for one in result.replications if one.panel]
    options = {"sets": result.loaded.sets, "panel_replications": panels, "lang": lang}
    return folder.write(result, out, options, overwrite)


def to_excel(result: Result, path: Path, lang: str) -> None:
    """Write the workbook of a run."""
    run_workbook.write(result, {"lang": lang}, path)


class Plots:
    """Pictures of a result; each returns matplotlib axes (`axes.figure.savefig("fan.png")` keeps one)."""

    def __init__(self, result: Result, lang: str = "en") -> None:
        self.result, self.lang = result, lang

    def fan(self, metric: str = "equity") -> Axes:
        """Median and bands by month of `equity`, `cash`, `result`, `premium`, or any monthly metric.

        Raises
        ------
        OutputError
            Without such a metric, and of expected claims, which have no bands.
        """
        return self._drawn(plots.fan, metric)

    def waterfall(self) -> Axes:
        """From earned premium to the result, mean over the replications."""
        return self._drawn(plots.waterfall)

    def contribution(self, grouping: str = "product") -> Axes:
        """Who earns, who costs, by `product`, `segment` or `business`, with intervals.

        Raises
        ------
        ScenarioError
            For another grouping.
        """
        return self._drawn(plots.contribution, grouping)

    def flows(self) -> Axes:
        """Partners won and entered upwards, lost, left and defaulted downwards, by year."""
        return self._drawn(moves_picture.moves)

    def segments(self) -> Axes:
        """Premium by type of partner and year."""
        return self._drawn(plots.premium_by_segment)

    def two_profits(self) -> Axes:
        """What a dashboard shows of partners against what they add."""
        return self._drawn(plots.two_profits)

    def _drawn(self, draw: Any, *asked: str) -> Axes:
        found: Axes = axes_of(draw(self.result, *asked, lang=self.lang))
        return found


def _head(result: Result) -> str:
    scenario, cube = result.loaded.scenario, result.cube
    played = f"{len(result.replications)} replications of {len(cube.months)} months, seed {result.specification.seed}"
    return f"{result.verdict}  {scenario.name}: {played}"


def _criteria(result: Result) -> list[str]:
    labels, numbers = plots.words(result, "en")
    said = reasons(result, labels, numbers)
    return [f"{one.verdict}  {one.name}: {said[one.name]}" for one in result.criteria]


def _rows(result: Result, labels: Labels, numbers: Numbers) -> list[list[str]]:
    asked = (*(one.kpi for one in result.plan.scenario.criteria.values()), *SHOWN)
    rows = {name: result.kpi_rows[name] for name in asked if name in result.kpi_rows}
    return [
        [labels.kpi(name), numbers.figure(row["mean"], row["unit"]), _between(row, numbers)]
        for name, row in rows.items()
    ]


def _between(row: Any, numbers: Numbers) -> str:
    return " … ".join(numbers.figure(row[end], row["unit"]) for end in ("low", "high"))
