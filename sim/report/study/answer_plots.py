"""Still pictures of a study's charts for notebooks; names from outside are shown as they are, never as formulas."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sim.base.text import safe_text
from sim.experiments.answer import Answer, Chart, Cloud, Lines, Map, Series
from sim.figures.vocabulary import Texts
from sim.report.pages.colours import INK, PALETTE, RISING, SIGNED
from sim.report.run.plots import SIZE, WIDE, canvas, entry, legend
from sim.report.study.axes import Scaled, axis_name, largest, scaled_of
from sim.report.study.plots_of_parts import drawn_bars, drawn_cloud
from sim.report.study.words import Words

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDE_FROM = 8  # names along x
BAND = 0.16


def draw(chart: Chart, lang: str = "en", currency: str = "RUB", words: Texts | None = None) -> Figure:
    """A chart of an answer as a figure.

    Parameters
    ----------
    chart : one of `answer.charts`
    lang : `en` or `ru`
    currency : shown beside money
    words : `answer.words`, where the study brings its own
    """
    return drawn(chart, Words(Answer("", "", [], [], currency=currency, words=words or {}), lang))


def drawn(chart: Chart, words: Words) -> Figure:
    """A chart in the words of its answer."""
    if isinstance(chart, Cloud):
        return drawn_cloud(chart, words)
    return _map(chart, words) if isinstance(chart, Map) else _lines(chart, words)


def _lines(one: Lines, words: Words) -> Figure:
    scaled = scaled_of(one, words)
    if one.kind in ("lying", "waterfall"):
        return drawn_bars(one, scaled, words)
    names = bool(len(one.x)) and isinstance(one.x[0], str)
    along = Scaled(one.x_unit, 0.0 if names else largest([one.x]), words)
    at = np.arange(len(one.x), dtype=float) if names else along.of(one.x)
    size = WIDE if names and one.kind != "lines" and len(one.x) >= WIDE_FROM else SIZE
    figure, axes = canvas(
        size,
        words.title("chart", one.name),
        axis_name(one.y_label, scaled, words) if one.y_label else scaled.name,
        words.numbers,
    )
    for position, series in enumerate(one.series):
        _series(axes, one, series, at, scaled, words, position)
    if names:
        step = max(1, at.size // 6) if one.kind == "lines" else 1
        said = [safe_text(words.cell(one.x_label, name)).replace(" ", "\n") for name in one.x]
        axes.set_xticks(at[::step], said[::step], fontsize=9, parse_math=False)
    else:
        axes.set_xlabel(axis_name(one.x_label, along, words), parse_math=False)
    if one.unit in ("money", "points"):
        axes.axhline(0.0, color=INK, linewidth=0.8)
    for level in one.levels.values():
        axes.axhline(float(scaled.of(level)), color=INK, linewidth=1.0, linestyle="--")
    for span in one.spans:
        ends = along.of([span.x if span.low is None else span.low, span.x if span.high is None else span.high])
        axes.axvspan(*ends, color=PALETTE[3], alpha=BAND, linewidth=0)
        axes.axvline(float(along.of(span.x)), color=PALETTE[3], label=entry(words.title("laid_over", span.name)))
    if len(one.series) > 1 or one.spans:
        legend(axes)
    return figure


def _series(axes: Axes, one: Lines, series: Series, at: Any, scaled: Scaled, words: Words, position: int) -> None:
    colour, y = PALETTE[position % len(PALETTE)], scaled.of(series.y)
    label = entry(words.series(series.name))
    low, high = (y if part is None else scaled.of(part) for part in (series.low, series.high))
    width = 0.8 / len(one.series)
    if one.kind == "lines":
        axes.fill_between(at, low, high, color=colour, alpha=BAND, linewidth=0)
        axes.plot(at, y, color=colour, linewidth=2, label=label)
        return
    shift = (position - (len(one.series) - 1) / 2) * width if one.kind == "bars" else 0.0
    if one.kind == "bars":
        axes.bar(at + shift, y, width=width, color=colour, label=label)
    else:
        axes.plot(at, y, "o", color=colour, label=label)
    whiskers = np.nan_to_num(np.array([y - low, high - y]), nan=0.0, posinf=0.0, neginf=0.0).clip(min=0.0)
    axes.errorbar(at + shift, y, whiskers, fmt="none", ecolor=INK, elinewidth=1.0, capsize=3)


def _map(one: Map, words: Words) -> Figure:
    from matplotlib.colors import LinearSegmentedColormap, TwoSlopeNorm

    z, x, y = (
        Scaled(unit, largest([values]), words)
        for unit, values in ((one.unit, one.z), (one.x_unit, one.x), (one.y_unit, one.y))
    )
    values = z.of(one.z)
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    signed = low < 0 < high
    figure, axes = canvas(SIZE, words.title("chart", one.name), axis_name(one.y_label, y, words), words.numbers)
    axes.set_xlabel(axis_name(one.x_label, x, words), parse_math=False)
    axes.grid(False)
    norm = TwoSlopeNorm(0.0, low, high) if signed else None
    colours = LinearSegmentedColormap.from_list("map", list(SIGNED if signed else RISING))
    drawn = axes.pcolormesh(x.of(one.x), y.of(one.y), values, cmap=colours, norm=norm, shading="nearest")
    figure.colorbar(drawn, ax=axes).set_label(z.name)
    edges = axes.get_xlim(), axes.get_ylim()
    levels = sorted(level / z.divisor for level in one.levels if low < level / z.divisor < high)
    if levels and min(values.shape) > 1:
        axes.contour(x.of(one.x), y.of(one.y), values, levels=levels, colors=INK, linewidths=2)
    for name, (along, up) in one.lines.items():
        axes.plot(
            x.of(along),
            y.of(up),
            "--",
            color=PALETTE[3],
            linewidth=2,
            label=entry(safe_text(words.title("laid_over", name))),
        )
    for mark in one.marks:
        axes.plot(x.of([mark.x]), y.of([mark.y]), "X", markersize=11, color=PALETTE[1], markeredgecolor=INK,
                  label=entry(safe_text(words.title("laid_over", mark.name))))  # fmt: skip
    axes.set(xlim=edges[0], ylim=edges[1])
    if one.lines or one.marks:
        legend(axes)
    return figure
