"""From one result to another, line by line of the income statement, as a waterfall between two totals."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.experiments.answer import OWN, Amount, Lines, Sentence, Series

if TYPE_CHECKING:
    import pandas

SMALL = 0.03  # of the largest step: smaller ones are told together
SEEN = 0.05  # of the totals: where the largest step is smaller, the steps stand alone
MOST = 4  # waterfalls of an answer
OTHERS, GAP = "others", "difference"
"""names of what small steps make together, and of the total where the steps stand alone"""


def waterfall(name: str, base: str, other: str, lines: pandas.DataFrame) -> Lines:
    """A waterfall from the result of the base to that of another.

    Parameters
    ----------
    lines : rows `line`, `a`, `b`, `difference`, `low`, `high` of the other side (`decisive.drivers`); the sum of a is
        the result of the base, that of b the other's.
    """
    moved = lines[lines.difference != 0.0]
    large = moved[moved.difference.abs() >= SMALL * moved.difference.abs().max()]
    rest = float(moved.difference.sum() - large.difference.sum())
    steps = [*large[["line", "difference", "low", "high"]].itertuples(index=False, name=None)]
    steps += [(OTHERS, rest, np.nan, np.nan)] if len(large) < len(moved) else []
    before, after = float(lines.a.sum()), float(lines.b.sum())
    alone = bool(steps) and max(abs(step[1]) for step in steps) < SEEN * max(abs(before), abs(after))
    first = [] if alone else [(OWN + base, before, np.nan, np.nan)]
    last = (GAP, after - before, np.nan, np.nan) if alone else (OWN + other, after, np.nan, np.nan)
    x, y, low, high = zip(*first, *steps, last, strict=True)
    totals = (len(x) - 1,) if alone else (0, len(x) - 1)
    series = Series("column.difference", *map(np.array, (y, low, high)))
    return Lines(f"{name}.{other}", list(x), [series], "line", "money", "waterfall", totals=totals,
                 finding=_finding(base, other, large))  # fmt: skip


def _finding(base: str, other: str, large: pandas.DataFrame) -> Sentence | None:
    """Which line gains most, and which loses most."""
    steps = dict(zip(large.line, large.difference.astype(float), strict=True))
    ends = (
        [
            ("part_gains", max(steps, key=lambda line: steps[line])),
            ("part_costs", min(steps, key=lambda line: steps[line])),
        ]
        if steps
        else []
    )
    parts = tuple(
        Sentence(key, {"line": f"step.{line}", "gap": Amount(steps[line], "money", signed=True, brief=True)})
        for key, line in ends
        if (steps[line] > 0) == (key == "part_gains")
    )
    return Sentence("shows_waterfall", {"policy": other, "base": base, "parts": parts}) if parts else None
