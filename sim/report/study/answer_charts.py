"""The charts of an answer as plotly's plain data: lines, bars and points with their intervals, maps with contours."""

from __future__ import annotations

from html import escape
from typing import Any

import numpy as np

from sim.base.arrays import Reals
from sim.base.text import safe_text
from sim.experiments.answer import Answer, Lines, Map, Series
from sim.report.run.charts import INK, PALETTE, framed
from sim.report.study.axes import Scaled, axis_name, largest
from sim.report.study.words import Words

Chart = dict[str, Any]
CONTOUR, THEORY = "#1f2933", "#a64d79"
SIGNED = ((0.0, "#b5412a"), (0.5, "#f7f7f7"), (1.0, "#2b5f8c"))  # losses red, profits blue, nothing white
RISING = ((0.0, "#f7f9fb"), (0.5, "#8fb4d4"), (1.0, "#1d3f5f"))


class StudyCharts:
    """Makes the charts of an answer in one language."""

    def __init__(self, answer: Answer, words: Words) -> None:
        self.answer, self.words = answer, words

    def all(self) -> dict[str, Chart]:
        """Every chart by its name."""
        found = {one.name: self.map(one) for one in self.answer.charts if isinstance(one, Map)}
        return found | {one.name: self.lines(one) for one in self.answer.charts if isinstance(one, Lines)}

    def lines(self, one: Lines) -> Chart:
        """Series over a common x."""
        scaled = Scaled(one.unit, largest([part for series in one.series for part in series.parts]), self.words)
        x, dates, along = self._along(one)
        traces: list[Chart] = []
        for at, series in enumerate(one.series):
            traces += self._series(one, series, x, scaled, PALETTE[at % len(PALETTE)])
        chart = framed(
            traces, axis_name(one.y_label, scaled, self.words) if one.y_label else scaled.name, self.words.labels, dates
        )
        chart["layout"]["hovermode"] = "x unified" if dates else "closest"
        if not dates:
            chart["layout"]["xaxis"] |= {"title": {"text": self._said(along), "standoff": 4}}
            chart["layout"]["legend"]["y"] = -0.24
            if len(one.x) and isinstance(one.x[0], str):
                chart["layout"]["xaxis"] |= {"type": "category", "automargin": True, "autotickangles": [0, 45, 90]}
        return chart

    def _along(self, one: Lines) -> tuple[list[Any], list[str], str]:
        """x as it is drawn, as dates where it is months, and what it is called."""
        title = self.words.column(one.x_label)
        if one.x_label == "month" and len(one.x) and isinstance(one.x[0], str):
            dates = [f"{month}-01" for month in one.x]
            return list[Any](dates), dates, title
        if len(one.x) and isinstance(one.x[0], str):
            return [self._said(self.words.cell(one.x_label, name)) for name in one.x], [], title
        scaled = Scaled(one.x_unit, largest([one.x]), self.words)
        return list[Any](_list(scaled.of(one.x))), [], axis_name(one.x_label, scaled, self.words)

    def _series(self, one: Lines, series: Series, x: list[Any], scaled: Scaled, colour: str) -> list[Chart]:
        name, y = self._said(self.words.series(series.name)), _list(scaled.of(series.y))
        unit = f"\u00a0{scaled.name}" if scaled.name else ""
        trace: Chart = {
            "x": x,
            "y": y,
            "name": name,
            "hovertemplate": f"%{{fullData.name}}: %{{y:,.4~r}}{escape(unit, quote=False)}<extra></extra>",
            "showlegend": len(one.series) > 1,
        }
        banded = series.low is not None and series.high is not None
        if one.kind == "lines":
            line = trace | {"mode": "lines", "line": {"color": colour, "width": 2}}
            return [*self._band(series, x, scaled, colour), line] if banded else [line]
        if banded:
            trace["error_y"] = self._whiskers(series, scaled)
        if one.kind == "bars":
            return [trace | {"type": "bar", "marker": {"color": colour}}]
        return [trace | {"mode": "markers", "marker": {"color": colour, "size": 9}}]

    def _band(self, series: Series, x: list[Any], scaled: Scaled, colour: str) -> list[Chart]:
        red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
        edge: Chart = {"x": x, "mode": "lines", "line": {"width": 0}, "showlegend": False, "hoverinfo": "skip"}
        fill = {"fill": "tonexty", "fillcolor": f"rgba({red},{green},{blue},0.16)"}
        return [edge | {"y": _list(scaled.of(series.low))}, edge | {"y": _list(scaled.of(series.high))} | fill]

    def _whiskers(self, series: Series, scaled: Scaled) -> Chart:
        y, low, high = (scaled.of(values) for values in (series.y, series.low, series.high))
        return {"type": "data", "symmetric": False, "array": _list(high - y), "arrayminus": _list(y - low),
                "color": INK, "thickness": 1.2, "width": 4}  # fmt: skip

    def map(self, one: Map) -> Chart:
        """A heat map with contours, lines of theory and marks."""
        z, x, y = (
            self._axis(values, unit) for values, unit in ((one.z, one.unit), (one.x, one.x_unit), (one.y, one.y_unit))
        )
        unit = f"\u00a0{z[1]}" if z[1] else ""
        hover = f"%{{x:,.4~r}} | %{{y:,.4~r}}: <b>%{{z:,.4~r}}</b>{escape(unit, quote=False)}<extra></extra>"
        signed = bool(np.nanmin(z[0], initial=0.0) < 0 < np.nanmax(z[0], initial=0.0))
        heat: Chart = {
            "type": "heatmap",
            "x": _list(x[0]),
            "y": _list(y[0]),
            "z": [_list(row) for row in z[0]],
            "hovertemplate": hover,
            "colorscale": [list(one) for one in (SIGNED if signed else RISING)],
            "colorbar": {
                "title": {"text": escape(z[1], quote=False), "side": "top"},
                "thickness": 14,
                "outlinewidth": 0,
            },
        }
        if signed:
            heat["zmid"] = 0.0
        levels = [self._contour(heat, level / z[2].divisor, self.words.figure(level, one.unit)) for level in one.levels]
        chart = framed([heat, *levels, *self._laid_over(one, x[2], y[2])], "", self.words.labels)
        for axis, label, found in (("xaxis", one.x_label, x), ("yaxis", one.y_label, y)):
            chart["layout"][axis] |= {
                "title": {"text": self._said(axis_name(label, found[2], self.words)), "standoff": 6},
                "showgrid": False,
                "zeroline": False,
            }
        span = [(float(edges[0]), float(edges[1])) for edges in (_span(x[0]), _span(y[0]))]
        chart["layout"]["xaxis"]["range"], chart["layout"]["yaxis"]["range"] = map(list, span)
        chart["layout"] |= {"hovermode": "closest"}
        chart["layout"]["legend"]["y"] = -0.2
        return chart

    def _axis(self, values: Any, unit: str) -> tuple[Reals, str, Scaled]:
        scaled = Scaled(unit, largest([values]), self.words)
        return scaled.of(values), scaled.name, scaled

    def _contour(self, heat: Chart, level: float, said: str) -> Chart:
        return {
            "type": "contour",
            "x": heat["x"],
            "y": heat["y"],
            "z": heat["z"],
            "autocontour": False,
            "showscale": False,
            "contours": {"start": level, "end": level, "size": 1, "coloring": "none"},
            "hoverinfo": "skip",
            "line": {"color": CONTOUR, "width": 2.4, "smoothing": 0},
            "name": self._said(self.words.labels("word.border_at", level=said)),
            "showlegend": True,
        }

    def _laid_over(self, one: Map, x: Scaled, y: Scaled) -> list[Chart]:
        lines = [
            {"x": _list(x.of(along)), "y": _list(y.of(up)), "mode": "lines", "name": self._named(name),
             "line": {"color": THEORY, "width": 2.2, "dash": "dash"}}
            for name, (along, up) in one.lines.items()
        ]  # fmt: skip
        marks = [
            {"x": _list(x.of([mark.x])), "y": _list(y.of([mark.y])), "mode": "markers", "name": self._named(mark.name),
             "marker": {"size": 13, "symbol": "x", "color": "#d9943b", "line": {"width": 1.5, "color": INK}}}
            for mark in one.marks
        ]  # fmt: skip
        return [*lines, *marks]

    def _named(self, name: str) -> str:
        return self._said(self.words.title("laid_over", name))

    def _said(self, text: str) -> str:
        return escape(safe_text(text), quote=False)


def _span(values: Reals) -> tuple[float, float]:
    """Edges of the outer cells of a heat map."""
    if values.size == 1:
        return float(values[0]) - 0.5, float(values[0]) + 0.5
    steps = np.diff(values)
    return float(values[0] - steps[0] / 2), float(values[-1] + steps[-1] / 2)


def _list(values: Any) -> list[float | None]:
    """Six digits are enough for a picture; what is not known leaves a gap."""
    return [
        float(f"{value:.6g}") if np.isfinite(value) else None for value in np.asarray(values, dtype=np.float64).tolist()
    ]
