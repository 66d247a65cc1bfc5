"""What partners of a worked example are to us, and their states: arrears, rating, what customers say.

Notation: i partner row, n rows. Amounts are in minor units.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from sim.base.spells import LONG_AGO
from sim.base.units import Dated, to_minor
from sim.policy.given.facts import MonthFacts
from sim.policy.terms.standing import Change, held
from sim.policy.trial import Person
from sim.worked.case_facts import PartnerFacts
from sim.worked.example import CasePartner

SCORED = 10_000  # answers of which a share is stated
_NOBODY = np.zeros(0, dtype=np.int64)  # rows, which the trial fills in


def people(partners: Mapping[str, CasePartner], first: int) -> list[Person]:
    """The partners of a trial from the month `first` on, by segment: each has a row in every one that it will be of."""
    of = {name: [one.segment.at(first), *_later(one, first)] for name, one in partners.items()}
    order = dict.fromkeys([*(names[0] for names in of.values()), *(name for names in of.values() for name in names)])
    return [
        _person(name, one, segment, first) for segment in order for name, one in partners.items() if segment in of[name]
    ]


def _later(one: CasePartner, first: int) -> Iterator[str]:
    """Segments to which it is appointed after the first month."""
    return (one.segment.since[date] for date in one.segment.changes if date > first)


def _person(name: str, one: CasePartner, segment: str, first: int) -> Person:
    region, group, there = one.region.at(LONG_AGO), one.group.at(LONG_AGO), segment == one.segment.at(first)
    return Person(name, segment, one.sponsor, region, group, one.leg, tuple(_changes(one)), there)


def _changes(one: CasePartner) -> Iterator[Change]:
    for what, dated in (("region", one.region), ("group", one.group), ("rank", one.rank)):
        for since, value in () if dated is None else _turns(dated):
            stated: dict[str, Any] = {what: value}
            yield Change(since, _NOBODY, **stated)
    for name, spells in one.certified.items():
        yield from held(name, spells, _NOBODY)


def _turns(dated: Dated[Any]) -> Iterator[tuple[int, Any]]:
    """Values by date; the first holds before its date as well."""
    yield LONG_AGO, dated.at(LONG_AGO)
    yield from ((date, dated.since[date]) for date in dated.changes)


class States:
    """States of partners, which stay as stated until something else is."""

    def __init__(self, rows: int) -> None:
        self.arrears = np.zeros(rows, dtype=np.int64)
        self.outstanding = np.zeros(rows, dtype=np.int64)
        self.rating = np.full(rows, np.nan)
        self.answers, self.score = np.zeros((2, rows), dtype=np.int64)

    def told(self, facts: MonthFacts, row: Mapping[str, int], stated: Mapping[str, PartnerFacts]) -> MonthFacts:
        """The facts of a month with the states, after what is stated of them."""
        incidents = np.zeros(len(self.arrears), dtype=np.int64)
        for name, one in stated.items():
            self._state(row[name], one)
            incidents[row[name]] = one.incidents
        kept = {name: column.copy() for name, column in vars(self).items()}
        kept["outstanding"] = np.maximum(self.outstanding, self.arrears)
        return replace(facts, incidents=incidents, **kept)

    def _state(self, i: int, one: PartnerFacts) -> None:
        for column, amount in ((self.arrears, one.arrears), (self.outstanding, one.outstanding)):
            if amount is not None:
                column[i] = to_minor(amount)
        if one.rating is not None:
            self.rating[i] = one.rating
        if one.survey is not None:
            self.answers[i], self.score[i] = SCORED, round(one.survey * SCORED)
