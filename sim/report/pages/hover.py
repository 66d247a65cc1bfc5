"""What a picture tells of a position when a reader points at it."""

from __future__ import annotations

from math import isfinite

from sim.report.language.numbers import Numbers
from sim.report.pages.picture import Band, Bars, Cells, Line, Mark, Picture, Points
from sim.report.pages.ticks import decimals

DIGITS = 3  # of a value


def told(picture: Picture, numbers: Numbers) -> list[str]:
    """A text for each position, or each cell row by row: its name, then a line for each mark."""
    cells = [one for one in picture.marks if isinstance(one, Cells)]
    if cells:
        return [said for row in cells[0].said for said in row]
    shown = [one for one in picture.marks if getattr(one, "at", None) is None]
    return [
        "\n".join([name, *(said for one in shown if (said := _said(one, at, picture.unit, numbers)))])
        for at, name in enumerate(picture.along.names)
    ]


def _said(one: Mark, at: int, unit: str, numbers: Numbers) -> str:
    name = f"{one.name}: " if isinstance(one, Line | Band | Bars | Points) and one.name else ""
    if isinstance(one, Bars) and one.texts:
        return f"{name}{one.texts[at]} {unit}"
    if isinstance(one, Band):
        return f"{name}{_value(one.low[at], numbers)} … {_value(one.high[at], numbers)}"
    if isinstance(one, Bars):
        base = 0.0 if one.bases is None else float(one.bases[at])
        return f"{name}{_value(float(one.tops[at]) - base, numbers)} {unit}"
    if isinstance(one, Line | Points):
        return f"{name}{_value(one.y[at], numbers)} {unit}" if isfinite(one.y[at]) else ""
    return ""


def _value(value: float, numbers: Numbers) -> str:
    """A value to a few digits."""
    if not isfinite(value):
        return numbers.labels("word.unknown")
    rounded = float(f"{value:.{DIGITS}g}")
    return numbers.plain(rounded, decimals([rounded]))
