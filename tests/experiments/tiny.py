"""Two tiny policies and a study of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sim.experiments.lab import Lab
from sim.experiments.record import carried_out
from sim.experiments.study import read_study
from sim.runs.crew import Crew
from sim.runs.store import Store
from tests.scenario.minimal import text_of, write

SMALL = {"months": "6mo", "segments.bank.partners": "20", "name": "Банк", "seed": "7"}


def policies(folder: Path) -> tuple[Path, Path]:
    """The present policy and one that pays 60 % instead of 15 %."""
    return write(folder, SMALL, "present.yaml"), write(folder, SMALL | {"policy.rules.base.new": "60%"}, "richer.yaml")


def study(folder: Path, changes: dict[str, Any] | None = None) -> Path:
    """The file of a comparison of both."""
    policies(folder)
    tree = {"schema": "1", "kind": "compare", "name": "Больше или нет", "replications": "4",
            "policies": {"present": "present.yaml", "richer": "richer.yaml"}}  # fmt: skip
    path = folder / "study.yaml"
    path.write_text(text_of(tree | (changes or {})), encoding="utf-8")
    return path


def answered(path: Path, store: Store | None = None) -> Any:
    """The answer of a study's file."""
    with Crew(1) as crew:
        return carried_out(read_study(path), Lab(path.parent, crew, store))
