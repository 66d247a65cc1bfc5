"""Partners that are appointed to another segment: who, when, and between which rows.

A partner has a row in each segment that it will be of. In the month of its appointment the two rows change places.

Notation: i row of a replication, t month (index in the plan's series).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sim.market.shocks.appointment import Appointment
from sim.partners.listed import Listed, ids_of
from sim.partners.population import Population
from sim.scenario.schema import Scenario

SEGMENT = "segment"  # what an appointment is to


class Transfer(NamedTuple):
    """A partner is of another segment from a month on."""

    since: int
    """ordinal of the month"""
    partner: str
    segment: str


def transfers(scenario: Scenario, roster: Sequence[Listed]) -> list[Transfer]:
    """Those of the roster's dated columns and of appointments, in the order of months."""
    listed = [
        Transfer(since, one.id, str(value)) for one in roster for since, what, value in one.appointed if what == SEGMENT
    ]
    events = [one for one in scenario.market.events.values() if isinstance(one, Appointment)]
    told = [Transfer(one.start, who, one.segment) for one in events if one.segment is not None for who in one.partners]
    return sorted([*listed, *told], key=lambda one: one.since)


def joining(scenario: Scenario, roster: Sequence[Listed]) -> dict[str, list[str]]:
    """By segment, ids of partners of others that will be of it at some time, once each."""
    found: dict[str, dict[str, None]] = {}
    stated = transfers(scenario, roster)
    here = _segments(scenario, roster) if stated else {}
    for one in stated:
        if here[one.partner] != one.segment:
            found.setdefault(one.segment, {})[one.partner] = None
    return {name: list(ids) for name, ids in found.items()}


def _segments(scenario: Scenario, roster: Sequence[Listed]) -> Mapping[str, str]:
    """Segment of each partner at the opening."""
    if roster:
        return {one.id: one.segment for one in roster}
    return {one: name for name, segment in scenario.segments.items() for one in ids_of(name, segment.partners)}


def exchanges(scenario: Scenario, roster: Sequence[Listed], population: Population) -> dict[int, list[tuple[int, int]]]:
    """By t, pairs of rows that change places: that of a partner, and its row in the segment that it comes to.

    What is dated before the first month happens in it.
    """
    found: dict[int, list[tuple[int, int]]] = {}
    stated, first = transfers(scenario, roster), scenario.start - scenario.opening.months
    rows = population.rows_by_id() if stated else {}
    present = {one.partner: rows[one.partner][0] for one in stated}
    for one in stated:
        place = population.segments.index(one.segment)
        new = next(row for row in rows[one.partner] if population.segment[row] == place)
        if new != present[one.partner]:
            found.setdefault(max(one.since - first, 0), []).append((present[one.partner], new))
            present[one.partner] = new
    return found
