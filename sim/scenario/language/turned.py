"""Single figures of a scenario that is composed already: what stands at a path, and the tree with another value there.

Presets and extended files are in the tree by then, so that a value put in here holds from the first month played.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pydantic import BaseModel

from sim.base.laws import Law
from sim.base.units import DAYS_PER_MONTH, MONTHS_PER_YEAR, Dated
from sim.scenario.language.findings import Findings
from sim.scenario.language.nodes import Node, Origin, Path, plain, pruned
from sim.scenario.language.overrides import with_sets
from sim.scenario.language.reading import Reader
from sim.scenario.language.reference_prices import with_reference_prices
from sim.scenario.language.warm_up_policy import settled

IN_MONTHS = {"d": 1 / DAYS_PER_MONTH, "mo": 1.0, "y": float(MONTHS_PER_YEAR)}
_WRITTEN = re.compile(r"([+-]?[0-9]+(?:\.[0-9]+)?) *(%|h|d|mo|y)")
_RATE = ("rate",)  # what a bare number stands for where exceptions may stand below it
_HERE = Origin("", 0, 0)


@dataclass(frozen=True)
class Stated:
    """A figure as the scenario states it: the number and what stands behind it; a default is in the model's units."""

    number: float
    unit: str = ""
    default: bool = False
    whole: bool = False
    """whole numbers only"""

    def of_unit(self, unit: str) -> float | None:
        """The number that means the same with another unit behind it; None where there is none."""
        if unit == self.unit:
            return self.number
        if unit in IN_MONTHS:
            months = 1.0 if self.default else IN_MONTHS.get(self.unit)
            return None if months is None else self.number * months / IN_MONTHS[unit]
        scale = {("%", ""): 0.01, ("", "%"): 100.0}.get((self.unit, unit))
        return None if scale is None else self.number * scale


def turned(tree: Mapping[str, Any], sets: Sequence[str]) -> dict[str, Any]:
    """A composed tree with each `path=value` put in.

    Raises
    ------
    ScenarioError
    """
    before = _node(tree)
    after = pruned(settled(with_sets(before, sets, Reader(Findings()))))
    found: dict[str, Any] = plain(with_reference_prices(after, [before]))  # what a contract costs is not moved
    return found


def stated(tree: Mapping[str, Any], scenario: BaseModel, path: Path) -> Stated | None:
    """The single figure at a path, as it is written or by default; None where none stands there."""
    found = _found(tree, scenario, path)
    return None if found is None else replace(found, whole=isinstance(_model(scenario, path), int))


def _found(tree: Mapping[str, Any], scenario: BaseModel, path: Path) -> Stated | None:
    value: Any = tree
    for at, part in enumerate(path):
        if isinstance(value, list | Mapping) and _holds(value, part):
            value = value[part]  # type: ignore[index]  # what it holds was looked at
        elif isinstance(value, Mapping):
            found = _written(_model(scenario, path))
            return None if found is None else Stated(found.number, "", default=True)
        else:
            return _written(value) if path[at:] == _RATE else None
    return _written(value)


def _holds(block: list[Any] | Mapping[str, Any], part: str | int) -> bool:
    return part in (range(len(block)) if isinstance(block, list) else block)


def _written(value: Any) -> Stated | None:
    if isinstance(value, str) and (match := _WRITTEN.fullmatch(value)):
        return Stated(float(match[1]), match[2])
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return Stated(float(value)) if number else None


def _model(value: Any, path: Path) -> Any:
    """What the scenario holds at a path; of what never changes its value, of a law without a spread its mean."""
    for part in path:
        if isinstance(value, Mapping):
            value = value.get(part)
        else:
            value = getattr(value, str(part), None) if isinstance(value, BaseModel) else None
    if isinstance(value, Dated) and not value.changes:
        value = next(iter(value.since.values()))
    return value.mean if isinstance(value, Law) and value.dist == "constant" else value


def _node(value: Any) -> Node:
    if isinstance(value, Mapping):
        return Node({key: _node(item) for key, item in value.items()}, _HERE)
    return Node([_node(item) for item in value] if isinstance(value, list) else value, _HERE)
