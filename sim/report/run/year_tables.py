"""Income, balance and cash by year, the mean of all replications: tables of texts that foot like the statements."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.base.units import MINOR_PER_MAJOR
from sim.report.files import statements
from sim.report.language.labels import Labels
from sim.report.language.numbers import Numbers, scale_of
from sim.report.run import series
from sim.results.cube import Cube

TOTALS = ("total", "subtotal", "opening", "closing")
Row = dict[str, Any]


def tables(cube: Cube, labels: Labels, numbers: Numbers) -> list[Row]:
    """Title, unit, heads and rows of each statement; lines that are 0 in all years are left out."""
    found = statements.by_year(statements.lines(statements.of_mean(cube)))
    largest = max(float(np.abs(line.amounts).max(initial=0)) for line in found) / MINOR_PER_MAJOR
    scale, years = scale_of([largest]), series.years(cube)
    return [
        {
            "title": labels(f"section.{name}"), "unit": numbers.money_unit(scale),
            "heads": [labels("word.opening"), *years] if name == statements.STOCKS else years,
            "rows": [_row(line, scale, labels, numbers) for line in found if line.statement == name and _shown(line)],
        }
        for name in dict.fromkeys(line.statement for line in found)
    ]  # fmt: skip


def _shown(line: statements.Line) -> bool:
    return line.section in TOTALS or bool(line.amounts.any())


def _row(line: statements.Line, scale: int, labels: Labels, numbers: Numbers) -> Row:
    amounts = line.amounts / MINOR_PER_MAJOR / 10**scale
    total = line.section in TOTALS or line.name.startswith("total_")
    cells = [numbers.plain(one, 2) for one in amounts.tolist()]
    label = labels.line(line.name)
    return {"label": label[:1].upper() + label[1:], "total": total, "cells": cells}
