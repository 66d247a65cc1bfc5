"""A table as a sheet: formulas over its columns beside the model's figures, whose sums and means they must come to."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from math import ceil, isfinite
from typing import Any

from sim.experiments.answer import BY_ROW, BY_ROW_GAP, Foot, Table
from sim.report.sheets.formats import number_format, scale_of_sheet, unit_name
from sim.report.sheets.places import ranges, ref
from sim.report.sheets.spreadsheet import MUTED, Book
from sim.report.study.arithmetic import outcome
from sim.report.study.words import Words, unit_of

FIRST = 4  # row of the first figures, from 0: title, unit and headings stand above
KOPECKS, OTHERS = 2, 9  # decimals to which the model and a formula must agree
_ROW_VALUE = re.compile(r"<(\w+)>")
_REFERENCE = re.compile(r"\{([^{}]+)\}")
_IN_FIRST = "@first"  # of a column: its cell in the first row
NUMBER, TEXT = 16, (12, 44)
"""width of a column of numbers, least and most of texts"""
ON_A_PAGE = 12  # columns


class TableSheet:
    """Fills the sheet of one table."""

    def __init__(self, book: Book, sheet: Any, one: Table, words: Words, inputs: Mapping[str, str]) -> None:
        self.book, self.sheet, self.one, self.words, self.inputs = book, sheet, one, words, inputs
        self.rows = [{str(key): value for key, value in row.items()} for row in one.frame.to_dict("records")]
        there = [str(name) for name in one.frame.columns]
        self.names = there + [name for name in one.formulas if name not in there]
        self.scale = self._money_scale()
        self.at = {name: column for column, name in enumerate(self.names)}
        self.beside = {name: len(self.names) + 2 * n for n, name in enumerate(n for n in one.formulas if n in there)}

    def fill(self) -> None:
        """Headings, rows, then what must foot."""
        self._heads()
        for position, row in enumerate(self.rows):
            for name in self.names:
                self._cell(FIRST + position, name, row)
        if self.one.foot is not None:
            self._foot(self.one.foot)
        self.sheet.freeze_panes(FIRST, 1)
        self.sheet.fit_to_pages(ceil((len(self.names) + 2 * len(self.beside)) / ON_A_PAGE), 0)
        self.sheet.repeat_columns(0)
        self.sheet.repeat_rows(FIRST - 2, FIRST - 1)
        if self.rows:
            self.sheet.autofilter(FIRST - 1, 0, FIRST + len(self.rows) - 1, len(self.names) - 1)

    def _money_scale(self) -> int:
        """The power of ten in which all columns of money are shown."""
        names = [name for name, unit in self.one.units.items() if unit == "money"]
        return scale_of_sheet([float(row[name]) for row in self.rows for name in names if _known(row.get(name))])

    def _scale(self, name: str) -> int:
        """Of a column; money in columns whose unit goes by row is shown to the minor unit."""
        return self.scale if self.one.units.get(name, "money") == "money" else 0

    def _heads(self) -> None:
        self._text(0, 0, self.words.title("table", self.one.name), bold=True, font_size=13)
        heads = [self.words.column(name) for name in self.names if self.is_number(name)]
        self.book.high(self.sheet, FIRST - 1, max((*heads, self._gap_head()), key=len), NUMBER)
        for name, column in self.at.items():
            self._text(FIRST - 2, column, self._unit(name), italic=True, font_color=MUTED, **self._set(name))
            self._text(
                FIRST - 1, column, self.words.column(name), bold=True, bottom=1, text_wrap=True, **self._set(name)
            )
            self.sheet.set_column(column, column, NUMBER if self.is_number(name) else self._wide(name))
        for name, column in self.beside.items():
            for at, key in ((column, "model"), (column + 1, "model_minus_formula")):
                said = self._beside(name, key)
                self._text(FIRST - 1, at, said, bold=True, bottom=1, text_wrap=True, font_color=MUTED)
            self.sheet.set_column(column, column + 1, NUMBER)

    def _beside(self, name: str, key: str) -> str:
        """Heading of what stands beside a formula."""
        return f"{self.words.column(name)}: {self.words.labels(f'word.{key}').lower()}"

    def _gap_head(self) -> str:
        """The longest heading beside a formula."""
        return max((self._beside(name, "model_minus_formula") for name in self.beside), key=len, default="")

    def _wide(self, name: str) -> int:
        """Width of a column of texts."""
        texts = [self.words.cell(name, row[name]) for row in self.rows if _known(row.get(name))]
        return min(max([TEXT[0], len(self.words.column(name)), *map(len, texts)]), TEXT[1])

    def _unit(self, name: str) -> str:
        unit = self.one.units.get(name, "text")
        if unit in ("text", BY_ROW, BY_ROW_GAP):
            return ""
        if unit == "money":
            return unit_name(unit, self.scale, self.words.numbers.currency, self.words.labels)
        return self.words.labels(f"unit.{unit}")

    def _set(self, name: str) -> dict[str, str]:
        """Headings of numbers stand over them."""
        return {"align": "right"} if self.is_number(name) else {}

    def is_number(self, name: str) -> bool:
        """Whether a column holds figures."""
        return self.one.units.get(name, "text") != "text"

    def _cell(self, at: int, name: str, row: Mapping[str, Any]) -> None:
        formula = self._formula(at, name, row) if name in self.one.formulas else None
        value, unit, scale = row.get(name), unit_of(self.one, name, row), self._scale(name)
        if formula is None:
            self._value(at, self.at[name], name, value, unit, scale)
            return
        if name not in self.beside:
            self._put(at, self.at[name], formula, self._outcome(name, row), self._foot_unit(name), scale)
            return
        model = self.beside[name]
        self._put(at, self.at[name], formula, float(value or 0.0), unit, scale)
        self._value(at, model, name, value, unit, scale)
        self._zero(at, model + 1, f"{ref(at, model)}-{ref(at, self.at[name])}", unit)

    def _formula(self, at: int, name: str, row: Mapping[str, Any]) -> str | None:
        """A live formula; None where something that it reads is not known."""
        text = _ROW_VALUE.sub(lambda found: str(row[found[1]]), self.one.formulas[name])
        read = [key for key in _REFERENCE.findall(text) if key.removesuffix(_IN_FIRST) in self.at]
        if not all(_known(self._read(key, row)) for key in read) or (name in row and not _known(row[name])):
            return None
        return "=" + _REFERENCE.sub(lambda found: self._reference(at, found[1]), text)

    def _read(self, key: str, row: Mapping[str, Any]) -> Any:
        """What the model has in a cell that a formula reads."""
        return self.rows[0].get(key.removesuffix(_IN_FIRST)) if key.endswith(_IN_FIRST) else row.get(key)

    def _reference(self, at: int, key: str) -> str:
        if key.endswith(_IN_FIRST):
            return ref(FIRST, self.at[key.removesuffix(_IN_FIRST)])
        return ref(at, self.at[key]) if key in self.at else self.inputs[key]

    def _outcome(self, name: str, row: Mapping[str, Any]) -> float:
        """What a formula comes to as delivered."""
        values = {key: amount.value for key, amount in self.words.answer.inputs.items()} | dict(row)
        text = _ROW_VALUE.sub(lambda found: str(row[found[1]]), self.one.formulas[name])
        return outcome(_REFERENCE.sub(lambda found: f"({float(values[found[1]])!r})", text))

    def _foot(self, foot: Foot) -> None:
        at = FIRST + len(self.rows) + 1
        for group, model in foot.model.items():
            places = [FIRST + n for n, row in enumerate(self.rows) if str(row[foot.by]) == group]
            if not places:
                continue
            at = self._group(at, foot, group, model, places) + 1

    def _group(self, at: int, foot: Foot, group: str, model: Mapping[str, float], places: Sequence[int]) -> int:
        function, word = ("SUM", "sum") if foot.how == "sum" else ("AVERAGE", "mean")
        for n, key in enumerate((word, "model", "model_minus_formula")):
            self._text(
                at + n, 0, f"{group}: {self.words.labels(f'word.{key}').lower()}", bold=n == 0, top=1 if n == 0 else 0
            )
        for name, figure in model.items():
            column, unit = self.at[name], self._foot_unit(name)
            self._put(
                at, column, f"={function}({ranges(places, column)})", figure, unit, self._scale(name), bold=True, top=1
            )
            self._check(at, column, figure, unit, self._scale(name))
        at += 3
        for name, bounds in foot.intervals.get(group, {}).items():
            at = self._interval(at, name, bounds, places)
        return at

    def _interval(self, at: int, name: str, bounds: tuple[float, float], places: Sequence[int]) -> int:
        """Student's interval of the mean, from the rows and the named confidence."""
        if len(places) < 2:
            return at
        column, unit, cells = self.at[name], self._foot_unit(name), ranges(places, self.at[name])
        half = f"TINV(1-{self.inputs['confidence']},COUNT({cells})-1)*STDEV({cells})/SQRT(COUNT({cells}))"
        for key, sign, bound in (("low", "-", bounds[0]), ("high", "+", bounds[1])):
            for n, said in enumerate(
                (self.words.column(key), self.words.labels("word.model"), self.words.labels("word.model_minus_formula"))
            ):
                self._text(at + n, 0, f"{self.words.column(name)}, {said.lower()}")
            self._put(at, column, f"=AVERAGE({cells}){sign}{half}", bound, unit, self._scale(name), bold=True)
            self._check(at, column, bound, unit, self._scale(name))
            at += 3
        return at

    def _check(self, at: int, column: int, figure: float, unit: str, scale: int) -> None:
        """Below a formula: the model's figure and their difference."""
        self.book.number(self.sheet, at + 1, column, figure, unit, scale)
        self._zero(at + 2, column, f"{ref(at + 1, column)}-{ref(at, column)}", unit)

    def _foot_unit(self, name: str) -> str:
        return self.one.units.get(name, "money")

    def _zero(self, at: int, column: int, gap: str, unit: str) -> None:
        digits = KOPECKS if unit == "money" else OTHERS
        self._put(at, column, f"=ROUND({gap},{digits})", 0.0, "gap" if unit == "money" else unit, font_color=MUTED)

    def _put(self, at: int, column: int, formula: str, value: float, unit: str, scale: int = 0, **how: Any) -> None:
        self.sheet.write_formula(
            at, column, formula, self.book.style(num_format=number_format(unit, scale), **how), value
        )

    def _value(self, at: int, column: int, name: str, value: Any, unit: str, scale: int) -> None:
        if not _known(value):
            return
        if unit == "text":
            self._text(at, column, self.words.cell(name, value))
        elif isfinite(float(value)):
            self.book.number(self.sheet, at, column, float(value), unit, scale)
        else:
            self._text(at, column, "∞" if float(value) > 0 else "−∞", align="right")

    def _text(self, at: int, column: int, text: str, **how: Any) -> None:
        self.book.text(self.sheet, at, column, text, **how)


def _known(value: Any) -> bool:
    return value is not None and not (isinstance(value, float) and value != value)
