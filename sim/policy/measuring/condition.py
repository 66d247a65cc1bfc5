"""Conditions of a rule: what a partner must have reached for the rule to hold for it in a month."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import inf
from typing import Annotated

import numpy as np
from pydantic import Discriminator, Field, Tag, model_validator

from sim.base.arrays import Flags, Reals
from sim.base.columns import Column
from sim.base.units import Block, Dated, Limit, is_duration, month_name, shown
from sim.policy.given.facts import MonthFacts
from sim.policy.given.layout import Layout
from sim.policy.measuring.measure import Measure, Memory
from sim.policy.measuring.meter import Meter
from sim.policy.measuring.states import STATES

NAME = "only_if"
BOUNDS = ("least", "most")
IN_MONTHS = ("tenure",)
MEMBERSHIPS = ("certified", "group", "partner")  # what may be stated without bounds
_SAYS = ("source", "assumed")


def _require_unit(by: object, name: str, value: object) -> None:
    """Months are written as such, and nothing else is."""
    since = value.get("since") if isinstance(value, dict) else None
    for one in since.values() if isinstance(since, dict) else [value]:
        if by in IN_MONTHS and not is_duration(one):
            raise ValueError(f"{by} is counted in months: write {name}: 12mo, got {shown(one)}")
        if by not in IN_MONTHS and is_duration(one):
            raise ValueError(f"{by} is not counted in months: write {name} as a number, got {shown(one)}")


def _members(by: object, which: object) -> int:
    """The bound that is meant where none is stated; 0: none is."""
    all_of_them = by == "certified" and isinstance(which, list) and which
    return len(which) if all_of_them and isinstance(which, list) else int(by in MEMBERSHIPS)


def _dated(bound: Dated[float]) -> str:
    parts = [f"{bound.since[date]:g} from {month_name(date)} on" for date in bound.changes]
    return ", ".join([f"{bound.since[min(bound.since)]:g}", *parts])


class Bounded(Measure):
    """A measure that must be at least so much, at most so much, or both. What is not known is neither."""

    least: Dated[Limit] | None = Field(
        default=None,
        description="lowest value at which it holds; left out with most: of certified all of `which`, of group and "
        "partner one of them",
    )
    most: Dated[Limit] | None = Field(default=None, description="highest value at which it holds")

    @model_validator(mode="before")
    @classmethod
    def _in_its_unit(cls, value: object) -> object:
        if not isinstance(value, dict):
            return value
        for name in (one for one in BOUNDS if one in value):
            _require_unit(value.get("by"), name, value[name])
        if value.get("by") in MEMBERSHIPS and not any(one in value for one in BOUNDS):
            return {**value, "least": _members(value["by"], value.get("which"))}
        return value

    @model_validator(mode="after")
    def _bounded(self) -> Bounded:
        if self.least is None and self.most is None:
            raise ValueError("a condition without a bound holds always: state least, most or both")
        if self.empty:
            raise ValueError("least is above most, so it never holds: raise most or lower least")
        return self

    def __str__(self) -> str:
        """For people: `premium of last quarter at least 50000`."""
        window = "" if self.by in STATES else f" of {self.period} {self.window}"
        which = "" if self.which is None else f" ({', '.join(self.which)})"
        bounds = (("at least", self.least), ("at most", self.most))
        stated = [f"{word} {_dated(bound)}" for word, bound in bounds if bound is not None]
        usual = self.most is None and self.least is not None and self.least.is_always(_members(self.by, self.which))
        return f"{self.by}{which}{window}" if usual else f"{self.by}{which}{window} {' and '.join(stated)}"

    @property
    def empty(self) -> bool:
        """Whether no value ever lies between its bounds."""
        return self.parted_from(self)

    def parted_from(self, other: Bounded) -> bool:
        """Whether no value ever lies within its bounds and those of another of the same measure."""
        if any(getattr(self, name) != getattr(other, name) for name in Measure.model_fields if name not in _SAYS):
            return False
        dated = [one for one in (self.least, self.most, other.least, other.most) if one is not None]
        dates = {date for one in dated for date in one.since}
        return all(max(self._low(at), other._low(at)) > min(self._high(at), other._high(at)) for at in dates)

    def _low(self, ordinal: int) -> float:
        return -inf if self.least is None else self.least.at(ordinal)

    def _high(self, ordinal: int) -> float:
        return inf if self.most is None else self.most.at(ordinal)

    def within(self, value: Reals, ordinal: int) -> Flags:
        """Whether values[n], in minor units where they are money, keep to the bounds of a month: bool[n]."""
        held = np.isfinite(value)
        if self.least is not None:
            held &= value >= self.least.at(ordinal) * self.unit
        if self.most is not None:
            held &= value <= self.most.at(ordinal) * self.unit
        return np.asarray(held)


class Either(Block):
    """Several conditions of which one is enough."""

    any_of: list[Bounded] = Field(min_length=1, description="conditions of which one is enough")

    def __str__(self) -> str:
        """For people."""
        return " or ".join(map(str, self.any_of))


def _which(value: object) -> str:
    several = "any_of" in value if isinstance(value, dict) else isinstance(value, Either)
    return "any_of" if several else "one"


Condition = Annotated[Annotated[Bounded, Tag("one")] | Annotated[Either, Tag("any_of")], Discriminator(_which)]


Place = tuple[str | int, ...]
"""a path below `only_if`"""


def placed(conditions: Sequence[Condition]) -> Iterator[tuple[Place, Bounded]]:
    """All measures with bounds, in order, each with its path below `only_if`."""
    for number, item in enumerate(conditions):
        if isinstance(item, Either):
            yield from (((number, "any_of", part), one) for part, one in enumerate(item.any_of))
        else:
            yield (number,), item


def bounded(conditions: Sequence[Condition]) -> list[Bounded]:
    """All measures with bounds, in order."""
    return [one for _, one in placed(conditions)]


def parted(conditions: Sequence[Condition], others: Sequence[Condition]) -> tuple[Place, Place] | None:
    """Where two lists of conditions, all of which must hold, exclude each other: a place in each; None: nowhere.

    Of conditions of which one is enough every one must be excluded.
    """
    alone = [(place, one) for place, one in placed(others) if len(place) == 1]
    for number, item in enumerate(conditions):
        parts = item.any_of if isinstance(item, Either) else [item]
        met = [[place for place, other in alone if part.parted_from(other)] for part in parts]
        if all(met):
            return (number,), met[0][0]
    return None


def columns(conditions: Sequence[Condition]) -> tuple[Column, ...]:
    """What conditions remember of every partner."""
    return tuple(column for name, one in _named(conditions) for column in one.columns(name))


def axis_lengths(conditions: Sequence[Condition]) -> dict[str, int]:
    """Lengths of the axes of `columns`."""
    return {axis: length for name, one in _named(conditions) for axis, length in one.axis_lengths(name).items()}


def begin(conditions: Sequence[Condition], facts: MonthFacts, memory: Memory) -> None:
    """Count what is known as premium is written."""
    for meter in _meters(conditions, facts.layout, memory):
        meter.begin(facts)


def conclude(conditions: Sequence[Condition], facts: MonthFacts, memory: Memory) -> None:
    """Count what only the statement knows."""
    for meter in _meters(conditions, facts.layout, memory):
        meter.conclude(facts)


def hold(conditions: Sequence[Condition], facts: MonthFacts, memory: Memory) -> Flags:
    """The partners for whom all conditions hold: bool[n]."""
    meters = _meters(conditions, facts.layout, memory)
    found = np.ones(facts.layout.rows, dtype=np.bool_)
    for item in conditions:
        parts = item.any_of if isinstance(item, Either) else [item]
        found &= np.logical_or.reduce([one.within(next(meters).read(facts), facts.ordinal) for one in parts])
    return found


def growth_unknown(conditions: Sequence[Condition], facts: MonthFacts, memory: Memory, i: int) -> bool:
    """Whether some condition asks for growth that is not known of row i."""
    meters = _meters(conditions, facts.layout, memory)
    return any(one.measure.by == "growth" and bool(np.isnan(one.read(facts)[i])) for one in meters)


def _named(conditions: Sequence[Condition]) -> Iterator[tuple[str, Bounded]]:
    return ((f"{NAME}{number}", one) for number, one in enumerate(bounded(conditions)))


def _meters(conditions: Sequence[Condition], layout: Layout, memory: Memory) -> Iterator[Meter]:
    return (Meter.of(one, layout, memory, name) for name, one in _named(conditions))
