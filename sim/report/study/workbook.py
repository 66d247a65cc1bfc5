"""workbook.xlsx, for people who recalculate: named inputs, live formulas beside the model's figures, a dictionary.

Before them stand the answer on one page and its charts, over cells.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sim.base.text import safe_text
from sim.experiments.answer import Amount, Answer, Table
from sim.experiments.record import STUDY
from sim.report.answer_faults import words_of
from sim.report.files import manifest
from sim.report.sheets import spreadsheet
from sim.report.sheets.front import Front
from sim.report.sheets.spreadsheet import LONGEST_SHEET, MUTED, Book
from sim.report.study.front_table import FrontTable
from sim.report.study.table_files import table_file
from sim.report.study.words import Words
from sim.report.study.workbook_charts import WorkbookCharts
from sim.report.study.workbook_table import TableSheet

COMMAND = f"partner-sim study {STUDY}"  # in the folder beside the workbook
FRONT_CHARTS = 2
DICTIONARY, MANIFEST, INPUTS = (20, 26, 20, 80), (44, 80), (34, 16, 74)  # widths
INPUT: dict[str, Any] = {"bg_color": "#FFF7D6", "border": 1, "border_color": "#B8C2CC"}
_UNSAFE = re.compile(r"[^A-Za-z0-9_.]")
_CELL = re.compile(r"[A-Za-z]{1,3}\d+|[RrCc]")


def write(answer: Answer, path: Path, lang: str = "en") -> None:
    """Write the workbook of an answer; the same answer gives the same bytes.

    Raises
    ------
    ScenarioError
        With everything in the answer that cannot be shown.
    """
    words = words_of(answer, lang)
    spreadsheet.write(path, answer.title, words.labels, lambda book: StudyBook(book, answer, words).fill())


class StudyBook:
    """Fills the workbook of a study."""

    def __init__(self, book: Book, answer: Answer, words: Words) -> None:
        self.book, self.answer, self.words, self.labels = book, answer, words, words.labels
        self.inputs = {key: input_name(key) for key in answer.inputs}

    def fill(self) -> None:
        """All sheets; the front sheet first, its cells last."""
        front = Front(self.book, self.labels("sheet.answer"))
        tables = {one.name: self.book.sheet(self._named(one)) for one in self.answer.tables}
        charts = WorkbookCharts(self.book, self.answer, self.words)
        charts.fill()
        if self.answer.inputs:
            self._inputs()
        filled = [TableSheet(self.book, tables[one.name], one, self.words, self.inputs) for one in self.answer.tables]
        for table in filled:
            table.fill()
        heads = ("table", "column", "unit", "meaning")
        self._listing(self.labels("sheet.dictionary"), heads, self._dictionary(), DICTIONARY)
        self._listing(self.labels("sheet.manifest"), (), self._manifest(), MANIFEST)
        self._front(front, filled, charts)

    def _front(self, front: Front, tables: Sequence[TableSheet], charts: WorkbookCharts) -> None:
        """The answer: verdict, sentences, what was played, the sheets behind, its first charts."""
        front.title(self.answer.title, "")
        said = self.words.sentences()
        front.verdict(self.answer.verdict, said[0] if said else "")
        front.section(self.labels("section.answer"))
        for text in said[1:]:
            front.paragraph(f"• {text}")
        if self.answer.record is not None:
            front.section(self.labels("section.asked"))
            front.paragraph(" · ".join(f"{name}: {text}" for name, text in self._played()), font_color=MUTED)
        if tables:
            FrontTable(front, tables[0], self.words).fill()
        front.section(self.labels("section.tables"))
        for table in tables:
            self.book.link(front.sheet, front.row, 0, table.sheet, self.words.title("table", table.one.name))
            self.book.text(front.sheet, front.row, 1, table_file(table.one), font_color=MUTED)
            front.row += 1
        front.paragraph(self.labels("about.workbook"), font_color=MUTED)
        if first := charts.first(FRONT_CHARTS):
            front.pictures(first)
        front.end()

    def _named(self, one: Table) -> str:
        """The sheet of a table: by its name in English, else by as many words of its title as a name can hold."""
        if self.labels.lang == "en":
            return one.name
        title = self.words.title("table", one.name)
        return title if len(title) <= LONGEST_SHEET else title[: LONGEST_SHEET + 1].rpartition(" ")[0].rstrip(",:;")

    def _listing(self, name: str, heads: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[int]) -> None:
        sheet = self.book.sheet(name)
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        for column, head in enumerate(heads):
            self.book.text(sheet, 0, column, self.labels(f"word.{head}"), bold=True, bottom=1)
        for at, row in enumerate(rows, 1 if heads else 0):
            texts = list(zip(row, widths, strict=True))
            self.book.high(sheet, at, *max(texts, key=lambda one: len(one[0]) / one[1]))
            for column, text in enumerate(row):
                self.book.text(sheet, at, column, text, text_wrap=True, valign="top")
        if heads:
            sheet.autofilter(0, 0, len(rows), len(heads) - 1)
            sheet.freeze_panes(1, 0)
            sheet.repeat_rows(0)

    def _inputs(self) -> None:
        """Named cells that formulas read."""
        sheet = self.book.sheet(self.labels("sheet.inputs"))
        for column, (head, width) in enumerate(zip(("input", "value", "meaning"), INPUTS, strict=True)):
            sheet.set_column(column, column, width)
            self.book.text(sheet, 0, column, self.labels(f"word.{head}"), bold=True, bottom=1)
        for row, (key, amount) in enumerate(self.answer.inputs.items(), 1):
            self.book.text(sheet, row, 0, self.inputs[key])
            self.book.number(sheet, row, 1, amount.value, amount.unit, **INPUT)
            self.book.text(sheet, row, 2, self._meaning(key, amount), text_wrap=True)
            self.book.made.define_name(self.inputs[key], f"='{sheet.get_name()}'!$B${row + 1}")

    def _meaning(self, key: str, amount: Amount) -> str:
        head, _, rest = key.partition(".")
        if f"input.{head}" not in self.labels:
            return self.words.column(key)
        said = self.labels(f"input.{head}")
        return f"{self.words.cell('line', rest)}: {said}" if rest else said

    def _dictionary(self) -> list[tuple[str, str, str, str]]:
        return [
            (one.name, name, self._unit(one, name), self._about(name))
            for one in self.answer.tables for name in dict.fromkeys((*map(str, one.frame.columns), *one.formulas))
        ]  # fmt: skip

    def _unit(self, one: Table, name: str) -> str:
        unit = one.units.get(name, "text")
        if unit == "money":
            return safe_text(self.answer.currency)
        return self.labels(f"unit.{unit.partition(',')[0].replace(' ', '_')}")

    def _about(self, name: str) -> str:
        title, about = self.words.column(name), self.words.about(name)
        return f"{title}. {about}" if about else title

    def _played(self) -> list[tuple[str, str]]:
        record = self.answer.record
        if record is None:
            return []
        return [
            (self.labels("word.cases"), str(record.cases)),
            (self.labels("word.all_replications"), str(record.replications)),
            (self.labels("word.seed"), ", ".join(map(str, record.seeds))),
        ]

    def _manifest(self) -> list[tuple[str, str]]:
        labels, record = self.labels, self.answer.record
        files = {} if record is None else record.files
        return [
            (labels("word.study"), self.answer.kind),
            *self._played(),
            *((f"{labels('word.hash')} {name}", hashlib.sha256(data).hexdigest()) for name, data in files.items()),
            (labels("word.reproduce"), manifest.REPEATS if record is None else COMMAND),
            *((f"{labels('word.version')} {name}", version) for name, version in manifest.versions().items()),
        ]


def input_name(key: str) -> str:
    """A key as a name that a workbook takes for a cell."""
    name = _UNSAFE.sub("_", key)
    return f"in_{name}" if not name[:1].isalpha() or _CELL.fullmatch(name) else name
