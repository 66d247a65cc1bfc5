"""Dates inside a month: by hand, and against the mean over every day."""

from __future__ import annotations

import copy
import pickle
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from sim.base.days import InMonth, days_held, days_in, first_day, month_and_day
from sim.base.units import Dated, Share, month_ordinal

JANUARY = 2025 * 12
FEBRUARY_OF_A_LEAP_YEAR = 2024 * 12 + 1
DAYS = st.dates(date(2023, 11, 1), date(2024, 5, 31))


def _shares(**since: str) -> Dated[float]:
    return Dated[Share].model_validate({"since": {key[1:].replace("_", "-"): one for key, one in since.items()}})


def test_a_change_inside_a_month_gives_it_the_mean_by_days() -> None:
    found = _shares(_2024_01="10%", _2025_01_15="20%")
    assert found.at(JANUARY) == pytest.approx(0.1 * 14 / 31 + 0.2 * 17 / 31, abs=1e-15)
    assert (found.at(JANUARY - 1), found.at(JANUARY + 1)) == (0.1, 0.2)
    assert found.changes == [JANUARY, JANUARY + 1]


def test_the_last_day_of_a_leap_february_is_one_of_29() -> None:
    assert _shares(_2023_01="0%", _2024_02_29="29%").at(FEBRUARY_OF_A_LEAP_YEAR) == pytest.approx(0.01, abs=1e-15)
    assert _shares(_2023_01="0%", _2023_02_28="28%").at(FEBRUARY_OF_A_LEAP_YEAR - 12) == pytest.approx(0.01, abs=1e-15)


@given(st.dictionaries(DAYS, st.floats(0.0, 1.0), min_size=1, max_size=6))
def test_every_month_has_the_mean_of_its_days(since: dict[date, float]) -> None:
    found = Dated[Share].model_validate({"since": {day.isoformat(): value for day, value in since.items()}})
    dates = sorted(since)
    for month in range(2023 * 12 + 10, 2024 * 12 + 6):
        start = first_day(month)
        days = [date.fromordinal(start + d) for d in range(days_in(month))]
        values = [since[max([one for one in dates if one <= day], default=dates[0])] for day in days]
        assert found.at(month) == pytest.approx(sum(values) / len(values), abs=1e-12)


@given(DAYS)
def test_a_day_is_found_again(day: date) -> None:
    month, number = month_and_day(day.toordinal())
    assert (month, number) == (day.year * 12 + day.month - 1, day.day)
    assert first_day(month) + number - 1 == day.toordinal()


def test_whole_months_stay_what_was_written() -> None:
    assert _shares(_2024_01="10%", _2025_01_01="20%").since == {JANUARY - 12: 0.1, JANUARY: 0.2}


@pytest.mark.parametrize("kind", [Dated[bool], Dated[int], Dated[list[int]]])
def test_what_days_cannot_part_is_refused(kind: type) -> None:
    value = {Dated[bool]: True, Dated[int]: 3, Dated[list[int]]: [1]}[kind]
    with pytest.raises(ValidationError, match=r"2025-01-15 lies inside a month.*write 2025-01 or 2025-02"):
        kind.model_validate({"since": {"2024-01": value, "2025-01-15": value}})


def test_a_month_and_its_first_day_are_one_date() -> None:
    with pytest.raises(ValidationError, match="2025-01-01 is stated twice"):
        _shares(_2025_01="10%", _2025_01_01="20%")


@pytest.mark.parametrize("text", ["2025-01-02", "2025-12-31"])
def test_where_months_count_whole_a_date_inside_one_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="lies inside a month"):
        month_ordinal(text)


def test_days_held_between_two_dates() -> None:
    begins, ends = InMonth(JANUARY, 10), InMonth(JANUARY + 1, 20)
    assert days_held(JANUARY, begins, ends) == 10
    assert days_held(JANUARY, begins, None) == 22
    assert days_held(JANUARY, None, ends) == 19
    assert days_held(JANUARY + 1, begins, InMonth(JANUARY + 2, 2)) == 1


def test_a_date_inside_a_month_is_no_month_and_keeps_its_day() -> None:
    found = InMonth(JANUARY, 10)
    assert found != JANUARY and found != InMonth(JANUARY, 11) and JANUARY - 1 < found < JANUARY + 1
    for again in (pickle.loads(pickle.dumps(found)), copy.deepcopy(found)):
        assert (again, again.day) == (found, 10)
