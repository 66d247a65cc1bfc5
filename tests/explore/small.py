"""A scenario so small that every test of the explorer can afford it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.scenario.minimal import write

SMALL: dict[str, Any] = {
    "name": "Банк и мы",
    "months": "6mo",
    "replications": "24",
    "segments.bank.partners": "20",
    "criteria": {
        "profitable": {"kpi": "result", "at_least": "-2e6"},
        "survives": {"kpi": "ruined", "at_most": "90%"},
    },
    "uncertainties": {
        "losses": {
            "path": "products.hull.claims.loss_ratio",
            "law": "uniform",
            "low": "40%",
            "high": "110%",
            "percent": "true",
        },
    },
    "breaks": "[policy.rules.base.new, opening.capital]",
}


def small(folder: Path, changes: dict[str, Any] | None = None) -> Path:
    """Write it, changed, and return its file."""
    return write(folder, {**SMALL, **(changes or {})})
