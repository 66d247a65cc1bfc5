"""Days of months, where a date lies inside one: what holds on some of them, and values that change on one.

A month is the ordinal `12 * year + month - 1`, a day the number that `datetime.date.toordinal` gives it.
"""

from __future__ import annotations

from bisect import bisect_right
from calendar import monthrange
from collections.abc import Mapping
from datetime import date

from sim.base.in_turn import sum_in_turn

_MONTHS = 12


class InMonth(int):
    """A month in which something begins to hold, or before which it ends, on a day inside a month.

    The number is the first month in which it holds, or in which it holds no more; `day` is the day of the month on
    which it begins or ends. It equals no month without a day.
    """

    day: int

    def __new__(cls, ordinal: int, day: int) -> InMonth:
        """The month and the day of the date: the first on which it holds, or on which it holds no more."""
        found = super().__new__(cls, ordinal)
        found.day = day
        return found

    def __eq__(self, other: object) -> bool:
        return isinstance(other, InMonth) and int(self) == int(other) and self.day == other.day

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return super().__hash__()

    def __getnewargs__(self) -> tuple[int, int]:  # type: ignore[override]  # what __new__ takes
        return int(self), self.day


def days_in(ordinal: int) -> int:
    """Days of a month: 28 to 31."""
    return monthrange(ordinal // _MONTHS, ordinal % _MONTHS + 1)[1]


def days_held(ordinal: int, begins: int | None, ends: int | None) -> int:
    """Days of a month on which something holds that holds in it at all, between its first day and its end."""
    held = days_in(ordinal)
    if isinstance(begins, InMonth) and int(begins) == ordinal:
        held -= begins.day - 1
    if isinstance(ends, InMonth) and int(ends) - 1 == ordinal:
        held -= days_in(ordinal) - (ends.day - 1)
    return held


def first_day(ordinal: int) -> int:
    """The day's number of the first of a month."""
    return date(ordinal // _MONTHS, ordinal % _MONTHS + 1, 1).toordinal()


def month_and_day(number: int) -> tuple[int, int]:
    """The month of a day, and which of its days it is, from 1."""
    at = date.fromordinal(number)
    return at.year * _MONTHS + at.month - 1, at.day


def by_month(since: Mapping[int, float]) -> dict[int, float]:
    """Values by the day from which they hold, as values by month: a month with a change inside has their mean by days.

    The first value also holds before its day. With n days of the month, of which d see the value v: sum(v d) / n.
    """
    first, *later = sorted(since)
    start = month_and_day(first)[0]
    found = {start: since[first]}
    for number in later:
        month, day = month_and_day(number)
        if day == 1:
            found[month] = since[number]
        else:
            found |= {start - 1: since[first]} if month == start else {}
            found |= {month: _mean(since, month), month + 1: since[number]}
    return found


def _mean(since: Mapping[int, float], month: int) -> float:
    numbers, start, end = sorted(since), first_day(month), first_day(month + 1)
    changes = [start, *(number for number in numbers if start < number < end), end]
    held = [
        (since[numbers[max(bisect_right(numbers, begins) - 1, 0)]], changes[at + 1] - begins)
        for at, begins in enumerate(changes[:-1])
    ]
    return sum_in_turn(value * days for value, days in held) / (end - start)
