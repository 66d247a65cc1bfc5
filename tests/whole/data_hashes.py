"""Hashes of the data of every shipped scenario and study, played small: what a change of layout must not move.

`python -m tests.whole.data_hashes` compares with the table beside this file and ends with 1 where one differs;
`--write` writes the table anew, which is right only where a figure was meant to move (then CHANGELOG names it).
"""

from __future__ import annotations

import csv
import hashlib
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import sim
from sim.base.units import Block

SCENARIOS = Path(__file__).parents[2] / "scenarios"
TABLE = Path(__file__).with_suffix(".csv")
REPLICATIONS = 2
DIGITS = "%.6g"  # of a study's figures: enough to see a change, few enough for another processor's last bits
SMALL: dict[str, dict[str, Any]] = {
    "frontier": {"budget": 2}, "sensitivity": {"points": 4}, "reverse_stress": {"sampled": 16, "rounds": 1},
    "optimise": {"points": 8, "fresh": 4}, "compare": {"followed": 1}, "sweep": {"yes": True},
    "backtest": {"replications": 20},
}  # fmt: skip
SHORT = {"months": "3mo"}  # of the studies whose search plays many cases
SEARCHES = ("frontier", "sensitivity", "reverse_stress", "optimise")
CELLS = 2  # of each axis of a sweep


def files() -> list[Path]:
    """Every shipped scenario and study, by its path."""
    return [path for path in sorted(SCENARIOS.rglob("*.yaml")) if not path.name.startswith(".")]


def is_study(path: Path) -> bool:
    """Whether a file holds a study."""
    return path.parent.name == "experiments"


def of(path: Path) -> str:
    """The hash of what a file says when it is played small."""
    return of_study(path) if is_study(path) else of_scenario(path)


def of_scenario(path: Path) -> str:
    """SHA-256 of a scenario's monthly metrics and key figures over its own horizon: the manifest's `data_hash`."""
    from sim.report.files import hashes

    return hashes.of_result(sim.run(path, replications=REPLICATIONS, workers=1, doubt=0, breaks=False))


def of_study(path: Path) -> str:
    """SHA-256 of a study's tables, figures as printed."""
    answer = sim.study(_small(path), workers=1, home=path.parent)
    found = hashlib.sha256(answer.verdict.encode())
    for table in answer.tables:
        found.update(f"\n{table.name}\n".encode())
        found.update(table.frame.to_csv(float_format=DIGITS).encode())
    return found.hexdigest()


def _small(path: Path) -> Any:
    from sim.experiments.study import read_study

    study: Any = read_study(path)
    changes: dict[str, Any] = {"replications": REPLICATIONS, **SMALL.get(study.kind, {})}
    if study.kind in SEARCHES:
        changes["policy"] = study.policy.model_copy(update={"set": {**study.policy.set, **SHORT}})
    if study.kind == "sweep":
        changes |= {name: _coarse(getattr(study, name)) for name in ("across", "up") if getattr(study, name)}
    return study.model_copy(update=changes)


def _coarse(axis: Block) -> Block:
    return axis.model_copy(update={"steps": CELLS})


def stored() -> dict[str, str]:
    """The hashes of the table, by the path of the file within `scenarios`."""
    with TABLE.open(encoding="utf-8", newline="") as rows:
        return {row["file"]: row["hash"] for row in csv.DictReader(rows)}


def moved(paths: Sequence[Path]) -> Iterator[str]:
    """A line for each file whose data differ from the table's."""
    table = stored()
    for path in paths:
        name = path.relative_to(SCENARIOS).as_posix()
        if (found := of(path)) != table.get(name):
            yield f"{name}: data {found[:12]}, the table has {table.get(name, 'nothing')[:12]}"


def main(arguments: Sequence[str]) -> int:
    """Compare, or write the table."""
    if "--write" in arguments:
        rows = [(path.relative_to(SCENARIOS).as_posix(), of(path)) for path in files()]
        with TABLE.open("w", encoding="utf-8", newline="") as out:
            csv.writer(out, lineterminator="\n").writerows([("file", "hash"), *rows])
        return 0
    found = list(moved(files()))
    print("\n".join(found) or f"data of {len(files())} scenarios and studies as in the table")
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
