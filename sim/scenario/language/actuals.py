"""What has happened, month by month, in a CSV file: by segment, by product or of the whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from sim.base.arrays import Reals
from sim.base.spelling import Known
from sim.base.units import EXACT, month_name
from sim.partners.segments import RESERVED
from sim.scenario.language.csv_table import Kind, Row, Sheet
from sim.scenario.language.findings import Findings
from sim.scenario.language.suggestions import did_you_mean
from sim.scenario.schema import Scenario

FIGURES = ("premium", "claims", "commission", "partners")
MOST_ROWS = 1_000_000
ACTUALS = Kind(
    "actuals", ("month",), ("segment", "product", *FIGURES), MOST_ROWS, f"over {MOST_ROWS} rows", "add months up"
)


@dataclass(frozen=True)
class Part:
    """What a row is about: a segment, a product, or all (no name); a sum of rows names them."""

    kind: Literal["segment", "product", "whole", "segments", "products"]
    name: str = ""


Actuals = Mapping[Part, Mapping[str, Reals]]
"""by part and figure: float64[month of the horizon], NaN where nothing is told"""


def read_actuals(path: Path, scenario: Scenario, findings: Findings | None = None) -> Actuals:
    """The actuals in a file, for the months of a scenario; notes go to `findings`, where given.

    Raises
    ------
    ScenarioError
        With every fault of the file: line, column, value and remedy.
    """
    return actuals_in(path, str(path), scenario, Findings() if findings is None else findings)


def actuals_in(path: Path, name: str, scenario: Scenario, findings: Findings) -> Actuals:
    """The same of a file that is there; faults name it `name` and go to `findings`."""
    sheet = Sheet(path, name, ACTUALS, findings)
    found: dict[Part, dict[str, Reals]] = {}
    lines: dict[tuple[Part, int], int] = {}
    for row in sheet.rows():
        _take(row, sheet, scenario, found, lines)
    if not found and not findings.problems:
        sheet.fault(1, "", "the file tells nothing", f"fill in one of {', '.join(FIGURES)} below the header")
    findings.raise_if_any()
    sheet.tell()
    return found


def _take(
    row: Row,
    sheet: Sheet,
    scenario: Scenario,
    found: dict[Part, dict[str, Reals]],
    lines: dict[tuple[Part, int], int],
) -> None:
    """Add a row to what was found."""
    part, month = _part(row, sheet, scenario), _month(row, sheet, scenario)
    if part is None or month is None:
        return
    if (part, month) in lines:
        what = f"{part.name or 'the whole'} twice in a month, also in line {lines[part, month]}"
        sheet.fault(row.line, "month", what, "add them up")
    lines[part, month] = row.line
    for name in FIGURES:
        value = _figure(row, name, part, sheet, scenario)
        if value is not None:
            series = found.setdefault(part, {}).setdefault(name, np.full(scenario.months, np.nan))
            series[month] = value


def _part(row: Row, sheet: Sheet, scenario: Scenario) -> Part | None:
    known = {"segment": [*scenario.segments, *scenario.own, RESERVED], "product": list(scenario.products)}
    said = {column: sheet.label(row, column) for column in known if row.fields.get(column, "").strip()}
    if len(said) > 1:
        sheet.fault(row.line, "product", "a row is about a segment or a product, not both", "leave one of them empty")
        return None
    for column, written in said.items():
        name = written if written in known[column] else Known(known[column]).find(written)
        if name is None:
            what = f'the scenario has no {column} "{written}"'
            sheet.fault(row.line, column, what, did_you_mean(written, known[column]))
            return None
        if name != written:
            sheet.read_as(row.line, column, written, name)
        return Part("segment" if column == "segment" else "product", name)
    return Part("whole")


def _month(row: Row, sheet: Sheet, scenario: Scenario) -> int | None:
    """Its place in the horizon."""
    ordinal = sheet.month(row)
    if ordinal is None:
        return None
    month = ordinal - scenario.start
    if not 0 <= month < scenario.months:
        first, last = month_name(scenario.start), month_name(scenario.start + scenario.months - 1)
        what = f"{month_name(ordinal)} is not in the scenario, which plays {first} to {last}"
        sheet.fault(row.line, "month", what, "leave the row out, or move the scenario's start")
        return None
    return month


def _figure(row: Row, name: str, part: Part, sheet: Sheet, scenario: Scenario) -> float | None:
    if not row.fields.get(name, "").strip():
        return None
    ours = part.name == RESERVED or part.name in scenario.own
    if name == "partners" and (part.kind == "product" or ours):
        what = "partners are not counted by product" if part.kind == "product" else "our own channel has no partners"
        sheet.fault(row.line, name, f'{what}, got "{row.fields[name].strip()[:40]}"', "leave the cell empty")
        return None
    return sheet.number(row, name, most=EXACT, least=0.0 if name == "partners" else -EXACT)
