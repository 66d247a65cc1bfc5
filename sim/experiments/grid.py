"""Grids over dotted paths of a scenario: an axis sets one value, or one value at several places."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Literal

import numpy as np
from pydantic import Field, model_validator

from sim.base.arrays import Reals
from sim.base.units import Block, Change
from sim.experiments.policies import Value, text
from sim.scenario.language.overrides import parsed_path
from sim.scenario.lever_signs import ALWAYS, ALWAYS_SET, SIGNS, UNMOVED, How
from sim.scenario.load import Loaded

MOST_STEPS = 1_000
_PERCENT = 100.0


class Axis(Block):
    """Values that are set in turn, or by which figures move: `values`, or `steps` of them `from` one `to` another."""

    path: str | list[str] = Field(description="dotted path, or several that are set together")
    values: list[Value] | None = Field(default=None, min_length=1, max_length=MOST_STEPS)
    first: Change | None = Field(default=None, alias="from")
    last: Change | None = Field(default=None, alias="to")
    steps: int | None = Field(default=None, ge=2, le=MOST_STEPS)
    change: How = Field(
        default="set",
        description="set: values stand in place of what is there; shift: they are added to it, scale: it is multiplied",
    )
    always: bool = Field(default=False, description=ALWAYS)
    name: str = Field(default="", description="what the axis is called; left out: the path")
    unit: Literal["ratio", "share", "money", "count", "month", "number"] = "ratio"
    present: Change | None = Field(
        default=None,
        description="value of the present policy; left out: what the scenario says at the path, of a relative axis "
        "where nothing moves",
    )

    @model_validator(mode="after")
    def _one_way(self) -> Axis:
        stated = [one is not None for one in (self.first, self.last, self.steps)]
        if any(stated) == (self.values is not None) or any(stated) != all(stated):
            raise ValueError("give either values, or from, to and steps")
        if not self.paths:
            raise ValueError("an axis needs a path")
        self._rising()
        return self

    def _rising(self) -> None:
        """Refuse numbers that do not rise: borders are sought between neighbours."""
        found = [one for one in map(number, self.points) if one is not None]
        back = [(a, b) for a, b in pairwise(found) if not a < b]
        if back and len(found) == len(self.points):
            what = "runs backwards" if back[0][0] > back[0][1] else "stands still"
            remedy = "exchange from and to" if self.values is None else "list its values rising, each once"
            raise ValueError(f"the axis {what}, from {back[0][0]:g} to {back[0][1]:g}; {remedy}")

    @property
    def paths(self) -> list[str]:
        """The paths set together."""
        return [self.path] if isinstance(self.path, str) else self.path

    @property
    def label(self) -> str:
        """What the axis is called."""
        return self.name or (self.paths[0] if self.change == "set" else f"{self.paths[0]} ({self.change})")

    @property
    def points(self) -> list[Value]:
        """The values, in order."""
        if self.values is not None:
            return self.values
        assert self.first is not None and self.last is not None and self.steps is not None
        return [float(f"{one:.12g}") for one in np.linspace(self.first, self.last, self.steps)]

    @property
    def numbers(self) -> Reals:
        """The values as numbers; texts that are none by their position."""
        found = [number(one) for one in self.points]
        return np.array([n if one is None else one for n, one in enumerate(found)], dtype=np.float64)

    def sets(self, at: int) -> tuple[str, ...]:
        """The overrides of one value."""
        value = text(self.points[at])
        return tuple(f"{ALWAYS_SET * self.always}{path}{SIGNS[self.change]}{value}" for path in self.paths)

    def now(self, loaded: Loaded) -> float | None:
        """Where the scenario stands on the axis; None where its paths hold no number, or several."""
        if self.present is not None:
            return self.present
        return UNMOVED[self.change] if self.change in UNMOVED else stated(loaded, self.paths)

    def at(self, loaded: Loaded) -> int | None:
        """The point at which the scenario stands."""
        now = self.now(loaded)
        there = np.flatnonzero([] if now is None else np.isclose(self.numbers, now))
        return int(there[0]) if there.size else None

    def through(self, now: float | None) -> Axis:
        """The same axis with a point where the scenario stands, so that it is played too."""
        known = self.numbers
        if now is None or None in map(number, self.points) or np.isclose(known, now).any():
            return self
        at = int(np.searchsorted(known, now))
        points = [*self.points[:at], float(f"{now:.12g}"), *self.points[at:]]
        return self.model_copy(update={"values": points, "first": None, "last": None, "steps": None})


def number(value: Any) -> float | None:
    """A number, percentage or points as a number, else None."""
    if isinstance(value, bool) or value is None:
        return None
    written = value.strip() if isinstance(value, str) else value
    try:
        for sign in ("%", "pp") if isinstance(written, str) else ():
            if written.endswith(sign):
                return float(written.removesuffix(sign)) / _PERCENT
        return float(written)
    except (TypeError, ValueError):
        return None


def stated(loaded: Loaded, paths: Sequence[str]) -> float | None:
    """The number that a scenario states at all of some paths; None where they hold none, or several."""
    there = {number(_at(loaded.tree, path)) for path in paths}
    return there.pop() if len(there) == 1 else None


def _at(tree: Any, path: str) -> Any:
    for part in parsed_path(path) or ():
        if isinstance(tree, dict):
            tree = tree.get(str(part))
        elif isinstance(tree, list) and str(part).isdigit() and int(part) < len(tree):
            tree = tree[int(part)]
        else:
            return None
    return tree
