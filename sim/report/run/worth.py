"""What customers and partners are worth, and what partners contribute by the year in which they came to us: tables."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sim.report.language.labels import Labels
from sim.report.language.numbers import Numbers, scale_of
from sim.report.run import series
from sim.results import features

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


def unknown(result: Result, labels: Labels) -> str:
    """Which of persistency, churn and lifetime values are not told because the run is too short; empty: none."""
    scenario, figures = result.plan.scenario, result.figures
    contracts = [f"persistency_13.{name}" for name, one in scenario.products.items() if features.persists(one)]
    partners = [f"churn.{name}" for name in scenario.segments]
    wanting = {"contracts": contracts, "partners": partners}
    found = [name for name, of in wanting.items() if any(not figures[one].known.size for one in of)]
    return " ".join(labels(f"about.unknown_{name}") for name in found)


def _known(result: Result, heads: tuple[str, ...], part: str) -> bool:
    figures = [result.figures[f"{head}.{part}"] for head in heads]
    return any(one.shown and one.known.size for one in figures)


def joining_years(result: Result, labels: Labels, numbers: Numbers) -> Row | None:
    """Contribution by year and its share of premium, a row for each year in which partners came to us.

    None where none were followed one by one.
    """
    if not any(one.panel for one in result.replications):
        return None
    columns = ("joined", "year", "premium", "contribution")
    told = list(zip(*(result.joining_years[name].tolist() for name in columns), strict=True))
    sums = {(joined, year): (premium, contribution) for joined, year, premium, contribution in told}
    cohorts = sorted({joined for joined, _ in sums})
    largest = [max(abs(sums[one][1]) for one in sums if one[0] == joined) for joined in cohorts]
    scale = scale_of([min((amount for amount in largest if amount), default=0.0)])
    years = series.years(result.cube)

    def cell(joined: int, year: int) -> str:
        if (joined, year) not in sums:
            return ""
        premium, contribution = sums[joined, year]
        share = f" ({numbers.figure(contribution / premium, 'share')})" if premium else ""
        return f"{numbers.scaled(contribution, scale)}{share}"

    return {
        "title": labels("section.joining"), "unit": numbers.money_unit(scale), "heads": years,
        "rows": [
            {"label": years[joined - 1] if joined else labels("word.from_the_start"), "total": False,
             "cells": [cell(joined, year + 1) for year in range(len(years))]}
            for joined in cohorts
        ],
    }  # fmt: skip
