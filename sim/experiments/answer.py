"""What a study says: sentences, tables and charts as plain labelled data.

The report puts it into words and pictures.

Sentences are keys of the table of labels with their figures; a figure carries its unit, so that one language table
serves screen and page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from sim.base.arrays import Reals
from sim.base.faced import Faced
from sim.base.notes import Note
from sim.figures.vocabulary import Texts as Texts  # studies from outside take it from here
from sim.figures.vocabulary import Vocabulary

if TYPE_CHECKING:
    import pandas

BY_ROW, BY_ROW_GAP = "by row", "by row, difference"  # the column `unit` says it
OWN = "own."  # in front of a name that the study's file gives: shown as it stands, whatever the labels say
Unit = Literal["money", "ratio", "share", "probability", "count", "month", "number", "text", "points"]


@dataclass(frozen=True)
class Amount:
    """A figure with its unit and, where there is one, its interval."""

    value: float
    unit: str
    low: float | None = None
    high: float | None = None
    signed: bool = False
    """a difference: shown with its sign"""


def gap_unit(unit: str) -> str:
    """The unit of a difference of two figures: shares differ by points."""
    return "points" if unit in ("ratio", "share", "probability") else unit


@dataclass(frozen=True)
class Sentence:
    """A label `says.<key>`, of the table or of the answer's words, whose `{name}` are filled in.

    With amounts, texts or lists of texts.
    """

    key: str
    values: Mapping[str, Amount | str | tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Foot:
    """Sums or means over the rows of each group of a table that must come to the model's figures, column by column."""

    by: str
    """column that names the groups"""
    model: Mapping[str, Mapping[str, float]]
    """group -> column -> the model's figure"""
    how: Literal["sum", "mean"] = "sum"
    intervals: Mapping[str, Mapping[str, tuple[float, float]]] = field(default_factory=dict)
    """group -> column -> Student's interval of the mean"""


@dataclass(frozen=True)
class Table:
    """A tidy table: the unit of each column by name (text where none is stated).

    `formulas` says how a column follows from others of its row and from the answer's `inputs`, such as `{b} - {a}` or
    `{b} * (1 + {change.<line>})`, where `<line>` is what the row has in that column. The workbook carries it as a live
    formula beside the model's figure; a column that the table lacks stands in the workbook only. `{a@first}` is `a` in
    the first row.
    """

    name: str
    frame: pandas.DataFrame
    units: Mapping[str, str] = field(default_factory=dict)
    formulas: Mapping[str, str] = field(default_factory=dict)
    foot: Foot | None = None


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
class Lines:
    """Series over a common x: numbers or names."""

    name: str
    x: Sequence[Any]
    series: Sequence[Series]
    x_label: str
    unit: str
    kind: Literal["lines", "bars", "points"] = "lines"
    x_unit: str = "number"
    y_label: str = ""
    """what the y axis is called, where the title does not say it"""


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
class Record:
    """A study as files that can be run again, and the cases that were played (`record` makes it)."""

    files: Mapping[str, bytes]
    """by path within the output folder: the study, and each scenario resolved, with its roster, and the data"""
    cases: int
    replications: int
    """of all cases together"""
    seeds: tuple[int, ...]


@dataclass(frozen=True, repr=False)
class Answer(Faced):
    """The answer of a study. `verdict` is PASS, FAIL, UNDECIDED, or empty where nothing was judged.

    `inputs` are figures that the workbook names, for the formulas of the tables.
    """

    face = "sim.report.faces.of_answer"

    kind: str
    title: str
    says: Sequence[Sentence]
    tables: Sequence[Table]
    charts: Sequence[Chart] = ()
    verdict: str = ""
    currency: str = "RUB"
    start: str = ""
    notes: Sequence[Note] = ()
    inputs: Mapping[str, Amount] = field(default_factory=dict)
    own: frozenset[str] = frozenset()
    """names that the study's file gives to axes, levers and inputs: shown as they stand, whatever the labels say"""
    files: Mapping[str, bytes] = field(default_factory=dict)
    """files of its own, such as a block to paste into a scenario"""
    words: Texts = field(default_factory=dict)
    """words of its own, laid over the table of labels for this answer; a study states them once, as `Study.words`"""
    spoken: Vocabulary = field(default_factory=Vocabulary)
    """the vocabulary of the scenarios that it is of"""
    judged: Mapping[str, str] = field(default_factory=dict)
    """criteria of these scenarios, and the key figure that each bounds"""
    study: str = ""
    """class of the study, for messages; empty where the answer was made by hand"""
    found: Any = None
    """the study's own result, for notebooks"""
    record: Record | None = None
    """what was asked and played; None where a study was carried out by hand"""

    def table(self, name: str) -> pandas.DataFrame:
        """A table by its name."""
        return next(one.frame for one in self.tables if one.name == name)
