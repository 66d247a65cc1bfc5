"""What a study says: sentences, tables and charts as plain labelled data.

The report puts it into words and pictures.

Sentences are keys of the table of labels with their figures; a figure carries its unit, so that one language table
serves screen and page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from sim.base.errors import ScenarioError
from sim.base.in_python.faced import Faced
from sim.base.notes import Note
from sim.base.text import safe_text
from sim.experiments.pictures import Box as Box  # studies from outside take all of these from here
from sim.experiments.pictures import Chart as Chart
from sim.experiments.pictures import Cloud as Cloud
from sim.experiments.pictures import Lines as Lines
from sim.experiments.pictures import Map as Map
from sim.experiments.pictures import Mark as Mark
from sim.experiments.pictures import Series as Series
from sim.experiments.pictures import Span as Span
from sim.experiments.saying import OWN as OWN
from sim.experiments.saying import Amount as Amount
from sim.experiments.saying import Said as Said
from sim.experiments.saying import Sentence as Sentence
from sim.experiments.saying import Unit as Unit
from sim.experiments.saying import gap_unit as gap_unit
from sim.figures.vocabulary import Texts as Texts
from sim.figures.vocabulary import Vocabulary
from sim.scenario.language.suggestions import did_you_mean

if TYPE_CHECKING:
    import pandas

BY_ROW, BY_ROW_GAP = "by row", "by row, difference"  # the column `unit` says it


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
    """the first is the answer in one sentence, the others say more"""
    tables: Sequence[Table]
    charts: Sequence[Chart] = ()
    verdict: str = ""
    currency: str = "RUB"
    start: str = ""
    notes: Sequence[Note] = ()
    inputs: Mapping[str, Amount] = field(default_factory=dict)
    own: frozenset[str] = frozenset()
    """names that the study's file gives to axes, levers and inputs: shown as they stand, whatever the labels say"""
    named: Mapping[str, str] = field(default_factory=dict)
    """columns that are called by the policy or world that they are of"""
    called: Mapping[str, str] = field(default_factory=dict)
    """policies that the study calls otherwise than by their names in it"""
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
        """A table by its name.

        Raises
        ------
        ScenarioError
            Without such a table.
        """
        named = {one.name: one for one in self.tables}
        if name not in named:
            raise ScenarioError(f"no table {safe_text(repr(name))}; {did_you_mean(str(name), list(named))}")
        return named[name].frame
