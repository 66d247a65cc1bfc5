"""What decides a comparison: which replications, which months, which lines of the income statement.

Each table has a row for every other policy; `base` is what they are compared with, on the same luck.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from sim.base.arrays import Reals
from sim.judgement.result import Result
from sim.results import by_line
from sim.results.kpis import results as monthly_results
from sim.statistics import intervals
from sim.statistics.paired_difference import difference

if TYPE_CHECKING:
    import pandas

Others = Sequence[tuple[str, Result]]
LinesOf = Mapping[str, Reals]
"""line of the income statement -> a value a replication"""


def replications(
    numbers: Sequence[int], base: Reals, others: Sequence[tuple[str, Reals]], of: str = "policy"
) -> pandas.DataFrame:
    """Results by replication.

    Rows: policy, replication, the least usual gap first. Columns: result under both, gap, its share of the spread.
    """
    import pandas

    rows = []
    for name, b in others:
        gap = b - base
        spread = (gap - gap.mean()) ** 2
        for n in np.argsort(-np.abs(gap - gap.mean()), kind="stable"):
            rows.append({
                of: name, "replication": numbers[n], "a": base[n], "b": b[n], "difference": gap[n],
                "share_of_spread": spread[n] / spread.sum() if spread.sum() > 0 else np.nan,
            })  # fmt: skip
    return pandas.DataFrame(rows)


def months(base: Result, others: Others) -> pandas.DataFrame:
    """Rows: policy, month. Columns: mean gap of the month's result with its interval, and of the results so far."""
    import pandas

    before, rows = monthly_results(base.cube), []
    for name, b in others:
        gap = monthly_results(b.cube) - before
        so_far = np.cumsum(gap, axis=1)
        for m, month in enumerate(base.cube.months):
            mean, low, high = intervals.mean_interval(gap[:, m])
            total, least, most = intervals.mean_interval(so_far[:, m])
            rows.append({
                "policy": name, "month": month, "difference": mean, "low": low, "high": high, "so_far": total,
                "so_far_low": least, "so_far_high": most,
            })  # fmt: skip
    return pandas.DataFrame(rows)


def drivers(base: LinesOf, others: Sequence[tuple[str, LinesOf]], of: str = "policy") -> pandas.DataFrame:
    """From the result of the base to that of another, line by line of the income statement.

    The gaps sum to that of the result.
    """
    import pandas

    rows = []
    for name, other in others:
        for line in by_line.LINES:
            found = difference(line, "money", base[line], other[line])
            rows.append({of: name, "line": line, "a": found.a, "b": found.b, "difference": found.difference,
                         "low": found.low, "high": found.high})  # fmt: skip
    return pandas.DataFrame(rows)
