"""Conditions of a rule: what a partner must have reached for the rule to hold for it in a month."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated

import numpy as np
from pydantic import Discriminator, Field, Tag, model_validator

from sim.base.arrays import Flags, Reals
from sim.base.columns import Column
from sim.base.units import Block, Bound, Dated
from sim.policy.facts import Layout, MonthFacts
from sim.policy.measuring.measure import Measure, Memory
from sim.policy.measuring.meter import Meter

NAME = "only_if"


class Bounded(Measure):
    """A measure that must be at least so much, at most so much, or both. What is not known is neither."""

    least: Dated[Bound] | None = Field(default=None, description="lowest value at which it holds")
    most: Dated[Bound] | None = Field(default=None, description="highest value at which it holds")

    @model_validator(mode="after")
    def _bounded(self) -> Bounded:
        if self.least is None and self.most is None:
            raise ValueError("a condition without a bound holds always: state least, most or both")
        return self

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


def _which(value: object) -> str:
    several = "any_of" in value if isinstance(value, dict) else isinstance(value, Either)
    return "any_of" if several else "one"


Condition = Annotated[Annotated[Bounded, Tag("one")] | Annotated[Either, Tag("any_of")], Discriminator(_which)]


def placed(conditions: Sequence[Condition]) -> Iterator[tuple[tuple[str | int, ...], Bounded]]:
    """All measures with bounds, in order, each with its path below `only_if`."""
    for number, item in enumerate(conditions):
        if isinstance(item, Either):
            yield from (((number, "any_of", part), one) for part, one in enumerate(item.any_of))
        else:
            yield (number,), item


def bounded(conditions: Sequence[Condition]) -> list[Bounded]:
    """All measures with bounds, in order."""
    return [one for _, one in placed(conditions)]


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


def _named(conditions: Sequence[Condition]) -> Iterator[tuple[str, Bounded]]:
    return ((f"{NAME}{number}", one) for number, one in enumerate(bounded(conditions)))


def _meters(conditions: Sequence[Condition], layout: Layout, memory: Memory) -> Iterator[Meter]:
    return (Meter.of(one, layout, memory, name) for name, one in _named(conditions))
