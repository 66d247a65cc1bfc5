"""Scenarios given as plain data, as files for studies."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sim.experiments.answer import Answer
from sim.experiments.lab import Lab
from sim.experiments.record import carried_out
from sim.experiments.study import declared
from sim.runs.crew import Crew
from tests.whole.scenarios import P, S, tree


def scenario(folder: Path, changes: Mapping[str, Any], name: str = "scenario.yaml") -> Path:
    """A turned-down scenario as a file; JSON is YAML."""
    path = folder / name
    path.write_text(json.dumps(tree(changes), ensure_ascii=False), "utf-8")
    return path


def answered(folder: Path, kind: str, **fields: Any) -> Answer:
    """The answer of a study whose scenarios lie in a folder, without workers and store."""
    with Crew(1) as crew:
        return carried_out(declared(kind, fields), Lab(folder, crew))


CERTAIN: dict[str, Any] = {
    f"{P}.term": "0mo", f"{P}.cost_ratio": 0.7, "policy.payment": {"delay": "0mo"}, "policy.rules.base.new": 0.2,
    "months": "3mo", f"{S}.flow": 40.0, "opening.capital": 1e6,
}  # fmt: skip
"""Premium of 40 000 a month earned at once, cost ratio 70 %, commission 20 %: every month the same, no luck at all."""
