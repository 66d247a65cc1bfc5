"""Data to calibrate a scenario from: a panel of partners' choices and a history of claims, each a CSV file.

`docs/experiments.md` describes the columns. Files are read as rosters are; every fault is reported with its line and
column.
"""

from __future__ import annotations

from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.base.units import EXACT, month_name
from sim.scenario.language.csv_table import LARGEST_NUMBER, Kind, Row, Sheet
from sim.scenario.language.findings import Findings

if TYPE_CHECKING:
    import pandas

MOST_ROWS = 20_000_000
TOO_MANY = (MOST_ROWS, f"over {MOST_ROWS} rows", "split the file")
ATTRIBUTES = ("commission", "service", "brand", "reliability", "popularity", "outside")
"""what partners may weigh, in the words of a segment's `weights`; outside: 1 for selling for nobody we know"""
FLAGS = ("is_current", "reviewed")
PANEL = Kind(
    "panel",
    ("month", "partner", "alternative", "chosen", "commission"),
    ("segment", *ATTRIBUTES[1:], *FLAGS, "weight"),
    *TOO_MANY,
)
CLAIMS = Kind(
    "claims", ("month", "segment", "product", "earned_premium", "claims_incurred"), ("claim_count",), *TOO_MANY
)
SMALLEST = 1 / EXACT  # of an amount but 0: a ratio of two amounts is then a number whose square is one
_POINTS = 1.0  # a per cent sign of a commission, whose unit is a percentage point, divides by this

Group = list[dict[str, Any]]


def read_panel(path: str | PathLike[str]) -> pandas.DataFrame:
    """The panel in a file: a row for each month, partner and alternative.

    Returns
    -------
    DataFrame
        Columns month (such as 2025-01), partner, segment, alternative, chosen, the attributes that the file has
        (commission in points), is_current (from the month before where the file does not say; NaN where neither does),
        reviewed (NaN where nobody knows) and weight where the file has them; rows of a month and partner together.
        `attrs["notes"]` says what was read otherwise than it is written.

    Raises
    ------
    ScenarioError
        With every fault of the file.
    """
    import pandas

    sheet = _sheet(path, PANEL)
    rows = [_choice(row, sheet) for row in sheet.rows()]
    _some(rows, sheet)
    _one_spelling(rows, sheet, ("partner", "alternative", "segment"))
    groups = _grouped(rows, ("month", "partner"))
    for group in groups.values():
        _check_choice(group, sheet)
    sheet.findings.raise_if_any()
    if all(row.get("is_current") is None for row in rows):
        _carry_on(groups)
    frame = pandas.DataFrame([row for key in sorted(groups) for row in groups[key]])
    return _told(frame.dropna(axis="columns", how="all"), sheet)


def read_claims(path: str | PathLike[str]) -> pandas.DataFrame:
    """The claims in a file: a row for each month, segment and product.

    Returns
    -------
    DataFrame
        Columns month (such as 2025-01), segment, product, earned_premium, claims_incurred, and claim_count (NaN where
        it is blank) where the file has it. `attrs["notes"]` says what was read otherwise than it is written.

    Raises
    ------
    ScenarioError
        With every fault of the file.
    """
    import pandas

    sheet = _sheet(path, CLAIMS)
    rows = [_experience(row, sheet) for row in sheet.rows()]
    _some(rows, sheet)
    _one_spelling(rows, sheet, ("segment", "product"))
    for (month, segment, product), group in _grouped(rows, ("month", "segment", "product")).items():
        del month
        for row in group[1:]:
            sheet.fault(
                row["line"],
                "month",
                f"{segment}, {product} twice in a month, also in line {group[0]['line']}",
                "add them up",
            )
    sheet.findings.raise_if_any()
    return _told(pandas.DataFrame(rows), sheet)


def _sheet(path: str | PathLike[str], kind: Kind) -> Sheet:
    return Sheet(Path(path), str(path), kind, Findings())


def _some(rows: Group, sheet: Sheet) -> None:
    if not rows and not sheet.findings.problems:
        sheet.fault(1, "", f"the {sheet.kind.name} file holds no rows", "add them below the header")
    sheet.findings.raise_if_any()


def _grouped(rows: Group, keys: tuple[str, ...]) -> dict[tuple[Any, ...], Group]:
    groups: dict[tuple[Any, ...], Group] = {}
    for row in rows:
        groups.setdefault(tuple(row[key] for key in keys), []).append(row)
    return groups


def _one_spelling(rows: Group, sheet: Sheet, columns: tuple[str, ...]) -> None:
    lines = [row["line"] for row in rows]
    for column in columns:
        for row, name in zip(rows, sheet.one_spelling(column, [row[column] for row in rows], lines), strict=True):
            row[column] = name


def _told(frame: pandas.DataFrame, sheet: Sheet) -> pandas.DataFrame:
    """The table without lines, its months by name, with what is to be said of how it was read."""
    sheet.tell()
    found = frame.drop(columns="line").assign(month=frame["month"].map(month_name))
    found.attrs["notes"] = [note.text for note in sheet.findings.notes]
    return found


def _choice(row: Row, sheet: Sheet) -> dict[str, Any]:
    found: dict[str, Any] = {"line": row.line, "month": sheet.month(row)}
    found |= {name: sheet.label(row, name) for name in ("partner", "alternative")}
    found["segment"] = sheet.label(row, "segment")
    for name in ("chosen", *FLAGS):
        if name in row.fields:
            found[name] = sheet.flag(row, name)
    for name in ATTRIBUTES:
        if name in row.fields:
            found[name] = sheet.number(
                row, name, least=-LARGEST_NUMBER, percent=_POINTS if name == "commission" else 100.0
            )
    if "weight" in row.fields:
        weight = sheet.number(row, "weight")
        found["weight"] = 1.0 if weight is None else weight
    return found


def _check_choice(group: Group, sheet: Sheet) -> None:
    """One month of one partner: unlike alternatives, one of them chosen, at most one current, the rest as one says."""
    line, who = group[0]["line"], group[0]["partner"]
    names = [row["alternative"] for row in group]
    for n, row in enumerate(group):
        if row["alternative"] in names[:n]:
            sheet.fault(
                row["line"], "alternative", f"{row['alternative']} twice for {who} in a month", "keep one of them"
            )
    if (chosen := sum(row["chosen"] or 0 for row in group)) != 1:
        sheet.fault(
            line, "chosen", f"{chosen:g} alternatives chosen by {who} in a month", "put 1 in one row, 0 in the others"
        )
    if sum(row.get("is_current") or 0 for row in group) > 1:
        sheet.fault(line, "is_current", f"{who} has more than one current alternative", "put 1 in one row")
    for name in ("segment", "reviewed", "weight"):
        if len({row.get(name) for row in group}) > 1:
            sheet.fault(line, name, f"differs between the rows of {who} in a month", "say the same in each")
    _check_filled(group, sheet)
    if any(row.get("is_current") for row in group):  # of an alternative that is, a blank says that the others are not
        for row in group:
            row["is_current"] = row["is_current"] or 0.0


def _check_filled(group: Group, sheet: Sheet) -> None:
    for row in group:
        for name in ATTRIBUTES:
            if name in row and row[name] is None:
                sheet.fault(row["line"], name, "an empty field", "fill it in, or leave the column out")


def _carry_on(groups: dict[tuple[Any, ...], Group]) -> None:
    """What a partner chose last month is current; unknown where last month is missing."""
    chosen = {key: next(row["alternative"] for row in group if row["chosen"]) for key, group in groups.items()}
    for (month, partner), group in groups.items():
        before = chosen.get((month - 1, partner))
        for row in group:
            row["is_current"] = float("nan") if before is None else float(row["alternative"] == before)


def _experience(row: Row, sheet: Sheet) -> dict[str, Any]:
    found: dict[str, Any] = {"line": row.line, "month": sheet.month(row)}
    found |= {name: sheet.label(row, name) for name in ("segment", "product")}
    for name in ("earned_premium", "claims_incurred"):  # a premium returned, a recourse: below 0
        found[name] = sheet.number(row, name, most=EXACT, least=-EXACT)
        if 0 < abs(found[name]) < SMALLEST:
            sheet.fault(row.line, name, f"{found[name]:g} is too small for an amount", "write 0, or a smaller unit")
    if "claim_count" in row.fields:
        found["claim_count"] = sheet.number(row, "claim_count")
    if found["earned_premium"] == 0 and abs(found["claims_incurred"]) > 0:  # what is refused is NaN
        sheet.fault(
            row.line,
            "earned_premium",
            "claims without earned premium",
            "book claims to the month in which they occurred",
        )
    return found
