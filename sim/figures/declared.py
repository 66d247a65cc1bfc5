"""The tables in which figures are declared, a row each, read into plain rows."""

from __future__ import annotations

import csv
from importlib.resources import files
from typing import Any

from sim.figures.figure import LANGUAGES, Words
from sim.figures.vocabulary import FALLS_BACK, of_trade

Row = dict[str, str]


def rows(name: str) -> list[Row]:
    """Rows of a table of declarations, such as `monthly.csv`; cells left out at the end of a row are empty."""
    text = files("sim.figures").joinpath(name).read_text("utf-8")
    return list(csv.DictReader(text.splitlines(), restval=""))


def what_all_state(row: Row) -> dict[str, Any]:
    """What every figure states, as arguments of its declaration."""
    return {
        "name": row["name"], "unit": row["unit"], "axis": row["axis"], "words": Words(row["en"], row["ru"]),
        "trade": {trade: Words(*(of_trade(row, trade, lang) for lang in LANGUAGES)) for trade in FALLS_BACK},
    }  # fmt: skip
