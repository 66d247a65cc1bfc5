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

    SimPy plays a month only where something falls into it. Its clock then stands still, `now` goes on.

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
        self._closed = float(opening)

    @property
    def now(self) -> float:
        """The time: of the event that plays, or else of the last month's close."""
        return max(float(self.environment.now), self._closed)

    def at(self, time: float, phase: Phase = Phase.MARKET) -> simpy.Event:
        """An event at a time (now, where that is past) that a story waits for with `yield`."""
        self._set_clock()
        return self._event(time, phase)

    def month_start(self, ordinal: int, phase: Phase = Phase.MARKET) -> simpy.Event:
        """An event at the start of a calendar month."""
        return self.at(float(ordinal - self.start), phase)

    def begin(self, story: Generator[Any, Any, Any]) -> None:
        """Let a story play."""
        self._set_clock()
        self.environment.process(story)

    def log(self, name: str, text: str) -> None:
        """Write what happened into the event log."""
        self.events.append((self.now, name, text))

    def play_month(self, month: int) -> bool:
        """Play everything that happens in [month, month + 1); whether there was anything."""
        close = month + 1 - BEFORE_CLOSE
        due = self.environment.peek() <= close
        if due:
            self._set_clock()
            self._play_to(close)
        self._closed = max(self._closed, close)
        return due

    def _event(self, time: float, phase: Phase) -> simpy.Event:
        event = simpy.Event(self.environment)
        event._ok, event._value = True, None
        self.environment.schedule(event, priority=cast(Any, phase), delay=max(0.0, time - self.environment.now))
        return event

    def _play_to(self, close: float) -> None:
        """Play up to a close; SimPy's `run` would leave its last event in the queue, and `peek` would find it."""
        end = self._event(close, Phase.CLOSE)
        while not end.processed:
            self.environment.step()

    def _set_clock(self) -> None:
        """Let SimPy's clock go over the months in which nothing was due, before anything is put on it."""
        if self.environment.now < self._closed:
            self._play_to(self._closed)
