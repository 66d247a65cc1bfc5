"""Where things stand in a drawing: from positions and values of a picture to pixels of a size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.base.arrays import Reals
from sim.report.language.numbers import Numbers
from sim.report.pages import ticks
from sim.report.pages.picture import Along, Band, Bars, Box, Line, Mark, Picture, Points

LETTER, GLYPH = 12.0, 7.6
"""pixels of a letter: its height, and its width on average"""
TICK_ROOM, NAME_ROOM = 20.0, 16.0
HEAD = 0.05  # of the span of values, left free above them
ROW, LINES_OF_NAME = 28.0, 2
MOST_NAME, MOST_NAME_OF_CELLS = 0.40, 0.5  # of the width, for names down the side
ROW_OF_CELLS = 22.0


@dataclass(frozen=True)
class Size:
    """Width and height of a drawing, in pixels; `broad` where it is drawn for a wide screen."""

    width: float
    height: float


HALF, WHOLE, NARROW = Size(520, 280), Size(940, 300), Size(340, 195)


def size_of(picture: Picture, narrow: bool) -> Size:
    """The size that a picture is drawn in; one whose names stand down the side has a row for each."""
    size = NARROW if narrow else WHOLE if picture.wide else HALF
    if picture.lying:
        return Size(size.width, ROW * len(picture.along.names) + TICK_ROOM + 8)
    if picture.up is not None and picture.up.kind == "names":
        return Size(size.width, ROW_OF_CELLS * len(picture.up.names) + 2 * TICK_ROOM)
    return size


class Frame:
    """Edges of the plot, and both scales."""

    def __init__(self, picture: Picture, size: Size, numbers: Numbers) -> None:
        self.picture, self.size, self.numbers = picture, size, numbers
        self.low, self.high = self._reach()
        self.side = self._side()
        self.left = max((text_width(line) for lines in self.side for line in lines), default=0.0) + 10
        self.right = size.width - 8 - (self._ends() if picture.lying else 6)
        self.top, self.bottom = 10.0, size.height - TICK_ROOM - (NAME_ROOM if self._below() else 0)
        if picture.lying:
            self.top = 2.0

    @property
    def scale(self) -> list[float]:
        """Ticks of the axis of values."""
        most = max(2, int((self.size.width * 0.55 if self.picture.lying else self.size.height) / 38))
        return ticks.ticks(self.low, self.high, most)

    def spot(self, along: float, value: float) -> tuple[float, float]:
        """Pixel of a value at a position."""
        share, height = self._share(self.picture.along, along), (value - self.low) / (self.high - self.low)
        if self.picture.lying:
            return self.left + height * (self.right - self.left), self.top + share * (self.bottom - self.top)
        if self.picture.up is not None and self.picture.up.kind == "names":
            height = 1 - height
        return self.left + share * (self.right - self.left), self.bottom - height * (self.bottom - self.top)

    def tick(self, value: float) -> str:
        """A tick of the axis of values in words."""
        return self.numbers.plain(value, ticks.decimals(self.scale))

    def below(self) -> list[tuple[float, str]]:
        """(position, text) of ticks along, as many as have room."""
        along, room = self.picture.along, self.right - self.left
        if along.kind == "numbers":
            found = ticks.ticks(*along.span, max(2, int(room / 60)))
            return [(at, self.numbers.plain(at, ticks.decimals(found))) for at in found]
        names = along.names
        if along.kind == "months" and len(names) > 18:
            years = [at for at, name in enumerate(names) if name.endswith("-01")]
            return [(float(at), names[at][:4]) for at in years[:: thinned(years, 36.0, room)]]
        widest = max(map(text_width, names), default=0.0) + 8
        return [(float(along.at[at]), names[at]) for at in range(0, len(names), thinned(names, widest, room))]

    def _share(self, along: Along, at: float) -> float:
        low, high = along.span
        return (at - low) / (high - low)

    def _reach(self) -> tuple[float, float]:
        if self.picture.up is not None:
            return self.picture.up.span
        if self.picture.reach is not None:
            return self.picture.reach
        low, high = ticks.ends([part for one in self.picture.marks for part in values(one)], self.picture.grounded)
        texts = not self.picture.lying and any(isinstance(one, Bars) and one.texts for one in self.picture.marks)
        free = (high - low) * HEAD * (2 if texts else 1)
        return low - free if low < 0 else low, high + free if high > 0 or not self.picture.grounded else high

    def _side(self) -> list[list[str]]:
        """Texts down the left side, each in lines."""
        up = self.picture.up
        if self.picture.lying or (up is not None and up.kind == "names"):
            names = self.picture.along.names if self.picture.lying else up.names if up else ()
            share, lines = (MOST_NAME, LINES_OF_NAME) if self.picture.lying else (MOST_NAME_OF_CELLS, 1)
            return [wrapped(one, self.size.width * share, lines) for one in names]
        return [[self.tick(one)] for one in self.scale]

    def _ends(self) -> float:
        """Room for the texts at the ends of bars that lie."""
        texts = [text for one in self.picture.marks if isinstance(one, Bars) for text in one.texts]
        return max(map(text_width, texts), default=0.0)

    def _below(self) -> bool:
        return bool(self.picture.along.title) and not self.picture.lying


def values(mark: Mark) -> list[Reals]:
    """All values that an axis must reach."""
    if isinstance(mark, Line):
        return [mark.y]
    if isinstance(mark, Band):
        return [mark.low, mark.high]
    if isinstance(mark, Box):
        return [np.array(mark.y)]
    if isinstance(mark, Bars):
        return [one for one in (mark.tops, mark.bases, mark.low, mark.high) if one is not None]
    if isinstance(mark, Points):
        return [one for one in (mark.y, mark.low, mark.high) if one is not None]
    return []


def text_width(text: str) -> float:
    """About how wide a text is, in pixels."""
    return GLYPH * len(text)


def thinned(of: Sequence[object], each: float, room: float) -> int:
    """Every how many texts have room."""
    return max(1, int(np.ceil(len(of) * each / max(room, 1.0))))


def wrapped(text: str, room: float, most: int) -> list[str]:
    """A text in lines no wider than there is room; what is too long ends in dots."""
    letters = max(int(room / GLYPH), 4)
    lines: list[str] = []
    for word in text.split():
        if lines and len(lines[-1]) + 1 + len(word) <= letters:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    kept = lines[:most]
    if len(lines) > most:
        kept[-1] = f"{kept[-1]} …"
    return [one if len(one) <= letters else f"{one[: letters - 1]}…" for one in kept] or [""]
