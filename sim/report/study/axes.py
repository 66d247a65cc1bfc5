"""Axes of a study's pictures: what their figures are divided by, and what they are called."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from sim.base.arrays import Reals
from sim.experiments.answer import Lines
from sim.report.language.numbers import PERCENT, scale_of
from sim.report.pages.picture import Along
from sim.report.study.words import Words


class Scaled:
    """How the figures of an axis are divided, and the unit that is left."""

    def __init__(self, unit: str, largest: float, words: Words) -> None:
        self.divisor, self.name, self.words, self.unit = 1.0, "", words, unit
        if unit == "money":
            scale = scale_of([largest])
            self.divisor, self.name = 10.0**scale, words.numbers.money_unit(scale)
        elif unit in PERCENT or unit == "points":
            self.divisor, self.name = 0.01, "%" if unit != "points" else words.labels("word.points")
        elif unit == "month":
            self.name = words.labels("word.unit_month")

    def of(self, values: Any) -> Reals:
        """Figures divided."""
        return np.asarray(values, dtype=np.float64) / self.divisor


def axis_name(label: str, scaled: Scaled, words: Words) -> str:
    """What an axis is called, with its unit."""
    return f"{words.column(label)}, {scaled.name}" if scaled.name else words.column(label)


def largest(parts: Sequence[Any]) -> float:
    """The largest size among known figures, whose scale an axis takes."""
    values = np.concatenate([np.abs(np.asarray(part, dtype=np.float64)).ravel() for part in parts] or [np.zeros(1)])
    known = values[np.isfinite(values)]
    return float(known.max(initial=0.0))


def scaled_of(one: Lines, words: Words) -> Scaled:
    """The axis of values of a picture of lines."""
    return Scaled(one.unit, largest([part for series in one.series for part in series.parts]), words)


def along_of(one: Lines, words: Words) -> Along:
    """The axis of positions: months, names, or numbers."""
    if not len(one.x) or isinstance(one.x[0], str):
        if one.x_label == "month":
            return Along.months(list(one.x))
        return Along.of([words.cell(one.x_label, name) for name in one.x])
    return numbered(one.x, one.x_label, one.x_unit, words)


def numbered(values: Sequence[float] | Reals, label: str, unit: str, words: Words, celled: bool = False) -> Along:
    """An axis of numbers, each called by its value."""
    scaled = Scaled(unit, largest([values]), words)
    name = words.column(label)
    names = [f"{name}: {words.figure(float(value), unit)}" for value in values]
    return Along(scaled.of(values), names, "numbers", axis_name(label, scaled, words), celled)
