"""Small studies: a scenario of plain values written to a file, and a study over it carried out in this process."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sim.experiments.answer import Answer
from sim.experiments.lab import Lab
from sim.experiments.study import declared
from sim.runs.crew import Crew
from tests.whole.scenarios import P, tree

LINEAR = {
    "months": "18mo",
    f"{P}.price": 12_000.0,
    f"{P}.cost_ratio": 0.7,
    f"{P}.expenses": {"administration": 0.05},
    "accounts.prudent": False,  # a deficiency has a kink where the margin is 0
    "opening.capital": 1e6,
}


def laid(folder: Path, changes: Mapping[str, Any], name: str = "small.yaml") -> str:
    """Name of a scenario written into a folder."""
    (folder / name).write_text(json.dumps(tree(changes)), encoding="utf-8")
    return name


def study(folder: Path, kind: str, **fields: Any) -> Answer:
    """The answer of a study whose scenarios lie in a folder."""
    with Crew(1) as crew:
        return declared(kind, fields).answer(Lab(home=folder, crew=crew))
