"""What a study says: sentences, tables and charts as plain labelled data, which the report puts into words and pictures.

Sentences are keys of the table of labels with their figures; a figure carries its unit, so that one language table
serves screen and page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from sim.base.notes import Note

if TYPE_CHECKING:
    import pandas

Reals = NDArray[np.float64]
Unit = Literal["money", "ratio", "share", "probability", "count", "month", "number", "text", "points"]


@dataclass(frozen=True)
class Amount:
    """A figure with its unit and, where there is one, its interval."""

    value: float
    unit: str
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Sentence:
    """A label `says.<key>` whose `{name}` are filled in with amounts or texts."""

    key: str
    values: Mapping[str, Amount | str] = field(default_factory=dict)


@dataclass(frozen=True)
class Table:
    """A tidy table: the unit of each column by name (text where none is stated)."""

    name: str
    frame: pandas.DataFrame
    units: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Series:
    """A line or row of bars; `low` and `high` its interval."""

    name: str
    y: Reals
    low: Reals | None = None
    high: Reals | None = None


@dataclass(frozen=True)
class Lines:
    """Series over a common x: numbers or names."""

    name: str
    x: Sequence[Any]
    series: Sequence[Series]
    x_label: str
    unit: str
    kind: Literal["lines", "bars", "points"] = "lines"


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


Chart = Lines | Map


@dataclass(frozen=True)
class Answer:
    """The answer of a study. `verdict` is PASS, FAIL, UNDECIDED, or empty where nothing was judged."""

    kind: str
    title: str
    says: Sequence[Sentence]
    tables: Sequence[Table]
    charts: Sequence[Chart] = ()
    verdict: str = ""
    currency: str = "RUB"
    start: str = ""
    notes: Sequence[Note] = ()
    found: Any = None
    """the study's own result, for notebooks"""

    def table(self, name: str) -> pandas.DataFrame:
        """A table by its name."""
        return next(one.frame for one in self.tables if one.name == name)
