"""The account of the work ahead: parts planned before the first replication, what is done of them, the time left.

A run or study plans its parts once; whoever plays adds what is played. The count of replications done never goes back.
The total is the most that may be played: what a finished part did not need is taken off it.

Work is measured in reckoned seconds of one processor (`resources.place_seconds`), the pace in seconds of the clock for
one of them: time left = pace * reckoned work left. Until enough is done the pace is what a few months tell that were
timed before (`sim.runs.timed_months`).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from math import ceil, inf
from typing import Any

Progress = Callable[[int, int], None]
Clock = Callable[[], float]
Seconds = Callable[[int, int], float]
"""reckons a case of so many replications, so many cases being played side by side"""
GUESS = 3.0  # pace before any is known: reckoning errs by two, and the end of the time cuts short what was misjudged
POOL_WORTH_SECONDS = 6.0  # shorter work is over before worker processes are ready
EACH_MORE = 0.8  # of a processor's work, that a further worker adds: it starts later and waits for the last
GROWTH = 1.5  # of replications from round to round
FIRST = 4  # replications of the first of rounds that grow
TRUSTED = 0.25  # share of the work from which on the measured pace alone counts
TOLD = 0.05  # share of the work from which on the time left is told: earlier it may err by more than two
TAIL = 0.05  # of what a part usually takes, left while it is on
EARLY = 1.5  # a step that is reckoned to take longer than the time left, by so much, is not begun: reckoning errs


class TimeIsUp(Exception):
    """The time given is over, and there is an answer already: no fault."""


@dataclass(frozen=True)
class Part:
    """A part of the work: at most so many cases, each of so many replications."""

    name: str
    """key of its words (`sim.command.frame.stages`)"""
    cases: int
    each: int
    detail: str = ""
    """what tells it from others of its name, such as a round or a criterion"""
    usual: float = 1.0
    """share of it that is usually played"""
    together: int = 1
    """cases that are played side by side"""
    weight: float = 1.0
    """what a case takes on average, of one that is played alone: less where some are worlds of another"""
    seconds: float | None = None
    """reckoned seconds of all of it; None: those of its cases"""

    @property
    def replications(self) -> int:
        """At most."""
        return self.cases * self.each


@dataclass(frozen=True)
class Room:
    """Bytes that the work ahead is reckoned to need at once."""

    memory: float = 0.0
    disk: float = 0.0


def reckoned(parts: Sequence[Part], seconds: Seconds) -> float:
    """Seconds of one processor that parts take."""
    return sum(map(partial(_reckoned, seconds), parts))


def _reckoned(seconds: Seconds, one: Part) -> float:
    return one.cases * one.weight * seconds(one.each, one.together) if one.seconds is None else one.seconds


def usual_pace(workers: int, seconds: float) -> float:
    """Seconds by the clock for each of so many seconds of one processor, before anything is measured."""
    return 1.0 if seconds < POOL_WORTH_SECONDS else 1.0 / (1.0 + EACH_MORE * (workers - 1))


def growing(most: int) -> list[int]:
    """Totals of rounds that grow by half each: 4, 6, 9, ... and the most."""
    found = [FIRST]
    while found[-1] < most:
        found.append(ceil(found[-1] * GROWTH))
    return [*found[:-1], most]


@dataclass
class _Ahead:
    """A part and what is done of it."""

    part: Part
    planned: int
    seconds: float
    done: int = 0
    work: float = 0.0

    @property
    def left(self) -> float:
        """Reckoned seconds that are usually left."""
        usual = self.seconds * self.part.usual
        return max(usual - self.work, TAIL * usual) if self.planned > self.done else 0.0


@dataclass
class Account:
    """What is planned and what is done.

    Parameters
    ----------
    heard : called with (done, all) as replications finish
    within : seconds in which an answer is wanted
    clock : seconds that never go back
    planned : called with the parts, what they take on one processor in seconds and their room, before they begin
    told : called with each answer that is there before the work is over
    """

    heard: Progress | None = None
    within: float = inf
    clock: Clock = time.monotonic
    planned: Callable[[Sequence[Part], float, Room], None] | None = None
    told: Callable[[Any], None] | None = None
    usual_pace: Callable[[float], float] | None = None
    """seconds by the clock for a reckoned one before any is measured, given all reckoned ones; it counts the more, the
    less is measured"""
    machine: float = 1.0
    """seconds of this machine's processor for a reckoned one, as timed months tell"""
    bounded: bool = False
    """whether there is an answer already, so that the end of the time may cut the work short"""
    done: int = 0
    cases: int = 0
    """planned, at most"""
    parts: list[_Ahead] = field(default_factory=list)
    at: int = 0
    _work: float = 0.0
    _first: tuple[float, float] | None = None
    _usual: float = 1.0

    def __post_init__(self) -> None:
        self._began = self.clock()

    @property
    def foresees(self) -> bool:
        """Whether somebody wants to know beforehand how long the work takes."""
        return self.planned is not None or self.limited

    @property
    def limited(self) -> bool:
        """Whether an answer is wanted within some time."""
        return self.within < inf

    @property
    def total(self) -> int:
        """Replications that may be played in all, those that were spared apart."""
        return sum(one.planned for one in self.parts)

    @property
    def stage(self) -> Part | None:
        """The part that is on."""
        return self.parts[self.at].part if self.parts else None

    @property
    def work_left(self) -> float:
        """Seconds of one processor that are usually left, as reckoned."""
        return sum(one.left for one in self.parts[self.at :])

    @property
    def left(self) -> float | None:
        """Seconds that are left; None before enough is done to tell the pace."""
        pace, left = self.pace, self.work_left
        return None if pace is None or self._work < TOLD * (self._work + left) else pace * left

    @property
    def time_left(self) -> float:
        """Seconds of the time given."""
        return self.within - (self.clock() - self._began)

    def plan(self, parts: Sequence[Part], seconds: Seconds, room: Room = Room()) -> None:
        """Put parts after those that are there, which are over; `seconds` reckons a case."""
        before = len(self.parts)
        for part in parts:
            self.parts.append(_Ahead(part, part.replications, reckoned([part], seconds)))
            self.cases += part.cases
        if before:
            self._spare(before)
        ahead = self.machine * self.work_left
        if self.usual_pace is not None:
            self._usual = self.machine * self.usual_pace(ahead)
        if self.planned is not None and parts:
            self.planned(parts, ahead, room)

    def begin(self, name: str, detail: str = "") -> None:
        """A part begins: those before it are over. One that is over already, or was not planned, changes nothing."""
        for at in range(self.at, len(self.parts)):
            if (self.parts[at].part.name, self.parts[at].part.detail) == (name, detail):
                self._spare(at)
                return

    def finish(self) -> None:
        """All parts are over."""
        self._spare(len(self.parts))

    def ask(self, replications: int) -> None:
        """So many are about to be played; what nobody planned is planned now.

        Raises
        ------
        TimeIsUp
        """
        self._check()
        if not self.parts:
            self.parts.append(_Ahead(Part("replications", 0, 0), 0, 0.0))
        part = self.parts[self.at]
        part.planned = max(part.planned, part.done + replications)
        self._tell()

    def add(self, replications: int, seconds: float, played: bool = True) -> None:
        """So many are there: played, which was reckoned to take `seconds`, or found in the store.

        Raises
        ------
        TimeIsUp
        """
        part = self.parts[self.at]
        part.done, self.done = part.done + replications, self.done + replications
        part.work += seconds
        part.seconds = max(part.seconds, part.work)
        if played:
            self._timed(seconds)
        self._tell()
        self._check()

    def answer(self, found: object) -> None:
        """There is an answer, perhaps not the last."""
        if self.told is not None:
            self.told(found)

    def fits(self, seconds: float) -> bool:
        """Whether work of so many reckoned seconds is done before the time is over."""
        if not self.limited:
            return True
        pace = GUESS * self.machine if self.pace is None else self.pace
        return EARLY * pace * seconds <= self.time_left

    @property
    def pace(self) -> float | None:
        """Seconds by the clock for a reckoned one, after the first report: before it kernels and worlds are made."""
        if self._first is None or self._work <= self._first[1]:
            return None
        seen = self._work - self._first[1]
        measured = (self.clock() - self._first[0]) / seen
        if self.usual_pace is None:
            return measured
        trust = min(1.0, seen / (TRUSTED * (self._work + self.work_left)))
        return float(measured**trust * self._usual ** (1.0 - trust))

    def _timed(self, seconds: float) -> None:
        self._work += seconds
        if self._first is None:
            self._first = (self.clock(), self._work)

    def _spare(self, upto: int) -> None:
        for one in self.parts[self.at : upto]:
            one.planned, one.seconds = one.done, one.work
        self.at = min(upto, max(len(self.parts) - 1, 0))
        self._tell()

    def _tell(self) -> None:
        if self.heard is not None:
            self.heard(self.done, self.total)

    def _check(self) -> None:
        if self.bounded and self.time_left <= 0.0:
            raise TimeIsUp
