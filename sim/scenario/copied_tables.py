"""The CSV files of a scenario copied beside its resolved file, so that it loads there."""

from __future__ import annotations

import csv
import dataclasses
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sim.base.written.written_cells import may_hold_formulas, spreadsheet_cell
from sim.scenario.files.plain_file import content
from sim.scenario.language.csv_bytes import LARGEST_FILE, delimiter_of, encoding_of, suspect
from sim.scenario.language.findings import Findings
from sim.scenario.load import Loaded

ROSTER, ACTUALS = "roster.csv", "actuals.csv"
_MARK = "\ufeff".encode()
COPIES = {"roster": ROSTER, "actuals": ACTUALS}
"""by the key that names the file"""


def copies(loaded: Loaded) -> dict[str, Path]:
    """Copies by name, each with the file it is of."""
    return {COPIES[key]: path for key, path in loaded.beside.items()}


def copy_of(path: Path) -> bytes:
    """A CSV file as it is copied: texts that a spreadsheet would take for formulas are marked as texts.

    The same bytes where there are none. Reading takes the marks off again, so a copy says what the file says.
    """
    data = content(path, LARGEST_FILE)
    if not suspect(data):
        return data
    encoding = encoding_of(path, str(path), Findings(), "file")
    delimiter = delimiter_of(data.partition(b"\n")[0].decode(encoding, "replace"))
    rows = csv.reader(io.TextIOWrapper(io.BytesIO(data), encoding, newline=""), delimiter=delimiter)
    held, changed = io.StringIO(newline=""), False
    writer = csv.writer(held, delimiter=delimiter, lineterminator="\n")
    for row in rows:
        marked = [spreadsheet_cell(cell) for cell in row] if may_hold_formulas(row) else row
        writer.writerow(marked)
        changed |= marked != row
    return _MARK * data.startswith(_MARK) + held.getvalue().encode(encoding.removesuffix("-sig")) if changed else data


def naming_copies(loaded: Loaded) -> Loaded:
    """The scenario with the names of the copies in place of the files'."""
    named: Mapping[str, Any] = {key: _named(loaded.tree[key], COPIES[key]) for key in loaded.beside}
    return dataclasses.replace(loaded, tree={**loaded.tree, **named})


def _named(block: Any, name: str) -> Any:
    return {**block, "csv": name} if isinstance(block, Mapping) else name
