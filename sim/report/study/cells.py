"""A table of an answer as texts: each column in one unit where units go by column, each row where they go by row.

Plain numbers have the decimals of their column, or where these would hide digits of some row, such as a ratio beside an
amount of money, the decimals of their row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.experiments.answer import BY_ROW, BY_ROW_GAP, Table
from sim.report.language.numbers import SCALES, decimals, scale_of
from sim.report.study.words import Words, unit_of

LONG = 16  # letters
HIDDEN = {"text"}  # columns that the labels say better


@dataclass(frozen=True)
class Head:
    """A column: its name, heading, unit where all rows share it, whether it holds texts."""

    name: str
    title: str
    unit: str
    text: bool
    long: bool
    """whether its texts want room"""


@dataclass(frozen=True)
class Grid:
    """Headings and rows of texts."""

    heads: Sequence[Head]
    rows: Sequence[Sequence[str]]


def grid(one: Table, words: Words, most: int | None = None) -> Grid:
    """The first rows of a table as texts."""
    frame = one.frame if most is None else one.frame.head(most)
    by_row = any(unit in (BY_ROW, BY_ROW_GAP) for unit in one.units.values())
    beside = _ends_beside(one)
    names = [str(name) for name in frame.columns if str(name) not in HIDDEN and str(name) not in beside]
    rows = [{str(key): value for key, value in row.items()} for row in frame.to_dict("records")]
    columns, heads, money, plain = [], [], _money_scale(one, rows), _plain_digits(one, rows)
    for name in names:
        unit = one.units.get(name, "text")
        values = [row[name] for row in rows]
        if name == "unit" and by_row:
            texts, shown = [_row_unit(one, row, names, words) for row in rows], ""
        elif unit in (BY_ROW, BY_ROW_GAP):
            texts, shown = [_by_row(one, name, row, words, beside) for row in rows], ""
        elif unit == "probability" and f"{name}_low" in beside:
            texts, shown = [_chance(name, row, words) for row in rows], "%"
        elif unit == "number" and plain:
            texts = [_bare(words, _real(value), digits) for value, digits in zip(values, plain, strict=True)]
            shown = ""
        else:
            texts, shown = _column(name, unit, values, words, money)
        columns.append(texts)
        heads.append(Head(name, words.column(name), shown, unit == "text", max(map(len, texts), default=0) > LONG))
    return Grid(heads, [list(row) for row in zip(*columns, strict=True)])


def _column(name: str, unit: str, values: Sequence[Any], words: Words, scale: int) -> tuple[list[str], str]:
    if unit == "text":
        return [words.cell(name, value) if _known(value) else "" for value in values], ""
    numbers = [_real(value) for value in values]
    if unit == "month":
        return [words.date(value) for value in numbers], ""
    if unit == "money":
        digits = 2 if scale else 0
        return [_bare(words, value / 10**scale, digits) for value in numbers], words.numbers.money_unit(scale)
    return words.bare(numbers, unit)


def _plain_digits(one: Table, rows: Sequence[dict[str, Any]]) -> list[int]:
    """Decimals of each row's plain numbers, those of its first figure; none where the columns' own hide no digits."""
    names = [name for name, unit in one.units.items() if unit == "number" and name in one.frame]
    columns = [[abs(_real(row[name])) for row in rows] for name in names]
    if not any(map(_hides, columns)):
        return []
    return [decimals(next(filter(None, _finite(row)), 0.0)) for row in zip(*columns, strict=True)]


def _hides(values: Sequence[float]) -> bool:
    """Whether with the decimals of the largest some value of a column would have fewer than two digits."""
    known = _finite(values)
    return any(0.0 < value < 10.0 ** (1 - decimals(max(known))) for value in known)


def _finite(values: Sequence[float]) -> list[float]:
    return [value for value in values if np.isfinite(value)]


def _money_scale(one: Table, rows: Sequence[dict[str, Any]]) -> int:
    """The power of ten of all money of a table: of billions and less, millions, so that columns can be compared."""
    names = [name for name, unit in one.units.items() if unit == "money"]
    columns = [[float(row[name]) for row in rows if _known(row.get(name))] for name in names]
    scales = [scale_of(values) for values in columns if any(value and np.isfinite(value) for value in values)]
    return min(max(scales, default=0), max(min(scales, default=0), SCALES[-1]))


def _ends_beside(one: Table) -> set[str]:
    """Columns shown in the cell of their figure: ends of probabilities, since 0 % alone would say too much."""
    heads = [name for name, unit in one.units.items() if unit in ("probability", BY_ROW)]
    pairs = [(f"{head}_low", f"{head}_high") for head in heads]
    return {end for pair in pairs if set(pair) <= set(one.frame.columns) for end in pair}


def _chance(name: str, row: dict[str, Any], words: Words) -> str:
    """A probability with its interval."""
    values = [float(row[part]) if _known(row[part]) else np.nan for part in (name, f"{name}_low", f"{name}_high")]
    (share, low, high), _ = words.bare(values, "probability")
    return f"{share} ({low} … {high})"


def _by_row(one: Table, name: str, row: dict[str, Any], words: Words, beside: set[str]) -> str:
    unit = unit_of(one, name, row)
    if unit == "probability" and f"{name}_low" in beside:
        return _chance(name, row, words)
    value = float(row[name]) if _known(row[name]) else np.nan
    if unit == "month" and one.units[name] == BY_ROW:
        return words.date(value)
    signed = one.units[name] == BY_ROW_GAP and value > 0
    (text,), _ = words.bare([value], unit, _scale_value(one, row))
    return f"+{text}" if signed and name == "difference" else text


def _scale_value(one: Table, row: dict[str, Any]) -> float:
    """The figure whose scale a row takes: its difference, which says something, else its largest."""
    by_row = [name for name, unit in one.units.items() if unit in (BY_ROW, BY_ROW_GAP) and _known(row.get(name))]
    found = {name: abs(float(row[name])) for name in by_row if np.isfinite(float(row[name]))}
    return found.get("difference") or max(found.values(), default=0.0)


def _row_unit(one: Table, row: dict[str, Any], names: Sequence[str], words: Words) -> str:
    return words.bare([_scale_value(one, row)], str(row["unit"]))[1]


def _bare(words: Words, value: float, digits: int) -> str:
    return words.numbers.plain(value, digits) if np.isfinite(value) else words.labels("word.unknown")


def _real(value: Any) -> float:
    return float(value) if _known(value) else float("nan")


def _known(value: Any) -> bool:
    return value is not None and not (isinstance(value, float) and np.isnan(value))
