"""A table as a sheet: formulas over its columns beside the model's figures, whose sums and means they must come to."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from math import isfinite
from typing import Any

from sim.base.text import csv_safe, safe_text
from sim.experiments.answer import BY_ROW, BY_ROW_GAP, Foot, Table
from sim.report.study.arithmetic import outcome
from sim.report.study.words import Words, unit_of

FORMATS = {"money": "#,##0.00", "share": "0.00%", "ratio": "0.00%", "probability": "0.00%", "points": "0.00%",
           "count": "#,##0.##", "month": "0.0"}  # fmt: skip
FIRST = 4  # row of the first figures, from 0: title, unit and headings stand above
KOPECKS, OTHERS = 2, 9  # decimals to which the model and a formula must agree
_ROW_VALUE = re.compile(r"<(\w+)>")
_REFERENCE = re.compile(r"\{([^{}]+)\}")
_IN_FIRST = "@first"  # of a column: its cell in the first row
Style = Callable[..., Any]


def number_format(unit: str) -> str:
    """Number format of a unit."""
    return FORMATS.get(unit, "0.####")


class TableSheet:
    """Fills the sheet of one table."""

    def __init__(self, sheet: Any, one: Table, words: Words, style: Style, inputs: Mapping[str, str]) -> None:
        self.sheet, self.one, self.words, self.style, self.inputs = sheet, one, words, style, inputs
        self.rows = [{str(key): value for key, value in row.items()} for row in one.frame.to_dict("records")]
        there = [str(name) for name in one.frame.columns]
        self.names = there + [name for name in one.formulas if name not in there]
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

    def _heads(self) -> None:
        self._text(0, 0, self.words.title("table", self.one.name), bold=True, font_size=13)
        for name, column in self.at.items():
            self._text(FIRST - 2, column, self._unit(name), italic=True, font_color="#52606D")
            self._text(FIRST - 1, column, self.words.column(name), bold=True, bottom=1, text_wrap=True)
            self.sheet.set_column(column, column, 18 if self._is_number(name) else 26)
        for name, column in self.beside.items():
            for at, key in ((column, "model"), (column + 1, "model_minus_formula")):
                said = f"{self.words.column(name)}: {self.words.labels(f'word.{key}').lower()}"
                self._text(FIRST - 1, at, said, bold=True, bottom=1, text_wrap=True, font_color="#52606D")
            self.sheet.set_column(column, column + 1, 18)

    def _unit(self, name: str) -> str:
        unit = self.one.units.get(name, "text")
        if unit in ("text", BY_ROW, BY_ROW_GAP):
            return ""
        return self.words.numbers.currency if unit == "money" else self.words.labels(f"unit.{unit}")

    def _is_number(self, name: str) -> bool:
        return self.one.units.get(name, "text") != "text"

    def _cell(self, at: int, name: str, row: Mapping[str, Any]) -> None:
        formula = self._formula(at, name, row) if name in self.one.formulas else None
        value, unit = row.get(name), unit_of(self.one, name, row)
        if formula is None:
            self._value(at, self.at[name], name, value, unit)
            return
        if name not in self.beside:
            self._put(at, self.at[name], formula, self._outcome(name, row), self._foot_unit(name))
            return
        model = self.beside[name]
        self._put(at, self.at[name], formula, float(value or 0.0), unit)
        self._value(at, model, name, value, unit)
        self._zero(at, model + 1, f"{_ref(at, model)}-{_ref(at, self.at[name])}", unit)

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
            return _ref(FIRST, self.at[key.removesuffix(_IN_FIRST)])
        return _ref(at, self.at[key]) if key in self.at else self.inputs[key]

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
            self._put(at, column, f"={function}({_ranges(places, column)})", figure, unit, bold=True, top=1)
            self._check(at, column, figure, unit)
        at += 3
        for name, bounds in foot.intervals.get(group, {}).items():
            at = self._interval(at, name, bounds, places)
        return at

    def _interval(self, at: int, name: str, bounds: tuple[float, float], places: Sequence[int]) -> int:
        """Student's interval of the mean, from the rows and the named confidence."""
        if len(places) < 2:
            return at
        column, unit, cells = self.at[name], self._foot_unit(name), _ranges(places, self.at[name])
        half = f"TINV(1-{self.inputs['confidence']},COUNT({cells})-1)*STDEV({cells})/SQRT(COUNT({cells}))"
        for key, sign, bound in (("low", "-", bounds[0]), ("high", "+", bounds[1])):
            for n, said in enumerate(
                (self.words.column(key), self.words.labels("word.model"), self.words.labels("word.model_minus_formula"))
            ):
                self._text(at + n, 0, f"{self.words.column(name)}, {said.lower()}")
            self._put(at, column, f"=AVERAGE({cells}){sign}{half}", bound, unit, bold=True)
            self._check(at, column, bound, unit)
            at += 3
        return at

    def _check(self, at: int, column: int, figure: float, unit: str) -> None:
        """Below a formula: the model's figure and their difference."""
        self.sheet.write_number(at + 1, column, figure, self.style(num_format=number_format(unit)))
        self._zero(at + 2, column, f"{_ref(at + 1, column)}-{_ref(at, column)}", unit)

    def _foot_unit(self, name: str) -> str:
        return self.one.units.get(name, "money")

    def _zero(self, at: int, column: int, gap: str, unit: str) -> None:
        digits = KOPECKS if unit == "money" else OTHERS
        self._put(at, column, f"=ROUND({gap},{digits})", 0.0, unit, font_color="#52606D")

    def _put(self, at: int, column: int, formula: str, value: float, unit: str, **how: Any) -> None:
        self.sheet.write_formula(at, column, formula, self.style(num_format=number_format(unit), **how), value)

    def _value(self, at: int, column: int, name: str, value: Any, unit: str) -> None:
        if not _known(value):
            return
        if unit == "text":
            self._text(at, column, self.words.cell(name, value))
        elif isfinite(float(value)):
            self.sheet.write_number(at, column, float(value), self.style(num_format=number_format(unit)))
        else:
            self._text(at, column, "∞" if float(value) > 0 else "−∞", align="right")

    def _text(self, at: int, column: int, text: str, **how: Any) -> None:
        put_text(self.sheet, at, column, text, self.style, **how)


def put_text(sheet: Any, row: int, column: int, text: str, style: Style, **how: Any) -> None:
    """A text, never a formula, not even after it was edited."""
    shown = safe_text(text)
    quoted = {"quote_prefix": True} if csv_safe(shown) != shown else {}
    sheet.write_string(row, column, shown, style(**how, **quoted))


def _ref(row: int, column: int) -> str:
    from xlsxwriter.utility import xl_rowcol_to_cell

    return str(xl_rowcol_to_cell(row, column))


def _ranges(rows: Sequence[int], column: int) -> str:
    """Cells of rising rows of a column, as few ranges."""
    parts: list[list[int]] = []
    for row in rows:
        if parts and row == parts[-1][1] + 1:
            parts[-1][1] = row
        else:
            parts.append([row, row])
    return ",".join(f"{_ref(first, column)}:{_ref(last, column)}" for first, last in parts)


def _known(value: Any) -> bool:
    return value is not None and not (isinstance(value, float) and value != value)
