"""Picture of the share that we lose in a month when the rivals pay more: closed form and simulator."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.base.text import safe_text
from sim.report.language.labels import Labels
from sim.report.language.numbers import Numbers
from sim.report.pages.colours import PALETTE
from sim.report.run.plots import SIZE, canvas, entry, legend

if TYPE_CHECKING:
    import pandas
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

QUIET = "#616e7c"
NORMAL_95 = 1.96  # half of a 95 % interval, in standard errors


def switching(table: pandas.DataFrame, lang: str = "en") -> Figure:
    """Share lost in the first month by commission gap: a line a segment by the closed form, points by the simulator.

    Where partners stand is dealt out evenly, not drawn, and differs a little from the long run; so a point is the
    closed form plus (simulated - expected for where they stood), with its 95 % interval. Partners who split their flow
    have none.

    Parameters
    ----------
    table : what `sim.judgement.beside.share_lost.switching` returned
    lang : `en` or `ru`
    """
    labels = Labels(lang)
    figure, axes = canvas(SIZE, labels("chart.lost_by_gap"), labels("axis.share_lost"), Numbers(labels, ""))
    parts = table.groupby(level="segment", sort=False)
    for position, (name, part) in enumerate(parts):
        _segment(axes, labels.name(safe_text(str(name))), part.droplevel("segment"), PALETTE[position % len(PALETTE)])
    axes.set_xlabel(labels("axis.gap"), color=QUIET, parse_math=False)
    axes.plot([], [], color=QUIET, linewidth=1.8, label=labels("word.closed_form"))
    axes.errorbar([], [], [], fmt="o", color=QUIET, markersize=4, capsize=2, label=labels("word.simulated_95"))
    axes.axhline(0.0, color="#9aa5b1", linewidth=0.8)
    legend(axes)
    return figure


def _segment(axes: Axes, name: str, part: pandas.DataFrame, colour: str) -> None:
    gap, lost = np.asarray(part.index, dtype=np.float64), 100.0 * part["lost"].to_numpy()
    off = 100.0 * (part["simulated"] - part["expected"]).to_numpy()
    axes.plot(gap, lost, color=colour, linewidth=1.8, label=entry(name))
    half = 100.0 * NORMAL_95 * part["error"].to_numpy()
    axes.errorbar(gap, lost + off, half, fmt="o", color=colour, markersize=4, capsize=2, linewidth=1.0)
