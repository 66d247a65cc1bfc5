"""Contribution margins as rows: the mean of each component with its interval, by product, type of partner and business.

Lines that belong to no part, and the underwriting result that each grouping comes to with them, stand below.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.base.arrays import Integers
from sim.base.units import MINOR_PER_MAJOR
from sim.results.contribution import COMPONENTS, Contributions, Grouping
from sim.statistics.evaluation import Estimate, estimate

if TYPE_CHECKING:
    import pandas

MARGIN = "contribution"
LINE, TOTAL = "line", "underwriting_result"


@dataclass(frozen=True)
class Row:
    """A part, a line of its own or the whole: means over the replications, major units, cost below 0."""

    grouping: str
    """product, segment, business, line or underwriting_result"""
    part: str
    components: Mapping[str, float]
    """empty for what is no part"""
    margin: Estimate


def groupings(found: Contributions) -> dict[str, Grouping]:
    """By name."""
    return {"product": found.by_product, "segment": found.by_segment, "business": found.by_business}


def rows(found: Contributions) -> Iterator[Row]:
    """Every part of every grouping, then the lines and the whole."""
    for name, grouping in groupings(found).items():
        for part, amounts, margin in zip(grouping.parts, grouping.amounts.swapaxes(0, 1), grouping.margin, strict=True):
            means = amounts.sum(axis=-1).mean(axis=-1) / MINOR_PER_MAJOR
            yield Row(name, part, dict(zip(COMPONENTS, means.tolist(), strict=True)), _estimate(margin))
    for line, amounts in found.lines.items():
        if amounts.any():
            yield Row(LINE, line, {}, _estimate(amounts))
    yield Row(TOTAL, TOTAL, {}, _estimate(found.underwriting_result))


def frame(found: Contributions) -> pandas.DataFrame:
    """Columns grouping, part, a column for each component, then contribution, low, high: means, major units."""
    import pandas

    return pandas.DataFrame([
        {"grouping": row.grouping, "part": row.part, **dict.fromkeys(COMPONENTS, np.nan), **row.components,
         MARGIN: row.margin.figure, "low": row.margin.low, "high": row.margin.high}
        for row in rows(found)
    ])  # fmt: skip


def _estimate(amounts: Integers) -> Estimate:
    """Mean over the replications of the sum over the horizon, with its interval."""
    return estimate(amounts.sum(axis=-1) / MINOR_PER_MAJOR)
