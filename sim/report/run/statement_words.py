"""One partner's months and statements as texts of one language: heads and cells of their tables."""

from __future__ import annotations

from collections.abc import Mapping
from math import isnan
from typing import TYPE_CHECKING, Any

from sim.policy.inputs import unit_of
from sim.report.language.labels import Labels
from sim.report.language.numbers import Numbers

if TYPE_CHECKING:
    import pandas

    from sim.figures.vocabulary import Vocabulary

TEXTS = ("month", "rule", "product", "input")
FIGURES = ("value", "rate", "amount", "advanced", "running")
REMARK = "remark"


class StatementWords:
    """Cells of the statements' table in one language."""

    def __init__(self, lang: str, spoken: Vocabulary) -> None:
        self.labels = Labels(lang, spoken=spoken)
        self.numbers = Numbers(self.labels, "")

    def columns(self, table: pandas.DataFrame) -> list[str]:
        """Columns of the statements' table that have anything to say; the month only where there are several."""
        kept = [name for name in (*TEXTS, *FIGURES, REMARK) if name != "month" or table["month"].nunique() > 1]
        kept = [name for name in kept if name != "advanced" or (table[name] != 0).any()]
        return [name for name in kept if name != REMARK or (table[name] != "").any()]

    def rows(self, table: pandas.DataFrame, kept: list[str]) -> list[list[str]]:
        """The statements' lines as texts."""
        heads = list(table.columns)
        found = [dict(zip(heads, row, strict=True)) for row in table.itertuples(index=False)]
        return [[self.cell(row, name) for name in kept] for row in found]

    def month_by_month(self, name: str) -> str:
        """The head of a column of the table by month, whose parts keep the names of the scenario: `premium.motor`."""
        head, dot, rest = name.partition(".")
        key = f"explained.{head}"
        return f"{self.labels(key)}{dot}{rest}" if key in self.labels else name

    def head(self, name: str) -> str:
        """The head of a column."""
        return self.labels(f"explain.{name}")

    def cell(self, row: Mapping[str, Any], name: str) -> str:
        """A cell; rows that close a month are named by what they are."""
        value, unit = row[name], unit_of(row["input"])
        if name == "rule" and not value:
            return self.labels.closing(row["phase"], row["kind"])
        if name == "input":
            return self.labels.input(value)
        if name == REMARK:
            return self.labels(f"remark.{value}") if value else ""
        if name == "rate" and row["type"]:
            return self.labels(f"line.{row['type']}")
        if name in ("rate", "value"):
            return "" if isnan(value) else self.numbers.marked(_written(name, value, unit))
        return self.plain(value)

    def plain(self, value: Any) -> str:
        """A text as it is, a figure with a few digits."""
        if isinstance(value, str):
            return value
        return self.numbers.marked(f"{value:.4g}" if isinstance(value, float) else f"{value:,}")


def _written(name: str, value: float, unit: str) -> str:
    """A rate or what it is of, with the digits of its unit."""
    if name == "rate":
        return f"{value:,.2f}" if unit == "count" else f"{value:.3%}"
    return f"{value:,.2f}" if unit == "money" else f"{value:,.6g}"
