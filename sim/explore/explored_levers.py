"""The levers of the explorer: figures of the world that are in doubt or listed, and figures of the policy.

A lever stands on one of a few even steps; the present value is one of them, so that it can always be found again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from math import ceil, floor, log10
from typing import Any

from sim.judgement.breaking.turned_axes import Axis, axes, listed
from sim.scenario.lever_signs import UNMOVED
from sim.scenario.load import Loaded
from sim.scenario.unknown import Knob

STEPS = 40  # about so many on a lever
NICE = (1.0, 2.0, 5.0, 10.0)
DIGITS = 12
REACH = 0.5  # of a figure of the policy, on either side: farther off nobody negotiates
POINTS = (10.0, 5.0, 2.0, 1.0)  # by which all rates of a table move, in points: the first that the scenario takes
RATES = {"rate", "products", "segments"}  # keys of a table of rates
Point = Mapping[str, float]
"""value by lever, of those that do not stand where the scenario states them"""


@dataclass(frozen=True)
class Lever:
    """A figure that can be moved, within `low` and `high`."""

    name: str
    """of the uncertainty, else the path"""
    knob: Knob
    present: float
    low: float
    high: float
    of_policy: bool = False

    @cached_property
    def values(self) -> tuple[float, ...]:
        """Where it may stand, rising; the present value is among them."""
        step = self._step
        first, last = ceil((self.low - self.present) / step - 1e-9), floor((self.high - self.present) / step + 1e-9)
        return tuple(_written(self.present + n * step) for n in range(first, last + 1))

    @property
    def _step(self) -> float:
        rough = (self.high - self.low) / STEPS
        scale = 10.0 ** floor(log10(rough))
        step = next(scale * one for one in NICE if scale * one >= rough * (1 - 1e-9))
        return max(step, 1.0) if self.knob.whole else step

    def nearest(self, value: float) -> float:
        """The step that is nearest to a value."""
        return min(self.values, key=lambda one: abs(one - value))

    @property
    def stated(self) -> float:
        """The present value as it stands among the steps."""
        return _written(self.present)


def levers(loaded: Loaded) -> tuple[Lever, ...]:
    """Those of the world first, then those of the policy, each path once."""
    found = [_lever(one) for one in axes(loaded)]
    taken = {path for one in found for path in one.knob.paths}
    found += [one for one in _of_policy(loaded) if not taken.intersection(one.knob.paths)]
    return tuple(one for one in found if one.high > one.low and len(one.values) > 1)


def _lever(axis: Axis) -> Lever:
    of_policy = all(path.startswith("policy.") for path in axis.knob.paths)
    return Lever(axis.name, axis.knob, axis.present, axis.low, axis.high, of_policy)


def _of_policy(loaded: Loaded) -> Iterator[Lever]:
    """Rates of the rules, one by one where a rule states one, all together where it states a table of them."""
    for path, value in _rates(loaded.tree["policy"].get("rules") or {}, "policy.rules"):
        if isinstance(value, dict):
            yield from _table(loaded, path)
        elif (axis := listed(loaded, path)) is not None and not axis.knob.whole:
            low, high = (max(axis.low, axis.present * (1 - REACH)), min(axis.high, axis.present * (1 + REACH)))
            yield Lever(path, axis.knob, axis.present, low, high, True)


def _table(loaded: Loaded, path: str) -> Iterator[Lever]:
    """All rates of a table, moved by points."""
    knob = Knob(path=path, unit="%", change="shift")
    low, high = (
        next((way * points for points in POINTS if loaded.takes(knob.sets(way * points))), 0.0) for way in (-1, 1)
    )
    yield Lever(path, knob, UNMOVED["shift"], low, high, True)


def _rates(block: Mapping[str, Any], above: str) -> Iterator[tuple[str, Any]]:
    """Shares in per cent, and tables of them, by path."""
    for key, value in block.items():
        path = f"{above}.{key}"
        if isinstance(value, dict):
            table = bool(RATES & set(value)) and "rate" in value
            yield from [(path, value)] if table else _rates(value, path)
        elif isinstance(value, list) and all(isinstance(one, dict) for one in value):
            for at, one in enumerate(value):
                yield from _rates(one, f"{path}[{at}]")
        elif isinstance(value, str) and value.endswith("%"):
            yield path, value


def sets_of(known: Mapping[str, Lever], point: Point) -> tuple[str, ...]:
    """A point as `--set` takes it, in the order of the levers."""
    return tuple(text for name, one in known.items() if name in point for text in one.knob.sets(point[name]))


def _written(value: float) -> float:
    return float(f"{value:.{DIGITS}g}")
