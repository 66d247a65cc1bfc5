"""Months in which nothing is due are passed over, and the log is as if SimPy had played every one of them."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

import pytest
import simpy
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.base.calendar import BEFORE_CLOSE, Calendar, Phase

OPENING, MONTHS = -3, 14


class EveryMonth(Calendar):
    """A calendar that lets SimPy play every month."""

    def log(self, name: str, text: str) -> None:
        self.events.append((float(self.environment.now), name, text))

    def play_month(self, month: int) -> bool:
        self.environment.run(until=self.at(month + 1 - BEFORE_CLOSE, Phase.CLOSE))
        return True


@dataclass
class Wait:
    """One wait of a story: until a time or for a time, by phase or by SimPy's own clock, then perhaps another story."""

    time: float
    phase: Phase
    how: str
    begets: bool


MOMENTS = st.one_of(
    st.integers(OPENING - 1, MONTHS + 1).map(float),
    st.integers(OPENING, MONTHS).map(lambda month: month - BEFORE_CLOSE),
    st.integers(OPENING, MONTHS).map(lambda month: month + BEFORE_CLOSE),
    st.floats(OPENING, MONTHS),
)
WAITS = st.builds(
    Wait, MOMENTS, st.sampled_from(list(Phase)), st.sampled_from(["at", "start", "for", "clock"]), st.booleans()
)
STORIES = st.lists(st.tuples(st.integers(OPENING, MONTHS), st.lists(WAITS, max_size=4)), max_size=5)


def story(name: str, calendar: Calendar, waits: list[Wait]) -> Generator[simpy.Event, Any, None]:
    """Waits, and says after each wait that it is over."""
    for number, wait in enumerate(waits):
        if wait.how == "start":
            yield calendar.month_start(int(wait.time) + calendar.start, wait.phase)
        elif wait.how == "clock":
            yield calendar.environment.timeout(abs(wait.time))
        else:
            yield calendar.at(wait.time + (calendar.now if wait.how == "for" else 0.0), wait.phase)
        calendar.log(name, f"{number} after {wait.phase.name}")
        if wait.begets:
            calendar.begin(story(f"{name}.{number}", calendar, waits[number + 1 :]))


def played(calendar: Calendar, stories: list[tuple[int, list[Wait]]], asked: list[tuple[int, float]]) -> list[int]:
    """Plays the months; stories begin before their month, a stage logs after it; how many events each month brought."""
    brought = []
    for month in range(OPENING, MONTHS):
        for number, (first, waits) in enumerate(stories):
            if first == month:
                calendar.begin(story(f"story {number}", calendar, waits))
        before = len(calendar.events)
        due = calendar.play_month(month)
        brought.append(len(calendar.events) - before)
        assert due or not brought[-1]
        if month % 3 == 0:
            calendar.log("stage", f"in month {month}")
        for number, (when, time) in enumerate(asked):
            if when == month:  # asked for between two months, waited for later
                event = calendar.at(time)
                event.callbacks.append(lambda _, number=number: calendar.log("asked", str(number)))
    return brought


@settings(max_examples=300, deadline=None)
@given(STORIES, st.lists(st.tuples(st.integers(OPENING, MONTHS - 1), MOMENTS), max_size=3))
def test_the_log_is_that_of_every_month_played(
    stories: list[tuple[int, list[Wait]]], asked: list[tuple[int, float]]
) -> None:
    found, expected = Calendar(24000, OPENING), EveryMonth(24000, OPENING)
    assert played(found, stories, asked) == played(expected, stories, asked)
    assert found.events == expected.events
    assert found.now == expected.environment.now


def test_nothing_is_played_where_nothing_is_due(monkeypatch: pytest.MonkeyPatch) -> None:
    calendar, steps = Calendar(24000), []
    calendar.begin(story("one", calendar, [Wait(5.0, Phase.CHECK, "at", False)]))
    step = calendar.environment.step
    monkeypatch.setattr(calendar.environment, "step", lambda: (steps.append(calendar.now), step()))
    assert [month for month in range(9) if calendar.play_month(month)] == [0, 5]
    begins, sets_clock, plays = [0.0, 0.0], [5 - BEFORE_CLOSE], [5 - BEFORE_CLOSE, 5.0, 5.0]
    assert steps == [*begins, *sets_clock, *plays]
    assert calendar.events == [(5.0, "one", "0 after CHECK")]
    assert calendar.now == 9 - BEFORE_CLOSE
    calendar.log("stage", "closes")
    assert calendar.events[-1][0] == 9 - BEFORE_CLOSE


def test_order_on_one_moment_is_by_phase() -> None:
    calendar = Calendar(24000)
    for phase in (Phase.CLOSE, Phase.CHECK, Phase.MARKET, Phase.POLICY):
        calendar.begin(story(phase.name, calendar, [Wait(4.0, phase, "at", False)]))
    for month in range(6):
        calendar.play_month(month)
    assert [name for _, name, _ in calendar.events] == ["MARKET", "POLICY", "CHECK", "CLOSE"]
