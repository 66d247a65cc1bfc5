"""`cost`: what one policy costs in many named worlds, on common luck."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from sim.base.units import Block
from sim.experiments.answer import Answer
from sim.experiments.lab import Lab
from sim.experiments.policies import Policy, Relative, Value, settings
from sim.experiments.study import StudyOfMeans
from sim.experiments.tables.worlds import Played, WorldsFound
from sim.runs.ahead import Part
from sim.scenario.lever_signs import ALWAYS

REPLICATIONS = 100
BASE = "base"
MOST_WORLDS = 50


class World(Block):
    """What is different in a world."""

    set: dict[str, Value | Relative] = Field(
        min_length=1, description="values by dotted path, or {shift: ...}, {scale: ...}; empty deletes"
    )
    always: bool = Field(default=False, description=ALWAYS)


class Cost(StudyOfMeans):
    """One policy in the scenario's own world, called base, and in others."""

    usual: ClassVar[int] = REPLICATIONS
    kind: Literal["cost"]
    policy: Policy = Field(
        description="the scenario, or a scenario and what is changed in it, that is put into all worlds"
    )
    worlds: dict[str, World] = Field(min_length=1, max_length=MOST_WORLDS, description="worlds by name")

    def ahead(self, lab: Lab) -> list[Part]:
        """Every case as often."""
        return [Part("cases", 1 + len(self.worlds), self.each)]

    def answer(self, lab: Lab) -> Answer:
        """Play the policy in all worlds on common luck."""
        own = self.policy.sets
        sets = {BASE: own} | {name: (*own, *settings(world.set, world.always)) for name, world in self.worlds.items()}
        cases = [lab.case(self.policy.scenario, one, self.seed, name, self.claims) for name, one in sets.items()]
        sheets = lab.sheets(cases, range(self.each))
        return WorldsFound([Played(*one) for one in zip(cases, sheets, strict=True)]).answer(self.name)
