"""How many partners a scenario may come to have: those at the opening, entrants, recruits, and their other names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import sqrt

from sim.partners import growth
from sim.scenario.schema import Scenario


@dataclass(frozen=True)
class Room:
    """Partners of a segment that there must be room for; recruits are infinite where no number would do."""

    here: int
    entrants: float
    recruits: float
    banned: float
    """of another segment, who come back as partners of this one when theirs is banned"""
    names: int
    """under which each of them may be in the trade"""

    @property
    def partners(self) -> float:
        """Partners that there may come to be, entrants and recruits among them."""
        return self.here + self.banned + self.entrants + self.recruits

    @property
    def rows(self) -> float:
        """Rows that are kept, other names of a partner among them."""
        return self.partners * self.names


def highest_demand(scenario: Scenario) -> float:
    """Largest factor on flows and entries in a month of the warm-up or the horizon."""
    highest = max(scenario.market.demand.series(*_span(scenario)))
    for story in scenario.market.events.values():
        highest *= max(1.0, getattr(story, "demand", 1.0))
    return float(highest)


def rooms(scenario: Scenario, here: Mapping[str, int] | None = None, deviations: float = 0.0) -> dict[str, Room]:
    """Room by segment.

    Parameters
    ----------
    here : partners at the opening, those of a roster; left out: as the scenario says
    deviations : room beyond the mean number of entrants and recruits, in standard deviations
    """
    demand, found = highest_demand(scenario), {}
    for name, one in scenario.segments.items():
        entry, rates = (dated.series(*_span(scenario)) for dated in (one.turnover.entry, one.turnover.recruiting))
        there = one.partners if here is None else here.get(name, 0)
        mean = sum(entry) * demand
        recruits = growth.room(there, rates, entry, demand, deviations)
        found[name] = Room(there, mean + deviations * sqrt(mean), recruits, 0.0, one.turnover.names)
    for ban in scenario.bans.values():
        if ban.under in found and ban.segment in found:
            kept = found[ban.under].banned + found[ban.segment].rows
            found[ban.under] = replace(found[ban.under], banned=kept)
    return found


def _span(scenario: Scenario) -> tuple[int, int]:
    return scenario.start - scenario.opening.months, scenario.opening.months + scenario.months
