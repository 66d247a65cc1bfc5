"""Tables of paired differences that foot: lines, and replications.

Lines come to the difference of the results, which is the mean of the replications.

`of` is the column that names the sides compared with the base: policies, or worlds.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sim.experiments.answer import Amount, Foot, Table
from sim.experiments.tables.income import CHANGES
from sim.statistics import intervals

if TYPE_CHECKING:
    import pandas

    from sim.statistics.paired_difference import Difference

GAP = {"difference": "{b} - {a}"}
WHAT_IF = {"what_if": "{b} * (1 + {change.<line>})"}
INPUTS = {"confidence": Amount(intervals.CONFIDENCE, "share")} | CHANGES
"""named cells of the workbook that the formulas read"""
_MONEY = dict.fromkeys(("a", "b", "difference", "low", "high", "what_if"), "money")


def drivers(frame: pandas.DataFrame, of: str, results: Mapping[str, Difference]) -> Table:
    """Line by line of the income statement: the lines must come to the results of both sides."""
    model = {
        name: {"a": one.a, "b": one.b, "difference": one.difference, "what_if": one.b} for name, one in results.items()
    }
    return Table("drivers", frame, _MONEY, GAP | WHAT_IF, Foot(of, model))


def replications(frame: pandas.DataFrame, of: str, results: Mapping[str, Difference]) -> Table:
    """Result by replication: their mean is the paired difference, with its interval."""
    model = {name: {"a": one.a, "b": one.b, "difference": one.difference} for name, one in results.items()}
    spans = {name: {"difference": (one.low, one.high)} for name, one in results.items()}
    units = _MONEY | {"share_of_spread": "share", "replication": "text"}
    return Table("replications", frame, units, GAP, Foot(of, model, "mean", spans))
