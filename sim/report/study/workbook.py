"""workbook.xlsx, for people who recalculate: named inputs, live formulas beside the model's figures, a dictionary."""

from __future__ import annotations

import datetime
import hashlib
import io
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sim.base.text import safe_text
from sim.experiments.answer import Amount, Answer, Table
from sim.experiments.record import STUDY
from sim.report.answer_faults import words_of
from sim.report.files import manifest
from sim.report.study.words import Words
from sim.report.study.workbook_table import TableSheet, number_format, put_text

CREATED = datetime.datetime(2000, 1, 1)  # the same bytes every time
OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
LONGEST_SHEET = 31
COMMAND = f"python run_scenario.py study {STUDY}"  # in the folder beside the workbook
OF_RUN = f"python run_scenario.py --from-manifest {manifest.NAME}"
MOST_SHEETS = 200
_UNSAFE = re.compile(r"[^A-Za-z0-9_.]")
_CELL = re.compile(r"[A-Za-z]{1,3}\d+|[RrCc]")
_NOT_IN_SHEETS = re.compile(r"[\[\]:*?/\\']")


def write(answer: Answer, path: Path, lang: str = "en") -> None:
    """Write the workbook of an answer; the same answer gives the same bytes.

    Raises
    ------
    ScenarioError
        With everything in the answer that cannot be shown.
    """
    import xlsxwriter

    words = words_of(answer, lang)
    held = io.BytesIO()
    book = xlsxwriter.Workbook(held, OPTIONS)
    book.set_properties({"title": safe_text(answer.title), "created": CREATED})
    book.set_calc_mode("auto")
    Book(book, answer, words).fill()
    book.close()
    path.write_bytes(held.getvalue())


class Book:
    """Fills a workbook."""

    def __init__(self, book: Any, answer: Answer, words: Words) -> None:
        self.book, self.answer, self.words = book, answer, words
        self.styles: dict[str, Any] = {}
        self.names: set[str] = set()
        self.inputs = {key: input_name(key) for key in answer.inputs}

    def fill(self) -> None:
        """All sheets."""
        labels = self.words.labels
        said = [
            (self.answer.title, ""),
            *((text, "") for text in self._verdict()),
            *((text, "") for text in self.words.sentences()),
        ]
        self._listing(labels("sheet.answer"), (), [*said, ("", ""), (labels("about.workbook"), "")], (110, 10))
        if self.answer.inputs:
            self._inputs()
        for one in self.answer.tables:
            TableSheet(self.sheet(one.name), one, self.words, self.style, self.inputs).fill()
        self._listing(
            labels("sheet.dictionary"), ("table", "column", "unit", "meaning"), self._dictionary(), (22, 22, 22, 80)
        )
        self._listing(labels("sheet.manifest"), (), self._manifest(), (40, 80))

    def style(self, **how: Any) -> Any:
        """A format, made once."""
        key = repr(sorted(how.items()))
        if key not in self.styles:
            self.styles[key] = self.book.add_format(how)
        return self.styles[key]

    def sheet(self, name: str) -> Any:
        """A new sheet; its name is one that a workbook can hold."""
        stem = _NOT_IN_SHEETS.sub("-", safe_text(name))[:LONGEST_SHEET] or "sheet"
        free = (stem if n == 1 else f"{stem[: LONGEST_SHEET - 4]}-{n}" for n in range(1, MOST_SHEETS))
        chosen = next(one for one in free if one.lower() not in self.names)
        self.names.add(chosen.lower())
        sheet = self.book.add_worksheet(chosen)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)  # printed as wide as a page
        return sheet

    def text(self, sheet: Any, row: int, column: int, text: str, **how: Any) -> None:
        """A text, never a formula, not even after it was edited."""
        put_text(sheet, row, column, text, self.style, **how)

    def _verdict(self) -> list[str]:
        return [self.words.labels(f"verdict.{self.answer.verdict}")] if self.answer.verdict else []

    def _listing(self, name: str, heads: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[int]) -> None:
        sheet = self.sheet(name)
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        for column, head in enumerate(heads):
            self.text(sheet, 0, column, self.words.labels(f"word.{head}"), bold=True)
        for at, row in enumerate(rows, 1 if heads else 0):
            for column, text in enumerate(row):
                self.text(
                    sheet,
                    at,
                    column,
                    text,
                    text_wrap=True,
                    valign="top",
                    **({"bold": True} if not heads and at == 0 else {}),
                )

    def _inputs(self) -> None:
        """Named cells that formulas read."""
        sheet = self.sheet(self.words.labels("sheet.inputs"))
        sheet.set_column(0, 0, 34)
        sheet.set_column(1, 1, 16)
        sheet.set_column(2, 2, 70)
        for column, head in enumerate(("input", "value", "meaning")):
            self.text(sheet, 0, column, self.words.labels(f"word.{head}"), bold=True)
        for row, (key, amount) in enumerate(self.answer.inputs.items(), 1):
            self.text(sheet, row, 0, self.inputs[key])
            sheet.write_number(
                row, 1, amount.value, self.style(num_format=number_format(amount.unit), bg_color="#FFF7D6", border=1)
            )
            self.text(sheet, row, 2, self._meaning(key, amount))
            self.book.define_name(self.inputs[key], f"='{sheet.get_name()}'!$B${row + 1}")

    def _meaning(self, key: str, amount: Amount) -> str:
        head, _, rest = key.partition(".")
        if f"input.{head}" not in self.words.labels:
            return self.words.column(key)
        said = self.words.labels(f"input.{head}")
        return f"{self.words.cell('line', rest)}: {said}" if rest else said

    def _dictionary(self) -> list[tuple[str, str, str, str]]:
        return [
            (one.name, name, self._unit(one, name), self._about(name))
            for one in self.answer.tables for name in dict.fromkeys((*map(str, one.frame.columns), *one.formulas))
        ]  # fmt: skip

    def _unit(self, one: Table, name: str) -> str:
        unit = one.units.get(name, "text")
        return (
            safe_text(self.answer.currency)
            if unit == "money"
            else self.words.labels(f"unit.{unit.partition(',')[0].replace(' ', '_')}")
        )

    def _about(self, name: str) -> str:
        title, about = self.words.column(name), self.words.about(name)
        return f"{title}. {about}" if about else title

    def _manifest(self) -> list[tuple[str, str]]:
        labels, record = self.words.labels, self.answer.record
        rows: list[tuple[str, str]] = [(labels("word.study"), self.answer.kind)]
        if record is not None:
            rows += [
                (labels("word.cases"), str(record.cases)), (labels("word.all_replications"), str(record.replications)),
                (labels("word.seed"), ", ".join(map(str, record.seeds))),
            ]  # fmt: skip
            rows += [
                (f"{labels('word.hash')} {name}", hashlib.sha256(data).hexdigest())
                for name, data in record.files.items()
            ]
        rows.append((labels("word.reproduce"), OF_RUN if record is None else COMMAND))
        return rows + [(f"{labels('word.version')} {name}", version) for name, version in manifest.versions().items()]


def input_name(key: str) -> str:
    """A key as a name that a workbook takes for a cell."""
    name = _UNSAFE.sub("_", key)
    return f"in_{name}" if not name[:1].isalpha() or _CELL.fullmatch(name) else name
