"""A study's answer in words: sentences filled in, figures with units and intervals, names of columns and charts."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from typing import Any

from sim.base.text import safe_text
from sim.base.units import month_name, month_ordinal
from sim.experiments.answer import BY_ROW, BY_ROW_GAP, OWN, Amount, Answer, Sentence, Table, gap_unit
from sim.report.language.labels import Labels
from sim.report.language.numbers import NO_BREAK, PERCENT, Numbers, decimals, percent_digits, scale_of

NAMED = {"kpi": "kpi", "figure": "kpi", "line": "step", "metric": "metric", "segment": "name", "product": "name"}
"""Column of names -> group of labels that has them"""
CRITERION = "criterion"
"""Column and value of sentences that name a criterion"""


class Words:
    """Words of one language for one answer: the table's labels, and over them those that the answer brings."""

    def __init__(self, answer: Answer, lang: str = "en") -> None:
        self.answer, self.labels = answer, Labels(lang, answer.words, answer.spoken)
        self.numbers = Numbers(self.labels, safe_text(answer.currency), answer.start)

    def sentences(self) -> list[str]:
        """All sentences."""
        return [self.sentence(one) for one in self.answer.says]

    def sentence(self, one: Sentence) -> str:
        """A sentence with its figures; a unit that ends in a full stop, such as Russian points, ends the sentence."""
        values = {name: value if name != CRITERION else self.criterion(value) for name, value in one.values.items()}
        said = self.labels(f"says.{one.key}", **{name: self._value(value) for name, value in values.items()})
        return said[:-1] if said.endswith("..") else said

    def criterion(self, name: Any) -> str:
        """A criterion by the words of the key figure that it bounds."""
        return self.labels.criterion(str(name), self.answer.judged)

    def _value(self, value: Amount | str | tuple[str, ...]) -> str:
        if isinstance(value, tuple):
            return ", ".join(map(self._value, value))
        return self.amount(value) if isinstance(value, Amount) else safe_text(self.named(value))

    def named(self, key: str) -> str:
        """A text that may be a key of the table of labels, such as `kpi.result`."""
        group, _, name = key.partition(".")
        if group == "kpi" and name:
            return self.labels.kpi(name)
        return self.labels(key) if key in self.labels else key

    def amount(self, one: Amount) -> str:
        """A figure, its interval in brackets where it has one."""
        said = self.figure(one.value, one.unit, one.signed)
        if one.low is None or one.high is None or not (isfinite(one.low) and isfinite(one.high)):
            return said
        (low, high), _ = self.bare([one.low, one.high], one.unit, one.value)
        return f"{said} ({self.labels('word.interval_short')} {low} … {high})"

    def figure(self, value: float, unit: str, signed: bool = False) -> str:
        """One figure with its unit."""
        if not isfinite(value):
            return self.labels("word.unlimited") if value == float("inf") else self.labels("word.unknown")
        (text,), name = self.bare([value], unit)
        sign = "+" if signed and value > 0 else ""
        if unit == "month" and not signed:
            return self.numbers.month(value)
        return f"{sign}{text}{NO_BREAK}{name}" if name else sign + text

    def bare(self, values: Sequence[float], unit: str, scaled_as: float | None = None) -> tuple[list[str], str]:
        """Figures that share one unit, and the unit."""
        known = [value for value in values if isfinite(value)]
        if unit == "money":
            scale = scale_of(known if scaled_as is None else [scaled_as])
            return [self._plain(value / 10**scale, 2 if scale else 0) for value in values], self.numbers.money_unit(
                scale
            )
        if unit in PERCENT or unit == "points":
            digits = percent_digits(max(map(abs, known), default=0.0))
            return [self._plain(value * 100, digits) for value in values], self.labels(
                "word.points"
            ) if unit == "points" else "%"
        if unit == "count":
            return [self.numbers.count(value) if isfinite(value) else self._plain(value, 0) for value in values], ""
        digits = decimals(max(map(abs, known), default=0.0))
        return [self._plain(value, digits) for value in values], self.labels(
            "word.unit_months"
        ) if unit == "month" else ""

    def _plain(self, value: float, digits: int) -> str:
        return self.numbers.plain(value, digits) if isfinite(value) else self.labels("word.unknown")

    def column(self, name: str) -> str:
        """Heading of a column, or name of an axis; a name that the study's file gives stays as it is."""
        if name in self.answer.own or name.startswith(OWN):
            return safe_text(name.removeprefix(OWN))
        for group in ("column", "kpi"):
            if f"{group}.{name}" in self.labels:
                return self.labels(f"{group}.{name}")
        group, _, line = name.partition(".")
        if group == "line" and f"step.{line}" in self.labels:
            return self.labels(f"step.{line}")
        head, _, end = name.rpartition("_")
        if head and end in ("low", "high"):
            return self.labels(f"word.{end}_of", name=self.column(head))
        return safe_text(name.replace("_", " "))

    def knows(self, column: str) -> bool:
        """Whether a column or axis has words, or its name from the study's file."""
        if column in self.answer.own or column.startswith(OWN):
            return True
        group, _, line = column.partition(".")
        keys = [f"column.{column}", f"kpi.{column}", f"kpi.{group}", f"kpi_of.{group}"]
        if any(key in self.labels for key in keys) or (group == "line" and f"step.{line}" in self.labels):
            return True
        head, _, end = column.rpartition("_")
        return bool(head) and end in ("low", "high") and self.knows(head)

    def series(self, name: str) -> str:
        """Name of a line or row of bars in a legend."""
        said = self.named(name)
        return safe_text(said if said != name else name.replace("_", " "))

    def about(self, name: str) -> str:
        """What a column means, in a sentence; empty where the heading says it all."""
        return self.labels(f"about_column.{name}") if f"about_column.{name}" in self.labels else ""

    def title(self, group: str, name: str) -> str:
        """Title of a table or chart; what follows a dot is a name, such as that of an input."""
        head, _, part = name.partition(".")
        key = f"{group}.{head}"
        said = self.labels(key) if key in self.labels else safe_text(head.replace("_", " ").capitalize())
        return f"{said}: {safe_text(part)}" if part else said

    def cell(self, column: str, value: Any) -> str:
        """A text of a table: a name by its label, anything else as it is."""
        text = str(value)
        if isinstance(value, bool):
            return self.labels("word.yes" if value else "word.no")
        if column == CRITERION:
            return safe_text(self.criterion(text))
        group = NAMED.get(column)
        if group == "kpi":
            return safe_text(self.named(text) if text in self.labels else self.labels.kpi(text))
        if group == "name":
            return safe_text(self.labels.name(text))
        key = f"{group or column}.{text.replace(' ', '_') if column == 'unit' else text}"
        return self.labels(key) if key in self.labels else safe_text(text)

    def date(self, value: float) -> str:
        """A month counted from 1 as a date."""
        if not self.answer.start or not isfinite(value):
            return self._plain(value, 1)
        return self.labels.month(month_name(month_ordinal(self.answer.start) + max(round(value), 1) - 1))


def unit_of(one: Table, column: str, row: Any) -> str:
    """Unit of a cell: the column's, or where that goes by row, the one its row states."""
    unit = one.units.get(column, "text")
    if unit == BY_ROW:
        return str(row["unit"])
    return gap_unit(str(row["unit"])) if unit == BY_ROW_GAP else unit
