"""The calendar of dated, irregular events: the only file that imports SimPy.

Time is in months since t = 0, negative in the warm-up. Order on one moment is by phase, never by who came first.
"""

from __future__ import annotations

from collections.abc import Generator
from enum import IntEnum
from typing import Any, cast

import simpy

BEFORE_CLOSE = 2.0**-20  # the close of month t stands just before the moment t + 1


class Phase(IntEnum):
    """Order of what happens at one moment."""

    MARKET = 2
    POLICY = 3
    CHECK = 4
    CLOSE = 5


class Calendar:
    """SimPy's environment with phases and a log of what happened.

    Parameters
    ----------
    start : int
        Ordinal of the calendar month t = 0.
    opening : int
        Month in which the calendar begins (0, or minus the months of the warm-up).
    """

    def __init__(self, start: int, opening: int = 0) -> None:
        self.start = start
        self.environment = simpy.Environment(initial_time=opening)
        self.events: list[tuple[float, str, str]] = []

    def at(self, time: float, phase: Phase = Phase.MARKET) -> simpy.Event:
        """An event at a time (now, where that is past) that a story waits for with `yield`."""
        event = simpy.Event(self.environment)
        event._ok, event._value = True, None
        self.environment.schedule(event, priority=cast(Any, phase), delay=max(0.0, time - self.environment.now))
        return event

    def month_start(self, ordinal: int, phase: Phase = Phase.MARKET) -> simpy.Event:
        """An event at the start of a calendar month."""
        return self.at(float(ordinal - self.start), phase)

    def begin(self, story: Generator[Any, Any, Any]) -> None:
        """Let a story play."""
        self.environment.process(story)

    def log(self, name: str, text: str) -> None:
        """Write what happened into the event log."""
        self.events.append((float(self.environment.now), name, text))

    def play_month(self, month: int) -> None:
        """Play everything that happens in [month, month + 1)."""
        self.environment.run(until=self.at(month + 1 - BEFORE_CLOSE, Phase.CLOSE))
