"""Charts of studies as plotly's plain data (traces and layout); names from outside are escaped.

Built without importing plotly's Python classes: the page needs only its JavaScript, once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

import numpy as np

from sim.report.language.labels import Labels
from sim.report.language.numbers import NO_BREAK
from sim.report.pages.colours import GRID, INK, PALETTE

__all__ = ["INK", "PALETTE", "framed", "points"]

FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', Arial, sans-serif"
Chart = dict[str, Any]


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


def points(values: Sequence[float] | np.ndarray) -> list[float | None]:
    """Six digits are enough for a picture; what is not known leaves a gap."""
    return [float(f"{value:.6g}") if np.isfinite(value) else None for value in np.asarray(values).tolist()]
