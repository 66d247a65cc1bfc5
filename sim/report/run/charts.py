"""The report's charts as plotly's plain data (traces and layout); names from outside are escaped.

Built without importing plotly's Python classes: the page needs only its JavaScript, once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

import numpy as np

from sim.base.text import safe_text
from sim.report.language.labels import Labels
from sim.report.language.numbers import NO_BREAK, Numbers, scale_of
from sim.report.run import series
from sim.results.cube import Cube

INK, GRID, BLUE = "#1f2933", "#e4e8ec", "#2b5f8c"
BANDS = ("rgba(43,95,140,0.16)", "rgba(43,95,140,0.34)")
GOOD, BAD, TOTAL, ORANGE = "#3f8f6b", "#c0563e", "#2b5f8c", "#d9943b"
UP, DOWN = {"won": GOOD, "entered": "#a9d3bf"}, {"lost": BAD, "left": "#e3b3a5", "defaulted": "#6b7c93"}
"""colours of partners that come, and of those that go"""
PALETTE = ("#2b5f8c", "#d9943b", "#3f8f6b", "#a64d79", "#6b7c93", "#7fb3d5", "#b5bd4c", "#c0563e", "#8d6e63", "#5c6bc0")
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', Arial, sans-serif"
Chart = dict[str, Any]


class Charts:
    """Makes the charts of a cube in one language."""

    def __init__(self, cube: Cube, labels: Labels, numbers: Numbers, theory: Mapping[str, float]) -> None:
        self.cube, self.labels, self.numbers, self.theory = cube, labels, numbers, theory

    def all(self) -> dict[str, Chart]:
        """Every chart by its name."""
        found = {name: self.fan(name) for name in series.FANS}
        return found | {
            "waterfall": self.waterfall(), "segments": self.segments(), "loss_ratios": self.loss_ratios(),
            "shares": self.shares(), "switching": self.switching(), "debt": self.debt(),
        }  # fmt: skip

    def fan(self, name: str) -> Chart:
        """Median and bands over the replications by month."""
        found = series.fan(self.cube, name)
        scale = scale_of([float(np.abs(found.quantiles).max())])
        levels = found.quantiles / 10**scale
        edge = {"mode": "lines", "line": {"width": 0}, "showlegend": False}
        x = self._dates()
        traces = [
            {**edge, "x": x, "y": points(levels[0]), "name": "p5"},
            {
                **edge,
                "x": x,
                "y": points(levels[4]),
                "name": self.labels("word.band_90"),
                "fill": "tonexty",
                "fillcolor": BANDS[0],
                "showlegend": True,
            },
            {**edge, "x": x, "y": points(levels[1]), "name": "p25"},
            {
                **edge,
                "x": x,
                "y": points(levels[3]),
                "name": self.labels("word.band_50"),
                "fill": "tonexty",
                "fillcolor": BANDS[1],
                "showlegend": True,
            },
            {
                "x": x,
                "y": points(levels[2]),
                "mode": "lines",
                "name": self.labels("word.median"),
                "line": {"color": BLUE, "width": 2.2},
            },
        ]
        for trace, percent in zip(traces, ("p5", "p95", "p25", "p75", self.labels("word.median")), strict=True):
            trace["hovertemplate"] = f"{percent}: %{{y:,.2f}}<extra></extra>"
        chart = self._chart(traces, self.numbers.money_unit(scale), dated=True)
        chart["layout"]["yaxis"]["rangemode"] = "tozero"
        return chart

    def waterfall(self) -> Chart:
        """Earned premium, costs, result."""
        found = series.steps(self.cube)
        scale = scale_of([amount for _, amount in found])
        names = ["<br>".join(self.labels(f"step.{name}").split()) for name, _ in found]
        amounts = [amount / 10**scale for _, amount in found]
        texts = [self.numbers.plain(amount, 1) for amount in amounts]
        trace = {
            "type": "waterfall",
            "x": names,
            "y": amounts,
            "customdata": texts,
            "measure": [
                "absolute" if name == "premium_earned" else "total" if name in series.TOTALS else "relative"
                for name, _ in found
            ],
            "hovertemplate": "%{x}: %{customdata}<extra></extra>",
            "hoverinfo": "text",
            "connector": {"line": {"color": "#b8c2cc", "width": 1}},
            "increasing": {"marker": {"color": GOOD}},
            "decreasing": {"marker": {"color": BAD}},
            "totals": {"marker": {"color": TOTAL}},
            "showlegend": False,
        }
        chart = self._chart([trace], self.numbers.money_unit(scale))
        chart["layout"]["xaxis"] |= {"type": "category", "tickfont": {"size": 11}, "autotickangles": [0, 90]}
        chart["layout"]["hovermode"] = "closest"
        chart["layout"]["annotations"] += [
            {"x": name, "y": top, "text": text, "showarrow": False, "yanchor": "bottom", "font": {"size": 12}}
            for name, top, text in zip(names, _tops(found, scale), texts, strict=True)
        ]
        return chart

    def segments(self) -> Chart:
        """Premium by type of partner, stacked by year."""
        found = series.premium_by_segment(self.cube)
        scale = scale_of([float(np.max(sum(found.values(), np.zeros(1))))])
        traces = [
            self._bar(name, values / 10**scale, colour)
            for (name, values), colour in zip(found.items(), _colours(), strict=False)
        ]
        chart = self._chart(traces, self.numbers.money_unit(scale))
        chart["layout"] |= {"barmode": "stack"}
        chart["layout"]["xaxis"]["type"] = "category"
        return chart

    def loss_ratios(self) -> Chart:
        """By product, with the closed form dotted."""
        traces = []
        for (name, values), colour in zip(series.loss_ratios(self.cube).items(), _colours(), strict=False):
            traces.append(self._line(name, values * 100, colour))
            expected = self.theory.get(f"loss_ratio.{name}")
            if expected is not None and np.isfinite(expected):
                flat = np.full(len(self.cube.months), expected * 100)
                traces.append(self._line(name, flat, colour) | {
                    "line": {"color": colour, "width": 1.2, "dash": "dot"}, "showlegend": False, "hoverinfo": "skip",
                    "hovertemplate": None,
                })  # fmt: skip
        chart = self._chart(traces, "%", dated=True)
        chart["layout"]["yaxis"]["rangemode"] = "tozero"
        return chart

    def shares(self) -> Chart:
        """Shares of new premium in the market."""
        traces = [
            self._line(name, values * 100, colour) | ({"line": {"color": colour, "width": 3}} if name == "us" else {})
            for (name, values), colour in zip(series.market_shares(self.cube).items(), _colours(), strict=False)
        ]
        chart = self._chart(traces, "%", dated=True)
        chart["layout"]["yaxis"]["rangemode"] = "tozero"
        return chart

    def switching(self) -> Chart:
        """Partners won upwards, lost downwards, by year."""
        traces = []
        for move, values in series.moves(self.cube).items():
            sign, colour = (1, UP[move]) if move in UP else (-1, DOWN[move])
            if values.any():
                bar = self._bar("", sign * values, colour)
                traces.append(bar | {
                    "name": self.labels(f"move.{move}"), "customdata": [self.numbers.count(value) for value in values],
                    "hovertemplate": "%{fullData.name}: %{customdata}<extra></extra>",
                })  # fmt: skip
        chart = self._chart(traces, self.labels("word.partners"))
        chart["layout"] |= {"barmode": "relative"}
        chart["layout"]["xaxis"]["type"] = "category"
        return chart

    def debt(self) -> Chart:
        """What partners owe, and what was lost."""
        receivable, bad = series.debt(self.cube)
        scale = scale_of([float(np.max(receivable, initial=0.0)), float(np.max(bad, initial=0.0))])
        traces = [
            self._line("", values / 10**scale, colour) | {"name": self.labels(f"debt.{name}")}
            for name, values, colour in (("receivable", receivable, BLUE), ("bad_debt", bad, BAD))
        ]
        chart = self._chart(traces, self.numbers.money_unit(scale), dated=True)
        chart["layout"]["yaxis"]["rangemode"] = "tozero"
        return chart

    def _line(self, name: str, values: Sequence[float] | np.ndarray, colour: str) -> Chart:
        return {
            "x": self._dates(), "y": points(values), "mode": "lines", "name": self._name(name),
            "line": {"color": colour, "width": 2}, "hovertemplate": "%{fullData.name}: %{y:,.2f}<extra></extra>",
        }  # fmt: skip

    def _bar(self, name: str, values: np.ndarray, colour: str) -> Chart:
        return {
            "type": "bar", "x": series.years(self.cube), "y": points(values), "name": self._name(name),
            "marker": {"color": colour}, "hovertemplate": "%{fullData.name}: %{y:,.2f}<extra></extra>",
        }  # fmt: skip

    def _name(self, name: str) -> str:
        return escape(safe_text(self.labels.name(name)), quote=False)

    def _dates(self) -> list[str]:
        return [f"{month}-01" for month in self.cube.months]

    def _chart(self, traces: Iterable[Chart], unit: str, dated: bool = False) -> Chart:
        return framed(traces, unit, self.labels, self._dates() if dated else ())


def framed(traces: Iterable[Chart], unit: str, labels: Labels, dates: Sequence[str] = ()) -> Chart:
    """Traces in our frame: unit above the y axis, legend below, dates along x where given."""
    axis = {"gridcolor": GRID, "zeroline": True, "zerolinecolor": "#9aa5b1", "automargin": True, "fixedrange": True}
    x = {**axis, "showgrid": False, "zeroline": False, "linecolor": "#9aa5b1"}
    if dates:
        step = max(1, -(-len(dates) // 72)) * 12 if len(dates) > 18 else 3
        x |= {"type": "date", "tickformat": "%Y-%m", "hoverformat": "%Y-%m", "tickvals": list(dates[::step])}
    layout = {
        "font": {"family": FONT, "size": 13, "color": INK},
        "margin": {"l": 10, "r": 14, "t": 26, "b": 8},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "hovermode": "x unified",
        "separators": labels("lang.decimal") + (labels("lang.thousands") or NO_BREAK),
        "xaxis": x,
        "yaxis": axis,
        "legend": {"orientation": "h", "x": 0, "y": -0.14, "yanchor": "top", "font": {"size": 12}},
        "hoverlabel": {"bgcolor": "#ffffff", "bordercolor": "#cbd2d9"},
        "annotations": [
            {
                "text": escape(unit, quote=False),
                "xref": "paper",
                "yref": "paper",
                "x": 0,
                "y": 1,
                "xanchor": "left",
                "yanchor": "bottom",
                "showarrow": False,
                "font": {"size": 12, "color": "#616e7c"},
                "xshift": -4,
                "yshift": 4,
            }
        ],
    }
    return {"data": list(traces), "layout": layout}


def _tops(steps: Sequence[tuple[str, float]], scale: int) -> list[float]:
    """The upper edge of each bar of a waterfall."""
    return [max(bottom, bottom + height) / 10**scale for bottom, height in series.bars(steps)]


def points(values: Sequence[float] | np.ndarray) -> list[float | None]:
    """Six digits are enough for a picture; what is not known leaves a gap."""
    return [float(f"{value:.6g}") if np.isfinite(value) else None for value in np.asarray(values).tolist()]


def _colours() -> Iterable[str]:
    while True:
        yield from PALETTE
