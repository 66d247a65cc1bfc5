"""Pictures of a study as plain labelled data: lines, bars and points over a common x, maps, clouds of points."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import inf
from typing import Any, Literal

from sim.base.arrays import Reals
from sim.experiments.saying import Sentence


@dataclass(frozen=True)
class Series:
    """A line or row of bars; `low` and `high` its interval. A name may be a key of the labels, such as `kpi.result`."""

    name: str
    y: Reals
    low: Reals | None = None
    high: Reals | None = None

    @property
    def parts(self) -> list[Reals]:
        """Its figures and the edges of its interval, where there is one."""
        return [values for values in (self.y, self.low, self.high) if values is not None]


@dataclass(frozen=True)
class Span:
    """A value on the x axis with its interval, drawn upright over a picture."""

    name: str
    x: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Lines:
    """Series over a common x: numbers or names.

    `lying` are bars that lie, the first on top; a `waterfall` has one series of steps, of which `totals` stand on 0.
    """

    name: str
    x: Sequence[Any]
    series: Sequence[Series]
    x_label: str
    unit: str
    kind: Literal["lines", "bars", "points", "lying", "waterfall"] = "lines"
    x_unit: str = "number"
    y_label: str = ""
    """what the y axis is called, where the title does not say it"""
    levels: Mapping[str, float] = field(default_factory=dict)
    """level lines by name, such as a bound"""
    spans: Sequence[Span] = ()
    totals: Sequence[int] = ()
    """places of x"""
    finding: Sentence | None = None
    """what the picture shows, as its title; left out: `chart.<name>` alone"""


@dataclass(frozen=True)
class Mark:
    """A point on a map."""

    name: str
    x: float
    y: float


@dataclass(frozen=True)
class Map:
    """A heat map: z[y, x]; contours at `levels`, lines of theory laid over it, points marked."""

    name: str
    x: Reals
    y: Reals
    z: Reals
    x_label: str
    y_label: str
    x_unit: str
    y_unit: str
    unit: str
    levels: Sequence[float] = ()
    lines: Mapping[str, tuple[Reals, Reals]] = field(default_factory=dict)
    marks: Sequence[Mark] = ()
    finding: Sentence | None = None


@dataclass(frozen=True)
class Box:
    """A part of a plane; infinite where it is open."""

    name: str
    x: tuple[float, float] = (-inf, inf)
    y: tuple[float, float] = (-inf, inf)


@dataclass(frozen=True)
class Cloud:
    """Points of a plane in the colour of z, a share; boxes are drawn around parts of it, points marked."""

    name: str
    x: Reals
    y: Reals
    z: Reals
    x_label: str
    y_label: str
    x_unit: str
    y_unit: str
    z_label: str
    boxes: Sequence[Box] = ()
    marks: Sequence[Mark] = ()
    finding: Sentence | None = None


Chart = Lines | Map | Cloud
