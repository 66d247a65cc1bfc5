"""Still pictures for notebooks of bars that lie, of waterfalls and of clouds with boxes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.base.text import safe_text
from sim.experiments.answer import Cloud, Lines
from sim.report.pages.colours import BAD, GOOD, INK, PALETTE, TOTAL
from sim.report.run.plots import SIZE, WIDE, canvas, entry, legend
from sim.report.study.axes import Scaled, axis_name, largest
from sim.report.study.plane_pictures import FAILS, MARKS
from sim.report.study.words import Words

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SHADE = 0.14


def drawn_bars(one: Lines, scaled: Scaled, words: Words) -> Figure:
    """Bars that lie, or a waterfall."""
    names = [safe_text(words.cell(one.x_label, name)) for name in one.x]
    standing = one.kind == "waterfall"
    figure, axes = canvas(WIDE, words.title("chart", one.name), scaled.name if standing else "", words.numbers)
    if standing:
        _steps(axes, one, scaled)
        axes.set_xticks(
            np.arange(len(names)), [name.replace(" ", "\n") for name in names], fontsize=9, parse_math=False
        )
    else:
        _lying(axes, one, scaled, words)
        axes.set_yticks(np.arange(len(names)), names, fontsize=9, parse_math=False)
        axes.invert_yaxis()
        axes.set_xlabel(scaled.name, parse_math=False)
    return figure


def _steps(axes: Axes, one: Lines, scaled: Scaled) -> None:
    at = 0.0
    for place, step in enumerate(scaled.of(one.series[0].y).tolist()):
        total = place in one.totals
        colour = TOTAL if total else GOOD if step >= 0 else BAD
        axes.bar(place, step, bottom=0.0 if total else at, color=colour)
        at = step if total else at + step


def _lying(axes: Axes, one: Lines, scaled: Scaled, words: Words) -> None:
    for position, series in enumerate(one.series):
        y = scaled.of(series.y)
        low, high = (y if part is None else scaled.of(part) for part in (series.low, series.high))
        whiskers = np.nan_to_num(np.array([y - low, high - y]), nan=0.0, posinf=0.0, neginf=0.0).clip(min=0.0)
        axes.barh(np.arange(y.size), y, color=PALETTE[position % len(PALETTE)], label=entry(words.series(series.name)))
        axes.errorbar(y, np.arange(y.size), xerr=whiskers, fmt="none", ecolor=INK, elinewidth=1.0, capsize=3)
    if len(one.series) > 1:
        legend(axes)


def drawn_cloud(one: Cloud, words: Words) -> Figure:
    """Worlds, the box in which they fail, marks."""
    from matplotlib.patches import Rectangle

    x, y = Scaled(one.x_unit, largest([one.x]), words), Scaled(one.y_unit, largest([one.y]), words)
    figure, axes = canvas(SIZE, words.title("chart", one.name), axis_name(one.y_label, y, words), words.numbers)
    axes.set_xlabel(axis_name(one.x_label, x, words), parse_math=False)
    fails = one.z >= FAILS
    for key, those, colour in (("holds", ~fails, PALETTE[5]), ("fails", fails, BAD)):
        axes.plot(x.of(one.x[those]), y.of(one.y[those]), "o", color=colour, label=entry(words.labels(f"word.{key}")))
    for part in one.boxes:
        left, right = (float(v) for v in np.clip(x.of(np.clip(part.x, -1e300, 1e300)), *axes.get_xlim()))
        low, high = (float(v) for v in np.clip(y.of(np.clip(part.y, -1e300, 1e300)), *axes.get_ylim()))
        axes.add_patch(Rectangle((left, low), right - left, high - low, facecolor=BAD, alpha=SHADE))
    for mark in one.marks:
        axes.plot(x.of(mark.x), y.of(mark.y), "X", markersize=11, color=MARKS.get(mark.name, INK),
                  label=entry(words.title("laid_over", mark.name)))  # fmt: skip
    legend(axes)
    return figure
