"""What a picture shows: the one description of which its drawing, its title and its alternative text are made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from sim.base.arrays import Reals
from sim.report.pages.colours import INK, LIGHT

Style = Literal["solid", "dash", "dot"]


@dataclass(frozen=True)
class Along:
    """An axis of positions float64[n] with what each is called; months and names stand one beside the other."""

    at: Reals
    names: Sequence[str]
    kind: Literal["months", "names", "numbers"] = "names"
    title: str = ""
    """what the axis is called, with its unit; months need none"""
    celled: bool = False
    """positions are middles of cells, which reach half-way to the next"""

    @classmethod
    def months(cls, months: Sequence[str]) -> Along:
        """Months as 2025-01."""
        return cls(np.arange(len(months), dtype=np.float64), months, "months")

    @classmethod
    def of(cls, names: Sequence[str], title: str = "") -> Along:
        """Names side by side."""
        return cls(np.arange(len(names), dtype=np.float64), names, "names", title)

    @property
    def span(self) -> tuple[float, float]:
        """First and last position, with half a place around names."""
        if self.kind == "names":
            return -0.5, len(self.names) - 0.5
        if self.celled:
            return self.edges[0], self.edges[-1]
        low, high = float(self.at.min(initial=np.inf)), float(self.at.max(initial=-np.inf))
        return (low, high) if low < high else (low - 0.5, low + 0.5)

    @property
    def edges(self) -> list[float]:
        """Half-way between positions, and as far beyond the outer ones: one more than positions."""
        if self.at.size == 1:
            return [float(self.at[0]) - 0.5, float(self.at[0]) + 0.5]
        middle = (self.at[1:] + self.at[:-1]) / 2
        return [float(2 * self.at[0] - middle[0]), *middle.tolist(), float(2 * self.at[-1] - middle[-1])]


@dataclass(frozen=True)
class Line:
    """A value at each position, NaN where it is not known; `at` where it has positions of its own."""

    name: str
    y: Reals
    colour: str
    style: Style = "solid"
    width: float = 2.0
    at: Reals | None = None


@dataclass(frozen=True)
class Band:
    """All between two lines."""

    name: str
    low: Reals
    high: Reals
    colour: str
    opacity: float = LIGHT


@dataclass(frozen=True)
class Bars:
    """Bars from `bases` (0 where left out) to `tops`, with texts at their ends and intervals where there are any.

    `place` is (which, of how many) bars side by side at a position; `joined` draws the steps of a waterfall.
    """

    name: str
    tops: Reals
    colours: Sequence[str]
    """one, or one a bar"""
    bases: Reals | None = None
    texts: Sequence[str] = ()
    low: Reals | None = None
    high: Reals | None = None
    place: tuple[int, int] = (0, 1)
    joined: bool = False

    def colour(self, bar: int) -> str:
        """The colour of a bar."""
        return self.colours[bar % len(self.colours)]


@dataclass(frozen=True)
class Points:
    """Points with their intervals, where there are any; `cross` marks one that differs from others."""

    name: str
    y: Reals
    colour: str
    low: Reals | None = None
    high: Reals | None = None
    at: Reals | None = None
    cross: bool = False


@dataclass(frozen=True)
class Shade:
    """Stripes behind positions, denser where the share float64[n] is larger; `darkest` is the opacity of 1."""

    name: str
    shares: Reals
    colour: str
    darkest: float = LIGHT


@dataclass(frozen=True)
class Box:
    """A rectangle of the plane."""

    name: str
    x: tuple[float, float]
    y: tuple[float, float]
    colour: str = INK


@dataclass(frozen=True)
class Cells:
    """A heat map: a colour and a text for each cell, by row of `Picture.up` and position along."""

    colours: Sequence[Sequence[str]]
    texts: Sequence[Sequence[str]]
    said: Sequence[Sequence[str]]
    """what hovering tells of a cell"""


Mark = Line | Band | Bars | Points | Shade | Box | Cells


@dataclass(frozen=True)
class Picture:
    """Marks over one axis of positions, and what they say.

    `title` is the finding in a sentence, `shows` what is drawn, `unit` that of its values, `about` the caption.
    """

    name: str
    title: str
    shows: str
    unit: str
    along: Along
    marks: Sequence[Mark]
    about: str = ""
    lying: bool = False
    """names stand down the side and bars lie"""
    wide: bool = False
    up: Along | None = None
    """positions upwards in place of values: of a heat map"""
    reach: tuple[float, float] | None = None
    """ends of the axis of values, where they are given"""
    grounded: bool = True
    """the axis of values reaches to 0"""

    @property
    def subtitle(self) -> str:
        """What is drawn and in which unit."""
        return ", ".join(part for part in (self.shows, self.unit) if part)

    @property
    def told(self) -> str:
        """The alternative text: the finding, and what is drawn."""
        return f"{self.title.rstrip('.')}. {self.subtitle}." if self.title != self.shows else f"{self.subtitle}."

    @property
    def legend(self) -> list[tuple[str, str, str, float]]:
        """(name, colour, kind of mark, opacity) of all that need telling apart."""
        named = [one for one in self.marks if not isinstance(one, Cells) and one.name]
        return [
            (one.name, one.colour(0) if isinstance(one, Bars) else one.colour, _kind(one), getattr(one, "opacity", 1.0))
            for one in named
        ]


def _kind(one: Mark) -> str:
    return one.style if isinstance(one, Line) else type(one).__name__.lower()
