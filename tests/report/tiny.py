"""A run so small that every test of the report can afford it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import sim
from sim.judgement.result import Result
from tests.scenario.minimal import write

TINY: dict[str, Any] = {
    "name": '"Партнёрский канал"',
    "months": "8mo",
    "seed": "7",
    "currency": "RUB",
    "segments.bank.partners": "20",
    "criteria": {
        "survives": {"kpi": "ruined", "at_most": "5%"},
        "profitable": {"kpi": "result", "at_least": "0", "in_share": "50%"},
        "big": {"kpi": "premium", "at_least": "1e12"},
    },
}


def scenario(folder: Path, changes: Mapping[str, Any] | None = None) -> Path:
    """Write the tiny scenario, changed, and return its file."""
    return write(folder, {**TINY, **(changes or {})})


def played(folder: Path, changes: Mapping[str, Any] | None = None, replications: int = 3, **options: Any) -> Result:
    """A run of the tiny scenario, changed."""
    return sim.run(sim.load(scenario(folder, changes)), replications=replications, workers=1, **options)
