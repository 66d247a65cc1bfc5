"""What customers and partners are worth, and what partners contribute by the year in which they came to us: tables."""

from __future__ import annotations

from collections.abc import Callable
from math import isnan
from typing import TYPE_CHECKING, Any

from sim.report.language.labels import Labels
from sim.report.language.numbers import Numbers, scale_of
from sim.report.run import series

if TYPE_CHECKING:
    from sim.judgement.result import Result

LIFETIMES = {
    "product": ("persistency_13", "customer_value", "customer_cost"),
    "segment": ("churn", "partner_value", "partner_cost"),
}
Row = dict[str, Any]


def lifetimes(result: Result, groups: Callable[..., Row], labels: Labels) -> list[Row]:
    """A table of products and one of types of partner; parts of which nothing is known are left out."""
    found = []
    for grouping, heads in LIFETIMES.items():
        group = groups(*heads)
        parts = [name.partition(".")[2] for name in result.figures if name.startswith(f"{heads[-1]}.")]
        rows = [row for row, part in zip(group["rows"], parts, strict=True) if _known(result, heads, part)]
        if rows:
            found.append({**group, "rows": rows, "title": labels(f"section.lifetime_{grouping}")})
    return found


def _known(result: Result, heads: tuple[str, ...], part: str) -> bool:
    figures = [result.figures[f"{head}.{part}"] for head in heads]
    return any(one.shown and one.known.size for one in figures)


def joining_years(result: Result, labels: Labels, numbers: Numbers) -> Row | None:
    """Contribution by year, a row for each year in which partners came to us; None where none were followed."""
    if not any(one.panel for one in result.replications):
        return None
    table = result.joining_years.pivot_table("contribution", "joined", "year", aggfunc="sum")
    scale = scale_of([float(table.abs().to_numpy().max(initial=0.0))])
    years = series.years(result.cube)
    return {
        "title": labels("section.joining"), "unit": numbers.money_unit(scale),
        "heads": [years[year - 1] for year in map(int, table.columns)],
        "rows": [
            {"label": years[joined - 1] if joined else labels("word.from_the_start"), "total": False,
             "cells": ["" if isnan(one) else numbers.scaled(one, scale) for one in cells]}
            for joined, cells in zip(map(int, table.index), table.to_numpy().tolist(), strict=True)
        ],
    }  # fmt: skip
