"""The CSV files of a scenario copied beside its resolved file, so that it loads there."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sim.scenario.load import Loaded

ROSTER, ACTUALS = "roster.csv", "actuals.csv"
COPIES = {"roster": ROSTER, "actuals": ACTUALS}
"""by the key that names the file"""


def copies(loaded: Loaded) -> dict[str, Path]:
    """Copies by name, each with the file it is of."""
    return {COPIES[key]: path for key, path in loaded.beside.items()}


def naming_copies(loaded: Loaded) -> Loaded:
    """The scenario with the names of the copies in place of the files'."""
    named: Mapping[str, Any] = {key: _named(loaded.tree[key], COPIES[key]) for key in loaded.beside}
    return dataclasses.replace(loaded, tree={**loaded.tree, **named})


def _named(block: Any, name: str) -> Any:
    return {**block, "csv": name} if isinstance(block, Mapping) else name
