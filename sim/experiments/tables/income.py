"""Income statements of scenarios one below the other: lines that come to the result, and their ratios.

A line is the mean over the replications. The model's own figures are the key figures, so that a formula over the lines
proves the key figures against the books: a ratio is that of all replications together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from sim.experiments.answer import Amount, Table
from sim.results.by_line import LINES
from sim.runs.sheet import Sheet

LINE = "line."
EARNED = "premium_earned"
ALWAYS = (EARNED, "claims", "commission")  # lines that are shown even where nothing moves
RATIOS = {
    "loss_ratio": ("claims",),
    "commission_ratio": ("commission",),
    "combined_ratio": (
        "claims",
        "handling",
        "commission",
        "loss_share",
        "acquisition",
        "administration",
        "programme",
        "marketing_funds",
        "commission_tax",
        "direct_channel",
    ),
}
CHANGES = {f"change.{line}": Amount(0.0, "share") for line in LINES}
"""named cells: what if a line were larger by so much"""


def statement(
    keys: Mapping[str, Sequence[Any]], units: Mapping[str, str], sheets: Sequence[Sheet], compared: bool = False
) -> Table:
    """A row for each sheet: its keys, the lines with income above 0 and expense below, the result, the ratios.

    Parameters
    ----------
    keys : columns that name the rows, and `units` theirs.
    compared : with the difference of each result from that of the first row.
    """
    import pandas

    means = np.array([sheet.statement.mean(axis=0) for sheet in sheets])
    shown = [
        line
        for k, line in enumerate(LINES)
        if line in ALWAYS or any((sheet.statement[:, k] != 0.0).any() for sheet in sheets)
    ]
    lines = {LINE + line: means[:, LINES.index(line)] for line in shown}
    result = np.array([sheet.figure("result").values.mean() for sheet in sheets])
    gap = {"difference": result - result[0]} if compared else {}
    ratios = {name: np.array([sheet.figure(name).estimate().figure for sheet in sheets]) for name in RATIOS}
    money = dict.fromkeys((*lines, "result", "result_what_if", *gap), "money")
    frame = pandas.DataFrame({**keys, **lines, "result": result, **gap, **ratios})
    return Table("statement", frame, {**units, **money, **dict.fromkeys(ratios, "ratio")}, _formulas(shown, compared))


def _formulas(shown: Sequence[str], compared: bool) -> dict[str, str]:
    found = {"result": " + ".join(f"{{{LINE}{line}}}" for line in shown)}
    if compared:
        found["difference"] = "{result} - {result@first}"
    for name, costs in RATIOS.items():
        cost = " + ".join(f"{{{LINE}{line}}}" for line in costs if line in shown)
        found[name] = f"-({cost}) / {{{LINE}{EARNED}}}"
    return found | {"result_what_if": " + ".join(f"{{{LINE}{line}}} * (1 + {{change.{line}}})" for line in shown)}
