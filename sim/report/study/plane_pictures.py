"""Planes as pictures of a page: heat maps with borders and marks, clouds of worlds with the box in which they fail."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.base.arrays import Reals
from sim.experiments.answer import Box as Part
from sim.experiments.answer import Cloud, Map
from sim.report.pages import colours
from sim.report.pages.picture import Along, Box, Cells, Line, Mark, Picture, Points
from sim.report.study.axes import Scaled, axis_name, largest, numbered
from sim.report.study.words import Words

FAILS = 0.5  # share of replications from which on a world fails
MOST_POINTS = 600
MARKS = {"present": colours.INK, "nearest": colours.ORANGE, "most_likely": "#a64d79"}


def map_picture(one: Map, words: Words) -> Picture:
    """A heat map."""
    along = numbered(one.x, one.x_label, one.x_unit, words, celled=True)
    up = numbered(one.y, one.y_label, one.y_unit, words, celled=True)
    z = Scaled(one.unit, largest([one.z]), words)
    marks: list[Mark] = [_cells(one, along, up, z, words)]
    for level in one.levels:
        said = words.labels("word.border_at", level=words.figure(level, one.unit))
        marks += list(_border(said, one.z, level, along, up))
    x, y = Scaled(one.x_unit, largest([one.x]), words), Scaled(one.y_unit, largest([one.y]), words)
    for name, (right, high) in one.lines.items():
        marks.append(Line(words.title("laid_over", name), y.of(high), "#a64d79", "dash", 2.2, x.of(right)))
    places = [(float(x.of(mark.x)), float(y.of(mark.y))) for mark in one.marks]
    marks += [
        _around(words.title("laid_over", mark.name), at, along, up) for mark, at in zip(one.marks, places, strict=True)
    ]
    what = ", ".join(filter(None, (words.title("chart", one.name), z.name)))
    shows = words.labels("word.of_axes", what=what, up=up.title)
    return Picture(one.name, words.heading(one), shows, "", along, marks, words.caption(one), wide=True, up=up)


def _around(name: str, at: tuple[float, float], along: Along, up: Along) -> Box:
    """The cell of a point."""
    sides = [
        (axis.edges[place], axis.edges[place + 1])
        for axis, value in ((along, at[0]), (up, at[1])) for place in [int(np.abs(axis.at - value).argmin())]
    ]  # fmt: skip
    return Box(name, sides[0], sides[1], colours.ORANGE)


def _cells(one: Map, along: Along, up: Along, z: Scaled, words: Words) -> Cells:
    values = z.of(one.z)
    texts = [[words.short(value) if np.isfinite(value) else "" for value in row] for row in values.tolist()]
    said = [
        [
            f"{along.names[c]}\n{up.names[r]}\n{text or words.labels('word.unknown')} {z.name}"
            for c, text in enumerate(row)
        ]
        for r, row in enumerate(texts)
    ]
    return Cells(_colours(values), texts, said)


def _colours(values: Reals) -> list[list[str]]:
    """Losses red and profits blue where there are both, else from pale to dark; what is not known has none."""
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    most, signed = max(abs(low), abs(high)) or 1.0, low < 0 < high
    share = 0.5 + values / (2 * most) if signed else (values - low) / ((high - low) or 1.0)
    scale = colours.SIGNED if signed else colours.RISING
    return [[colours.between(scale, at) if np.isfinite(at) else "" for at in row] for row in share.tolist()]


def _border(name: str, z: Reals, level: float, along: Along, up: Along) -> Iterator[Mark]:
    """Edges between cells on both sides of a level."""
    above = np.where(np.isfinite(z), z >= level, np.nan)
    x, y, right, high = along.edges, up.edges, list[float](), list[float]()
    for r, c in np.ndindex(above.shape):
        if c and _apart(float(above[r, c - 1]), float(above[r, c])):
            right, high = [*right, x[c], x[c], np.nan], [*high, y[r], y[r + 1], np.nan]
        if r and _apart(float(above[r - 1, c]), float(above[r, c])):
            right, high = [*right, x[c], x[c + 1], np.nan], [*high, y[r], y[r], np.nan]
    if right:
        yield Line(name, np.array(high), colours.INK, width=2.6, at=np.array(right))


def _apart(one: float, other: float) -> bool:
    """Whether two known cells lie on both sides."""
    return one + other == 1.0


def cloud_picture(one: Cloud, words: Words) -> Picture:
    """Worlds as points, those that fail in red."""
    step = -(-len(one.x) // MOST_POINTS)
    order = np.argsort(one.x[::step], kind="stable")
    x, y = Scaled(one.x_unit, largest([one.x]), words), Scaled(one.y_unit, largest([one.y]), words)
    right, high, share = x.of(one.x[::step])[order], y.of(one.y[::step])[order], one.z[::step][order]
    axis = numbered(one.x[::step][order], one.x_label, one.x_unit, words)
    up = axis_name(one.y_label, y, words)
    names = [
        f"{name}\n{words.column(one.y_label)}: {words.figure(value, one.y_unit)}\n"
        f"{words.column(one.z_label)}: {words.figure(part, 'share')}"
        for name, value, part in zip(axis.names, one.y[::step][order].tolist(), share.tolist(), strict=True)
    ]
    fails = share >= FAILS
    ends = float(high.min()), float(high.max())
    free = ((ends[1] - ends[0]) or 1.0) * 0.04
    reach = ends[0] - free, ends[1] + free
    marks: list[Mark] = [_area(part, (axis.span, reach), x, y, words) for part in one.boxes]
    for key, those, colour in (("holds", ~fails, colours.PALETTE[5]), ("fails", fails, colours.BAD)):
        if those.any():
            marks.append(Points(words.labels(f"word.{key}"), high[those], colour, at=right[those]))
    for mark in one.marks:
        said, colour = words.title("laid_over", mark.name), MARKS.get(mark.name, colours.INK)
        marks.append(Points(said, y.of([mark.y]), colour, at=x.of([mark.x]), cross=True))
    shows = words.labels("word.of_axes", what=words.title("chart", one.name), up=up)
    along = Along(axis.at, names, "numbers", axis.title)
    return Picture(one.name, words.heading(one), shows, "", along, marks, words.caption(one), wide=True, reach=reach)


def _area(
    part: Part, whole: tuple[tuple[float, float], tuple[float, float]], x: Scaled, y: Scaled, words: Words
) -> Box:
    """A box within the picture: open sides end at its edges."""
    ends = [
        tuple(np.clip(scaled.of(np.clip(sides, -1e300, 1e300)), *edges).tolist())
        for sides, scaled, edges in ((part.x, x, whole[0]), (part.y, y, whole[1]))
    ]
    return Box(words.title("laid_over", part.name), ends[0], ends[1], colours.BAD)
