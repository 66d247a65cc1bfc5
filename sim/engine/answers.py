"""What rivals answer the market with: our rates that they are told, and how they go their way to their answers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Protocol

import numpy as np

from sim.base.arrays import Places, Reals
from sim.engine.state.now import Now
from sim.market.at_rest import swings
from sim.market.terms import Rival


class Answering(Protocol):
    """A rival of one replication, as far as its way to its answers goes."""

    rival: Rival
    rates: Reals
    pace: float
    path: Reals

    def remembers(self) -> bool:
        """Keep this month's rates; whether there are as many as are looked at."""

    def slow_down(self) -> None:
        """Go smaller steps or stop."""

    def publish(self, caps: Reals) -> None:
        """Let partners see its rates of the month, under caps[product, 1]."""


def go(now: Now, twins: Sequence[Answering], answers: Iterable[Reals]) -> None:
    """Let a rival go its way to its answers in some replications, see whether its rates settle, and publish them."""
    for twin, answer in zip(twins, answers, strict=True):
        twin.rates = answer if twin.pace == 1.0 else twin.rates + twin.pace * (answer - twin.rates)
    if twins[0].rival.strategy.adapts:
        _settle([twin for twin in twins if twin.remembers()])
    caps = now.caps
    for twin in twins:
        twin.publish(caps)


def _settle(twins: Sequence[Answering]) -> None:
    if twins:
        found = swings(np.array([twin.path for twin in twins]), twins[0].rival.settling.tolerance)
        for place in np.flatnonzero(found).tolist():
            twins[place].slow_down()


class History(Sequence[Reals]):
    """Our rates of the months so far in one replication, or in some of them."""

    def __init__(self, months: Sequence[Reals], replication: int | slice | Places) -> None:
        self._months, self._replication = months, replication

    def __len__(self) -> int:
        return len(self._months)

    def __getitem__(self, month: Any) -> Any:
        if isinstance(month, slice):
            return [rates[self._replication] for rates in self._months[month]]
        return self._months[month][self._replication]
