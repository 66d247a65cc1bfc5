"""Partners that came and went, as a still picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.report.pages.colours import DOWN, INK, UP
from sim.report.run import series
from sim.report.run.plots import SIZE, canvas, legend, words

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from sim.judgement.result import Result


def moves(result: Result, lang: str = "en") -> Figure:
    """Partners won and entered upwards, lost, left and defaulted downwards, by year; mean over the replications."""
    labels, numbers = words(result, lang)
    found, years = series.moves(result.cube), series.years(result.cube)
    figure, axes = canvas(SIZE, labels("chart.switching"), labels("word.partners"), numbers)
    for sign, colours in ((1, UP), (-1, DOWN)):
        base = np.zeros(len(years))
        for move, colour in colours.items():
            axes.bar(years, sign * found[move], bottom=base, width=0.68, color=colour, label=labels(f"move.{move}"))
            base = base + sign * found[move]
    axes.axhline(0.0, color=INK, linewidth=0.8)
    legend(axes)
    return figure
