"""One replication of a batch: its nouns without the axis of replications, for who looks at one or plays one.

A stage from outside, the explanation of a partner's figures, and an analyst who steps through a batch of one see the
figures of one replication; what they write comes into the batch.

A noun says in `by_replication` which of its attributes, and of what its methods return, have an axis of replications,
and what to take of the axes in front of it. Notation: R replications.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import numpy as np

from sim.base.calendar import Calendar
from sim.base.luck import Luck
from sim.engine.state.nouns import Nouns


class One:
    """A noun of a batch as one replication has it. What has no axis of replications is as it is."""

    def __init__(self, noun: Any, replication: int) -> None:
        self.__dict__.update(_noun=noun, _replication=replication)

    def __getattr__(self, name: str) -> Any:
        value, axes = getattr(self._noun, name), self._noun.by_replication
        if name in axes:
            return _taken(value, (*axes[name], self._replication))
        return One(value, self._replication) if hasattr(value, "by_replication") else value

    def __setattr__(self, name: str, value: Any) -> None:
        axes = self._noun.by_replication
        if name in axes:
            getattr(self._noun, name)[(*axes[name], self._replication)] = value
        else:
            setattr(self._noun, name, value)

    def __getitem__(self, name: str) -> Any:
        return _taken(self._noun[name], (self._replication,))

    def __setitem__(self, name: str, value: Any) -> None:
        self._noun[name][self._replication] = value


class OneNow(One):
    """The present month as one replication has it, which has one calendar and one luck."""

    @property
    def replication(self) -> int:
        """Its number."""
        return int(self._noun.replications[self._replication])

    @property
    def luck(self) -> Luck:
        """Its luck."""
        return Luck(self._noun.seed, self.replication)

    @property
    def calendar(self) -> Calendar:
        """Its dated stories, with their log."""
        calendar: Calendar = self.calendars
        return calendar

    def log(self, name: str, text: str) -> None:
        """Write what happened into its event log."""
        self.calendar.log(name, text)


def _taken(value: Any, place: tuple[Any, ...]) -> Any:
    if callable(value):
        return lambda *given: _taken(value(*given), place)
    if isinstance(value, Mapping):
        return {name: _taken(one, place) for name, one in value.items()}
    if isinstance(value, list) and len(place) > 1:
        return [_taken(one, place[1:]) for one in value]
    found = value[place] if isinstance(value, np.ndarray) else value[place[-1]]
    return found.item() if isinstance(found, np.generic) else found


def nouns_of_one(nouns: Nouns, replication: int = 0) -> dict[str, Any]:
    """The nouns by name as one replication has them."""
    found = {one.name: getattr(nouns, one.name) for one in fields(nouns)}
    of_one = {name: One(noun, replication) for name, noun in found.items() if hasattr(noun, "by_replication")}
    return {**found, **of_one, "now": OneNow(nouns.now, replication)}
