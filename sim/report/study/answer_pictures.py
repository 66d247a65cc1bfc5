"""The charts of an answer as pictures of a page: lines, bars, points, tornados, waterfalls."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from sim.base.arrays import Reals
from sim.experiments.answer import Answer, Chart, Cloud, Lines, Map, Series
from sim.report.pages.colours import BAD, GOOD, INK, ORANGE, PALETTE, TOTAL
from sim.report.pages.picture import Along, Band, Bars, Box, Line, Mark, Picture, Points
from sim.report.study.axes import Scaled, along_of, axis_name, scaled_of
from sim.report.study.plane_pictures import cloud_picture, map_picture
from sim.report.study.words import Words

WIDE_FROM = 12  # names side by side from which a picture takes the whole width
MOST_POINTS = 600  # of a series: of more every so many-th is drawn
SPANS = {"present": ORANGE, "frontier": BAD, "best": GOOD}
LIGHT_SPAN = 0.14


def pictures_of(answer: Answer, words: Words, whole: bool = True) -> list[Picture]:
    """Every chart that has something to show; the first takes the whole width where that is wanted (`whole`)."""
    found = [picture_of(one, words, whole and n == 0) for n, one in enumerate(answer.charts)]
    there = [one for one in found if one is not None]
    halves = [n for n, one in enumerate(there) if whole and not one.wide]
    return [replace(one, wide=True) if halves == [n] else one for n, one in enumerate(there)]


def picture_of(chart: Chart, words: Words, wide: bool = False) -> Picture | None:
    """A chart as a picture; None where it has no data, or nothing but 0."""
    if isinstance(chart, Map):
        return map_picture(chart, words) if np.nan_to_num(chart.z).any() else None
    if isinstance(chart, Cloud):
        return cloud_picture(chart, words) if len(chart.x) else None
    told = [np.nan_to_num(series.y).any() or bool(chart.levels) for series in chart.series]
    return Lined(chart, words).picture(wide) if any(told) and len(chart.x) else None


class Lined:
    """A picture over a common x."""

    def __init__(self, one: Lines, words: Words) -> None:
        self.one, self.words = one, words
        self.scaled: Scaled = scaled_of(one, words)
        self.along: Along = along_of(one, words)

    def picture(self, wide: bool) -> Picture:
        """All of it."""
        one, words = self.one, self.words
        marks = list(self._marks())
        reach = self._reach(marks) if one.spans else None
        marks += [mark for name, level in one.levels.items() for mark in self._level(name, level)]
        if reach is not None:
            marks += [mark for span in one.spans for mark in self._span(span.name, span.x, span.low, span.high, reach)]
        unit = axis_name(one.y_label, self.scaled, words) if one.y_label else self.scaled.name
        wide = wide or one.kind == "waterfall" or (self.along.kind == "names" and len(one.x) >= WIDE_FROM)
        return Picture(
            one.name, words.heading(one), words.title("chart", one.name), unit, self.along, marks,
            words.caption(one), one.kind in ("lying", "waterfall"), wide, reach=reach,
        )  # fmt: skip

    def _marks(self) -> Iterator[Mark]:
        if self.one.kind == "waterfall":
            yield self._steps(self.one.series[0])
            return
        for at, series in enumerate(self.one.series):
            yield from self._series(series, at)

    def _series(self, series: Series, at: int) -> Iterator[Mark]:
        name, colour = self._named(series), PALETTE[at % len(PALETTE)]
        y, low, high = self._values(series)
        if self.one.kind == "lines":
            if low is not None and high is not None:
                yield Band(self.words.labels("word.interval_short") if not name else "", low, high, colour)
            yield Line(name, y, colour)
        elif self.one.kind == "points":
            yield self._points(name, y, low, high, colour)
        else:
            yield Bars(
                name, y, self._colours(y, colour), texts=self._texts(y), low=low, high=high, place=self._place(at)
            )

    def _values(self, series: Series) -> tuple[Reals, Reals | None, Reals | None]:
        ends = [None if part is None else self.scaled.of(part) for part in (series.low, series.high)]
        return self.scaled.of(series.y), ends[0], ends[1]

    def _named(self, series: Series) -> str:
        """In a legend, where there are several."""
        return self.words.series(series.name) if len(self.one.series) > 1 else ""

    def _points(self, name: str, y: Reals, low: Reals | None, high: Reals | None, colour: str) -> Points:
        """As many points as can be seen."""
        step = -(-y.size // MOST_POINTS)
        if step == 1 or low is not None:
            return Points(name, y, colour, low, high)
        return Points(name, y[::step], colour, at=self.along.at[::step])

    def _place(self, at: int) -> tuple[int, int]:
        """Side by side; of a tornado, whose ends lie on both sides of 0, on one line."""
        signs = np.array([np.sign(np.nan_to_num(series.y)) for series in self.one.series])
        apart = self.one.kind == "lying" and len(signs) > 1 and bool((signs.prod(axis=0) <= 0).all())
        return (0, 1) if apart else (at, len(self.one.series))

    def _colours(self, y: Reals, colour: str) -> Sequence[str]:
        """Differences by their sign, where there is one series of them."""
        if len(self.one.series) > 1 or self.one.unit not in ("money", "points") or (y >= 0).all():
            return [colour]
        return [BAD if value < 0 else GOOD for value in y.tolist()]

    def _texts(self, y: Reals) -> list[str]:
        return [] if len(self.one.series) > 1 else [self._brief(value) for value in y.tolist()]

    def _brief(self, value: float) -> str:
        return self.words.short(value) if np.isfinite(value) else self.words.labels("word.unknown")

    def _steps(self, series: Series) -> Bars:
        """A waterfall: each step from where the last one ended, totals from 0."""
        y = self.scaled.of(series.y)
        ends, total = np.zeros(y.size), np.isin(np.arange(y.size), self.one.totals)
        for at in range(y.size):
            ends[at] = y[at] if total[at] else y[at] + (ends[at - 1] if at else 0.0)
        colours = [
            TOTAL if fixed else GOOD if step >= 0 else BAD for step, fixed in zip(y.tolist(), total, strict=True)
        ]
        signs = ["" if fixed or step <= 0 else "+" for step, fixed in zip(y.tolist(), total, strict=True)]
        texts = [sign + self._brief(step) for step, sign in zip(y.tolist(), signs, strict=True)]
        return Bars("", ends, colours, np.where(total, 0.0, ends - y), texts, joined=True)

    def _reach(self, marks: Sequence[Mark]) -> tuple[float, float]:
        """Ends of the axis of values, which upright lines span."""
        levels = self.scaled.of(list(self.one.levels.values()))
        parts = [levels, *(part for one in marks for part in _values(one))]
        known = np.concatenate([part[np.isfinite(part)] for part in parts])
        low, high = float(known.min(initial=0.0)), float(known.max(initial=0.0))
        free = ((high - low) or 1.0) * 0.05
        return low - free * (low < 0), high + free

    def _level(self, name: str, level: float) -> Iterator[Mark]:
        """A level line, named with its value; that of 0 is drawn anyway."""
        if level:
            ends = self.along.span
            said = self.words.labels("word.bound_at", level=self.words.figure(level, self.one.unit))
            yield Line(said, self.scaled.of([level, level]), INK, "dash", 1.5, np.array(ends))

    def _span(
        self, name: str, x: float, low: float | None, high: float | None, reach: tuple[float, float]
    ) -> Iterator[Mark]:
        """An upright line with its interval, named with its value."""
        scaled, colour = Scaled(self.one.x_unit, abs(x), self.words), SPANS.get(name, INK)
        if low is not None and high is not None and high > low:
            ends = scaled.of([low, high])
            yield Box("", (float(ends[0]), float(ends[1])), reach, colour)
        said = f"{self.words.title('laid_over', name)}: {self.words.figure(x, self.one.x_unit)}"
        yield Line(said, np.array(reach), colour, "solid" if name != "present" else "dot", 2.0, scaled.of([x, x]))


def _values(mark: Mark) -> list[Reals]:
    """All values of a mark that an upright line must span."""
    if isinstance(mark, Line):
        return [mark.y]
    if isinstance(mark, Band):
        return [mark.low, mark.high]
    if isinstance(mark, Bars):
        return [one for one in (mark.tops, mark.low, mark.high) if one is not None]
    return [one for one in (mark.y, mark.low, mark.high) if one is not None] if isinstance(mark, Points) else []
