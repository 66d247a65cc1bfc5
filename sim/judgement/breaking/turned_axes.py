"""What is turned to find breaking points: uncertain figures within their laws, listed ones by parts of their value."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from sim.judgement.breaking.found_points import Measure
from sim.runs.side_by_side import turns_loss_ratios
from sim.scenario.checks.uncertain_figures import at_present, knob_of
from sim.scenario.language.overrides import parsed_path
from sim.scenario.language.turned import stated
from sim.scenario.load import Loaded
from sim.scenario.schema import Scenario
from sim.scenario.unknown import Knob, Unknown

BELIEVED = 0.999  # share of a law within which its figure is turned, the same on both sides
UP, DOWN = (1.0, 0.5, 0.2, 0.1, 0.05), (0.9, 0.5, 0.2, 0.1, 0.05)  # ends of a listed figure, parts of it: what it takes


@dataclass(frozen=True)
class Axis:
    """A figure that is turned."""

    name: str
    knob: Knob
    present: float
    low: float
    high: float
    spread: float

    @property
    def measure(self) -> Measure:
        """How distances are told."""
        return "spreads" if isinstance(self.knob, Unknown) else "share"

    @property
    def is_loss_ratio(self) -> bool:
        """Whether nothing but loss ratios is turned."""
        return turns_loss_ratios(self.knob.paths)

    def end(self, side: int) -> float:
        """Where a side ends."""
        return self.high if side else self.low

    @property
    def sides(self) -> list[int]:
        """Sides on which there is room."""
        return [side for side in (0, 1) if self.end(side) != self.present]

    def distance(self, value: float) -> float:
        """From the present value."""
        return (value - self.present) / self.spread


def axes(loaded: Loaded) -> list[Axis]:
    """What may be turned in a scenario: uncertain figures within their laws, listed ones by a share of their value.

    Those whose range has no other value than the present one, of whole numbers perhaps, are not turned.
    """
    found = (*_uncertain(loaded.scenario, dict(loaded.tree)), *_listed(loaded))
    return [one for one in found if one.sides]


def _uncertain(scenario: Scenario, tree: dict[str, object]) -> Iterator[Axis]:
    for name, one in scenario.uncertainties.items():
        law, present = one.of(name), at_present(scenario, tree, one)
        assert present is not None  # checked when it was loaded
        ends = law.quantile(np.array([1.0 - BELIEVED, 1.0 + BELIEVED]) / 2.0)
        low, high = one.taken(ends).tolist()
        yield Axis(name, _shown(one, tree, scenario), present, min(low, present), max(high, present), law.spread)


def _shown(one: Unknown, tree: dict[str, object], scenario: Scenario) -> Unknown:
    """A share that the scenario writes in per cent is shown so."""
    found = stated(tree, scenario, parsed_path(one.paths[0]) or ())
    percent = found is not None and found.unit == "%" and not one.unit
    return one.model_copy(update={"percent": one.percent or percent})


def listed(loaded: Loaded, text: str) -> Axis | None:
    """A path as an axis, as far as the scenario takes it; None where no single figure stands, or 0."""
    tree = dict(loaded.tree)
    knob = knob_of(loaded.scenario, tree, text)
    present = None if knob is None else at_present(loaded.scenario, tree, knob)
    if knob is None or not present:
        return None
    ends = [_taken(loaded, knob, present, [way * part for part in parts]) for way, parts in ((-1, DOWN), (1, UP))]
    return Axis(text, knob, present, min(ends), max(ends), abs(present))


def _listed(loaded: Loaded) -> Iterator[Axis]:
    for text in loaded.scenario.breaks:
        axis = listed(loaded, text)
        assert axis is not None  # checked when it was loaded
        yield axis


def _taken(loaded: Loaded, knob: Knob, present: float, parts: Sequence[float]) -> float:
    """The farthest value that the scenario takes, of those at these parts from the present one."""
    values = [float(knob.taken(np.array(present * (1.0 + part)))) for part in parts]
    return next((value for value in values if loaded.takes(knob.sets(value))), present)
