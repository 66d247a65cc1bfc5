"""A picture drawn as SVG: grid and axes, marks over them, and places for a reader's pointer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from html import escape
from itertools import pairwise
from math import isfinite
from typing import Any

import numpy as np

from sim.base.arrays import Reals
from sim.report.language.numbers import Numbers
from sim.report.pages.colours import PAPER, text_on
from sim.report.pages.frame import LETTER, Frame, size_of, text_width
from sim.report.pages.picture import Band, Bars, Box, Cells, Line, Picture, Points, Shade

WIDTH_OF_BARS = 0.68  # of the place at a position
DASHES = {"solid": "", "dash": ' stroke-dasharray="6 4"', "dot": ' stroke-dasharray="1.5 3.5"'}
CAP, DOT = 3.5, 4.0
ORDER: tuple[type, ...] = (Shade, Cells, Band, Bars, Line, Points, Box)


def drawn(picture: Picture, numbers: Numbers, narrow: bool = False) -> str:
    """The SVG of a picture, for a wide page or a narrow one; names from outside are escaped."""
    frame = Frame(picture, size_of(picture, narrow), numbers)
    marks = sorted(picture.marks, key=lambda one: ORDER.index(type(one)))
    parts = [*_axes(frame), *(part for one in marks for part in DRAWN[type(one)](one, frame)), *_zero(frame)]
    width, height = px(frame.size.width), px(frame.size.height)
    return (
        f'<svg viewBox="0 0 {width} {height}" class="{"narrow" if narrow else "broad"}" role="img" tabindex="0" '
        f'aria-label="{escape(picture.told)}"{places(frame)}>{"".join(parts)}</svg>'
    )


def px(value: float) -> str:
    """A length in pixels, to a tenth."""
    return f"{value:.1f}".removesuffix(".0")


def places(frame: Frame) -> str:
    """Pixels at which hovering tells something: across, or down, or both for cells."""
    picture = frame.picture
    down = picture.along.at if picture.lying else () if picture.up is None else picture.up.at
    middle = frame.low if picture.up is None else picture.up.at[0]
    across = () if picture.lying else [frame.spot(at, middle)[0] for at in picture.along.at]
    rows = [frame.spot(at, frame.low)[1] if picture.lying else frame.spot(0.0, at)[1] for at in down]
    return _list("x", across) + _list("y", rows)


def _list(name: str, pixels: Sequence[float]) -> str:
    return f' data-{name}="{" ".join(map(px, pixels))}"' if len(pixels) else ""


def _axes(frame: Frame) -> Iterator[str]:
    """Lines of the grid with their texts, and texts along."""
    if frame.picture.lying:
        yield from _lying_axes(frame)
        return
    if frame.picture.up is None or frame.picture.up.kind == "numbers":
        for value in frame.scale:
            _, y = frame.spot(frame.picture.along.span[0], value)
            yield f'<path class="grid" d="M{px(frame.left)} {px(y)}H{px(frame.right)}"/>'
            yield _text(frame.left - 6, y + LETTER / 3, frame.tick(value), "end")
    else:
        yield from _names(frame, [frame.spot(0.0, at)[1] for at in frame.picture.up.at])
    base = frame.bottom + LETTER + 3
    for at, text in frame.below():
        x, _ = frame.spot(at, frame.low)
        half = text_width(text) / 2
        yield _text(min(max(x, half), frame.size.width - half), base, text, "middle")
    if title := frame.picture.along.title:
        yield _text((frame.left + frame.right) / 2, frame.size.height - 4, title, "middle")


def _lying_axes(frame: Frame) -> Iterator[str]:
    for value in frame.scale:
        x, _ = frame.spot(0.0, value)
        yield f'<path class="grid" d="M{px(x)} {px(frame.top)}V{px(frame.bottom)}"/>'
        yield _text(x, frame.bottom + LETTER + 3, frame.tick(value), "middle")
    yield from _names(frame, [frame.spot(at, frame.low)[1] for at in frame.picture.along.at])


def _names(frame: Frame, rows: Sequence[float]) -> Iterator[str]:
    for y, lines in zip(rows, frame.side, strict=True):
        first = y + LETTER / 3 - (len(lines) - 1) * LETTER / 2
        for number, line in enumerate(lines):
            yield _text(frame.left - 8, first + number * LETTER, line, "end", "name")


def _zero(frame: Frame) -> Iterator[str]:
    """The line of nothing, over all marks, where values have one."""
    if frame.picture.up is None and frame.low <= 0 <= frame.high:
        (x, y), (u, v) = (frame.spot(at, 0.0) for at in frame.picture.along.span)
        yield f'<path class="zero" d="M{px(x)} {px(y)}L{px(u)} {px(v)}"/>'


def _text(x: float, y: float, text: str, anchor: str, kind: str = "") -> str:
    style = f' class="{kind}"' if kind else ""
    return f'<text x="{px(x)}" y="{px(y)}" text-anchor="{anchor}"{style}>{escape(text, quote=False)}</text>'


def _line(one: Line, frame: Frame) -> Iterator[str]:
    at = frame.picture.along.at if one.at is None else one.at
    yield (
        f'<path fill="none" stroke="{one.colour}" stroke-width="{px(one.width)}"{DASHES[one.style]} '
        f'd="{_way(frame, at, one.y)}"/>'
    )


def _way(frame: Frame, at: Reals, y: Reals) -> str:
    """Steps through all known points; a gap begins anew."""
    steps, pen = [], "M"
    for along, value in zip(at.tolist(), y.tolist(), strict=True):
        if isfinite(value):
            steps.append(pen + " ".join(map(px, frame.spot(along, value))))
        pen = "L" if isfinite(value) else "M"
    return "".join(steps)


def _band(one: Band, frame: Frame) -> Iterator[str]:
    known = np.isfinite(one.low) & np.isfinite(one.high)
    at, low, high = frame.picture.along.at[known], one.low[known], one.high[known]
    there = _way(frame, at, high)
    back = _way(frame, at[::-1], low[::-1]).replace("M", "L", 1)
    yield f'<path fill="{one.colour}" fill-opacity="{one.opacity:.2f}" d="{there}{back}Z"/>'


def _bars(one: Bars, frame: Frame) -> Iterator[str]:
    number, count = one.place
    width = WIDTH_OF_BARS / count
    bases = np.zeros(one.tops.size) if one.bases is None else one.bases
    for bar, (base, top) in enumerate(zip(bases.tolist(), one.tops.tolist(), strict=True)):
        middle = float(frame.picture.along.at[bar]) - WIDTH_OF_BARS / 2 + (number + 0.5) * width
        if isfinite(top):
            yield _box(frame, (middle - width / 2, middle + width / 2), (base, top), one.colour(bar))
            yield from _interval(one, frame, middle, bar)
            yield from _end(one, frame, middle, bar, base)
    if one.joined:
        yield from _joined(one, frame)


def _box(frame: Frame, along: tuple[float, float], ends: tuple[float, float], colour: str) -> str:
    (x, y), (u, v) = frame.spot(along[0], ends[0]), frame.spot(along[1], ends[1])
    place = f'x="{px(min(x, u))}" y="{px(min(y, v))}" width="{px(abs(u - x))}" height="{px(max(abs(v - y), 0.5))}"'
    return f'<rect {place} fill="{colour}"/>'


def _interval(one: Bars | Points, frame: Frame, at: float, which: int) -> Iterator[str]:
    """The whisker of a bar or point, where its interval is known."""
    if one.low is None or one.high is None or not (isfinite(one.low[which]) and isfinite(one.high[which])):
        return
    (x, y), (u, v) = (frame.spot(at, float(end[which])) for end in (one.low, one.high))
    caps = f"M{px(x)} {px(y - CAP)}v{2 * CAP:g}M{px(u)} {px(v - CAP)}v{2 * CAP:g}"
    if not frame.picture.lying:
        caps = f"M{px(x - CAP)} {px(y)}h{2 * CAP:g}M{px(u - CAP)} {px(v)}h{2 * CAP:g}"
    yield f'<path class="whisker" d="M{px(x)} {px(y)}L{px(u)} {px(v)}{caps}"/>'


def _end(one: Bars, frame: Frame, middle: float, bar: int, base: float) -> Iterator[str]:
    """The text at the end of a bar, past its interval."""
    if not one.texts:
        return
    reached = [base, float(one.tops[bar]), *(float(end[bar]) for end in (one.low, one.high) if end is not None)]
    x, y = frame.spot(middle, max(value for value in reached if isfinite(value)))
    if frame.picture.lying:
        yield _text(x + 5, y + LETTER / 3, one.texts[bar], "start", "end")
    else:
        yield _text(x, y - 4, one.texts[bar], "middle", "end")


def _joined(one: Bars, frame: Frame) -> Iterator[str]:
    for bar, (here, _) in enumerate(pairwise(one.tops.tolist())):
        (x, y), (u, v) = (frame.spot(bar + share, here) for share in (WIDTH_OF_BARS / 2, 1 - WIDTH_OF_BARS / 2))
        yield f'<path class="joint" d="M{px(x)} {px(y)}L{px(u)} {px(v)}"/>'


def _points(one: Points, frame: Frame) -> Iterator[str]:
    at = frame.picture.along.at if one.at is None else one.at
    for which, (along, value) in enumerate(zip(at.tolist(), one.y.tolist(), strict=True)):
        if isfinite(value):
            yield from _interval(one, frame, along, which)
            x, y = frame.spot(along, value)
            if one.cross:
                arms = "m-6 -6l12 12m0 -12l-12 12"
                yield f'<path stroke="{PAPER}" stroke-width="6" d="M{px(x)} {px(y)}{arms}"/>'
                yield f'<path stroke="{one.colour}" stroke-width="3" d="M{px(x)} {px(y)}{arms}"/>'
            else:
                yield f'<circle cx="{px(x)}" cy="{px(y)}" r="{px(DOT)}" fill="{one.colour}" stroke="{PAPER}"/>'


def _shade(one: Shade, frame: Frame) -> Iterator[str]:
    edges = [0, *(np.flatnonzero(np.diff(one.shares)) + 1).tolist(), one.shares.size]
    for first, last in pairwise(edges):
        if one.shares[first] > 0:
            box = _box(frame, (first, min(last, one.shares.size - 1)), (frame.low, frame.high), one.colour)
            yield box.replace("/>", f' fill-opacity="{one.darkest * one.shares[first]:.2f}"/>')


def _area(one: Box, frame: Frame) -> Iterator[str]:
    box = _box(frame, one.x, one.y, one.colour)
    yield box.replace("/>", f' fill-opacity="0.14" stroke="{one.colour}" stroke-width="2"/>')


def _cells(one: Cells, frame: Frame) -> Iterator[str]:
    """Cells to the middle of the way to their neighbours; texts where they have room."""
    up = frame.picture.up
    assert up is not None
    across, rows = frame.picture.along.edges, up.edges
    for row, (low, high) in enumerate(pairwise(rows)):
        for column, (left, right) in enumerate(pairwise(across)):
            colour, text = one.colours[row][column], one.texts[row][column]
            if colour:
                yield _box(frame, (left, right), (low, high), colour).replace("/>", f' stroke="{PAPER}"/>')
            (x, y), (u, _) = frame.spot((left + right) / 2, (low + high) / 2), frame.spot(right, low)
            if text and text_width(text) < 2 * (u - x):
                yield _text(x, y + LETTER / 3, text, "middle").replace("<text", f'<text fill="{text_on(colour)}"')


DRAWN: dict[type, Callable[[Any, Frame], Iterator[str]]] = {
    Line: _line, Band: _band, Bars: _bars, Points: _points, Shade: _shade, Box: _area, Cells: _cells,
}  # fmt: skip
