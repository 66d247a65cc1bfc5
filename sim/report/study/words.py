"""A study's answer in words: sentences filled in, figures with units and intervals, names of columns and charts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from math import isfinite
from typing import Any

from sim.base.text import safe_text
from sim.base.units import month_name, month_ordinal
from sim.experiments.answer import BY_ROW, BY_ROW_GAP, OWN, Amount, Answer, Chart, Said, Sentence, Table, gap_unit
from sim.report.language.labels import Labels
from sim.report.language.numbers import (
    NO_BREAK,
    PERCENT,
    Numbers,
    decimals,
    few_digits,
    percent_digits,
    rounded,
    scale_of,
)
from sim.report.language.path_words import PathWords

NAMED = {"kpi": "kpi", "figure": "kpi", "line": "step", "metric": "metric", "segment": "name", "product": "name"}
"""Column of names -> group of labels that has them"""
CRITERION = "criterion"
"""Column and value of sentences that name a criterion"""
POLICIES = ("policy", "base", "world")
"""Columns and values of sentences that name a policy or a world"""
PART, PARTS, LIST = "part_", "; ", ", "
"""what keys of parts of sentences begin with; what stands between parts, and between texts"""
PATH = re.compile(r"\w+(?:\.[\w*-]+(?:\[\d+\])*)+")


class Words:
    """Words of one language for one answer: the table's labels, and over them those that the answer brings."""

    def __init__(self, answer: Answer, lang: str = "en") -> None:
        self.answer, self.labels = answer, Labels(lang, answer.words, answer.spoken)
        self.numbers = Numbers(self.labels, safe_text(answer.currency), answer.start)
        self.paths = PathWords(self.labels)

    def sentences(self) -> list[str]:
        """All sentences."""
        return [self.sentence(one) for one in self.answer.says]

    def sentence(self, one: Sentence) -> str:
        """A sentence with its figures; a unit that ends in a full stop, such as Russian points, ends the sentence."""
        said = self.labels(f"says.{one.key}", **self._values(one))
        said = said if one.key.startswith(PART) else said[:1].upper() + said[1:]
        return said[:-1] if said.endswith("..") else said

    def criterion(self, name: Any) -> str:
        """A criterion by the words of the key figure that it bounds."""
        return self.labels.criterion(str(name), self.answer.judged)

    def _values(self, one: Sentence) -> dict[str, str]:
        """What is filled in; policies and worlds by their names, criteria by what they bound."""
        spoken = dict.fromkeys(POLICIES, self.policy) | {CRITERION: self.criterion}
        return {
            name: spoken[name](value) if name in spoken and isinstance(value, str) else self._value(value)
            for name, value in one.values.items()
        }

    def _value(self, value: Said) -> str:
        if isinstance(value, tuple):
            return (PARTS if isinstance(next(iter(value), ""), Sentence) else LIST).join(map(self._value, value))
        if isinstance(value, Sentence):
            return self.sentence(value)
        return self.amount(value) if isinstance(value, Amount) else safe_text(self.named(value))

    def policy(self, key: str) -> str:
        """A policy or a world by its name: one that is written like a key, such as `terms_2010`, as words."""
        if key in self.answer.called:
            return safe_text(self.answer.called[key])
        said = safe_text(key.replace("_", " "))
        return said[:1].upper() + said[1:] if key.isascii() and key.islower() and " " not in key else said

    def named(self, key: str) -> str:
        """A text that may be a key of the table of labels, such as `kpi.result`."""
        if key.startswith(OWN):
            return self.column(key)
        group, _, name = key.partition(".")
        if group == "kpi" and name:
            return self.labels.kpi(name)
        return self.labels(key) if key in self.labels else key

    def amount(self, one: Amount) -> str:
        """A figure, its interval in brackets where it has one."""
        if one.brief:
            return self._brief(one)
        said = self.figure(one.value, one.unit, one.signed)
        if one.low is None or one.high is None or not (isfinite(one.low) and isfinite(one.high)):
            return said
        (low, high), _ = self.bare([one.low, one.high], one.unit, one.value)
        return f"{said} ({self.labels('word.interval_short')} {low} … {high})"

    def _brief(self, one: Amount) -> str:
        """A figure of a headline: three digits, its interval as `(96 to 144)`."""
        scaled = self.scaled(one.unit, one.value)
        if scaled is None or not isfinite(one.value):
            return self.amount(replace(one, brief=False))
        divisor, unit = scaled
        digits = few_digits(one.value / divisor)
        parts = [rounded((value or 0.0) / divisor) for value in (one.value, one.low, one.high)]
        figures = [self._plain(value, digits) for value in parts]
        said = f"{'+' * (one.signed and one.value > 0)}{figures[0]}{NO_BREAK}{unit}"
        if one.low is None or one.high is None or not (isfinite(one.low) and isfinite(one.high)):
            return said
        return f"{said} ({self.labels('word.range', low=figures[1], high=figures[2])})"

    def scaled(self, unit: str, largest: float) -> tuple[float, str] | None:
        """What figures of a unit are divided by, and the unit that is left; None of plain numbers."""
        if unit == "money":
            scale = scale_of([largest])
            return 10.0**scale, self.numbers.money_unit(scale)
        if unit in PERCENT or unit == "points":
            return 0.01, self.labels("word.points") if unit == "points" else "%"
        return (1.0, self.labels("word.unit_months")) if unit == "month" else None

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
        if name in self.answer.named:
            return self.policy(self.answer.named[name])
        if name in self.answer.own or name.startswith(OWN):
            return self.own(name.removeprefix(OWN))
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

    def own(self, name: str) -> str:
        """A name that the study's file gives; a path without one in words, such as `base: new business`."""
        return safe_text(self.paths(name) if PATH.fullmatch(name) else name)

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
        if name.startswith(OWN):
            return self.policy(name.removeprefix(OWN))
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
        return (
            f"{said}: {self.policy(part) if '_' in part or part in self.answer.called else safe_text(part)}"
            if part
            else said
        )

    def heading(self, one: Chart) -> str:
        """What a chart shows: its finding where it has one, else its title."""
        return self.title("chart", one.name) if one.finding is None else self.sentence(one.finding)

    def caption(self, one: Chart) -> str:
        """What stands below a chart; empty where nothing has to be said."""
        key = f"about.{one.name.partition('.')[0]}"
        return self.labels(key) if key in self.labels else ""

    def short(self, value: float) -> str:
        """A figure of a picture: three digits."""
        return self._plain(value, few_digits(value))

    def cell(self, column: str, value: Any) -> str:
        """A text of a table: a name by its label, anything else as it is."""
        text = str(value)
        if text.startswith(OWN):
            name = text.removeprefix(OWN)
            return self.policy(name) if column in (*POLICIES, "line") else self.own(name)
        if isinstance(value, bool):
            return self.labels("word.yes" if value else "word.no")
        if text in self.answer.own:
            return self.own(text)
        if column == CRITERION:
            return safe_text(self.criterion(text))
        if column in POLICIES and f"{column}.{text}" not in self.labels:
            return self.policy(text)
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
