"""States of the month that a partner is measured by: its customers, team, rank, certificates, arrears, rating.

Each is told by the facts of the month; what nobody has told is not known, NaN. Notation: i partner row; n rows, P
products, S segments.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from sim.base.arrays import Flags, Reals
from sim.policy.given.facts import MonthFacts
from sim.policy.kernels import ranks

Which = Sequence[str] | None
"""names of the ranks or certificates that count; None: all"""
BY_NAME = ("certified", "groups", "partners")
"""optional facts that say by name who holds or is what"""
Read = Callable[[MonthFacts, Flags, Which], Reals]
"""facts of all partners, cells bool[P, S] that count, and which -> float64[n]"""


class State(NamedTuple):
    """A state of the month."""

    read: Read
    facts: tuple[str, ...] = ()
    """names of the optional facts that it reads"""
    of_products: bool = False
    """products may be told apart"""
    of_many: bool = False
    """there may be several, told apart by name"""

    @property
    def by_name(self) -> str:
        """The optional fact that says by name who holds or is what; empty where none does."""
        return self.facts[0] if self.of_many and self.facts[0] in BY_NAME else ""


def _customers(facts: MonthFacts, cells: Flags, which: Which) -> Reals:
    return np.asarray((facts.in_force * facts.layout.by_row(cells)).sum(axis=0), dtype=np.float64)


def _team(facts: MonthFacts, cells: Flags, which: Which) -> Reals:
    there = facts.everyone.present.astype(np.int64)
    whole = np.empty_like(there)
    ranks.with_downlines(there, facts.sponsor, whole)
    return np.asarray(whole - there, dtype=np.float64)


def _tenure(facts: MonthFacts, cells: Flags, which: Which) -> Reals:
    return np.asarray(facts.month - facts.entered.astype(np.float64))


def _held(name: str) -> Read:
    """Of how many it is one: of what it holds or belongs to, by name."""

    def read(facts: MonthFacts, cells: Flags, which: Which) -> Reals:
        return number(getattr(facts, name), which, facts.layout.rows)

    return read


def number(held: Mapping[str, Flags] | None, which: Which, rows: int) -> Reals:
    """How many of the names a partner has, by name bool[n]: float64[n]."""
    counted = [holds for name, holds in (held or {}).items() if which is None or name in which]
    return np.sum(counted, axis=0, dtype=np.float64) if counted else np.zeros(rows)


def _rank(facts: MonthFacts, cells: Flags, which: Which) -> Reals:
    """The highest that it has reached."""
    reached = [rank for name, rank in (facts.ranks or {}).items() if which is None or name in which]
    return np.max(reached, axis=0).astype(np.float64) if reached else _unknown(facts)


def _survey(facts: MonthFacts, cells: Flags, which: Which) -> Reals:
    """Answers for us less those against us, as a share of all."""
    if facts.answers is None or facts.score is None:
        return _unknown(facts)
    answers = np.asarray(facts.answers, dtype=np.int64)
    return np.divide(facts.score, answers, out=_unknown(facts), where=answers > 0)


def _told(name: str) -> Read:
    """A fact as it is told."""

    def read(facts: MonthFacts, cells: Flags, which: Which) -> Reals:
        value: Any = getattr(facts, name)
        return _unknown(facts) if value is None else np.asarray(value, dtype=np.float64)

    return read


def _unknown(facts: MonthFacts) -> Reals:
    return np.full(facts.layout.rows, np.nan)


STATES: dict[str, State] = {
    "customers": State(_customers, of_products=True),
    "team": State(_team),
    "tenure": State(_tenure),
    "certified": State(_held("certified"), ("certified",), of_many=True),
    "group": State(_held("groups"), ("groups",), of_many=True),
    "partner": State(_held("partners"), ("partners",), of_many=True),
    "rank": State(_rank, ("ranks",), of_many=True),
    "arrears": State(_told("arrears"), ("arrears",)),
    "outstanding": State(_told("outstanding"), ("outstanding",)),
    "rating": State(_told("rating"), ("rating",)),
    "survey": State(_survey, ("answers", "score")),
}
