"""One partner with fixed sales, 12 000 a month, whose years can be worked out by hand, and how to play changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

import sim
from sim.base.arrays import Reals
from sim.judgement.result import Result
from sim.results.loading import load
from sim.scenario.language.dump import yaml_of
from sim.scenario.load import Loaded

FOLDER = Path(__file__).parent
HIST, DATED = FOLDER / "f19_hist_0.2.yaml", FOLDER / "f19_dated.yaml"


def play(path: Path | Loaded, sets: Sequence[str] = ()) -> Result:
    """The only replication of a scenario with levers."""
    return sim.run(path if isinstance(path, Loaded) else load(path, sets), replications=1, workers=1)


def same(one: Result, other: Result) -> bool:
    """Whether two results agree in every monthly figure, and in their events."""
    events = [result.replications[0].events for result in (one, other)]
    return events[0] == events[1] and np.array_equal(one.cube.values, other.cube.values, equal_nan=True)


def booked(result: Result) -> list[float]:
    """Commission of each month: accrued or expensed, less what was reversed."""
    accrued, expensed, back = (
        result.cube.series(f"commission_{one}")[0] for one in ("accrued", "expensed", "reversed")
    )
    found: Reals = accrued + expensed - back
    return [float(one) for one in found.round(2)]


def write(folder: Path, changes: Mapping[str, Any], name: str = "scenario.yaml", base: Path = HIST) -> Path:
    """The scenario with plain values put in at dotted paths; None removes a key."""
    tree: Any = dict(load(base).tree)
    for path, value in changes.items():
        *above, last = path.split(".")
        block = tree
        for part in above:
            block = block.setdefault(part, {})
        if value is None:
            block.pop(last)
        else:
            block[last] = value
    (folder / name).write_text(yaml_of(tree), encoding="utf-8")
    return folder / name


def extending(folder: Path, base: str, text: str, name: str = "proposal.yaml") -> Path:
    """A proposal: a file that extends another."""
    (folder / name).write_text(f"schema: 1\nextends: {base}\n{text}", encoding="utf-8")
    return folder / name
