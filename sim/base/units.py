"""Units of the scenario language as pydantic types: shares, money, durations, months, dated values.

Shares are fractions, money is in major units until `to_minor`, durations are months (float), a calendar month
is the ordinal `12 * year + month - 1`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import Annotated, Any, Generic, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
    model_validator,
)

from sim.base.days import InMonth, by_month, days_in, first_day, month_and_day
from sim.base.text import safe_text
from sim.base.written.otherwise import as_duration, as_number, as_whole_months, told

MINOR_PER_MAJOR = 100
EXACT = 2**53 // MINOR_PER_MAJOR  # largest amount up to which a double holds every minor unit
ALWAYS = "1900-01"  # the date of a figure that states none
DAYS_PER_MONTH = 365.25 / 12
MONTHS_PER_YEAR = 12
LONGEST_FIGURE = 40  # characters of a written duration or percentage
LONGEST_DURATION = 2_400  # months
LARGEST_RATIO = 5.0  # a bare number above it is a percentage whose sign was forgotten
_SLACK = 1e-4  # minor units by which a double may miss a whole number, and
_ULPS = 2.0**-51  # as a part of the amount, which a double rounds as it is multiplied
_PERCENT = re.compile(r"([+-]?[0-9]+(?:\.[0-9]+)?) *%")
_POINTS = re.compile(r"([+-]?[0-9]+(?:\.[0-9]+)?) *pp")
_DURATION = re.compile(r"([0-9]+(?:\.[0-9]+)?) *(h|d|mo|y)")
_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})(?:-([0-9]{2}))?")
HOURS_PER_MONTH = 24 * DAYS_PER_MONTH
_IN_MONTHS = {"h": 1 / HOURS_PER_MONTH, "d": 1 / DAYS_PER_MONTH, "mo": 1.0, "y": float(MONTHS_PER_YEAR)}
_PERCENT_TEXT = {"type": "string", "pattern": r"^[+-]?\d+(\.\d+)?\s*%$"}
_POINTS_TEXT = {"type": "string", "pattern": r"^[+-]?\d+(\.\d+)?\s*pp$"}


class Block(BaseModel):
    """A mapping of the scenario: unknown keys, NaN and silent conversions are refused.

    Its validator is built when it first validates: of nearly all blocks only the scenario's own validator is needed.

    `source` and `assumed` say where the block's figures come from; the report lists them. A source by key vouches for
    these keys, and what is assumed for the others.
    """

    model_config = ConfigDict(strict=True, extra="forbid", allow_inf_nan=False, frozen=True, defer_build=True)
    source: str | dict[str, str] | None = Field(
        default=None, description="where the figures of this block come from, or by key where some of them do"
    )
    assumed: str | None = Field(default=None, description="why the (other) figures of this block were assumed")

    @field_validator("source")
    @classmethod
    def _of_own_keys(cls, value: str | dict[str, str] | None) -> str | dict[str, str] | None:
        if isinstance(value, dict) and (wrong := [key for key in value if key not in cls.model_fields]):
            raise ValueError(
                f'source names "{safe_text(wrong[0])[:60]}", which is no key of its block; name one of its'
            )
        return value


def _number(value: object, what: str = "") -> float:
    """A number; `what` it is, such as a share, where that has more ways to be written."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        text = f"{what}: a number expected, got {shown(value)}" if what else f"number expected, got {shown(value)}"
        raise ValueError(told(text, as_number(value)))
    if value != value or value in (float("inf"), float("-inf")):
        raise ValueError(f"a finite number expected, got {'NaN' if value != value else value}")
    if isinstance(value, int) and int(float(value)) != value:
        raise ValueError(f"number expected, got {value}, which has more digits than are kept exactly; leave some out")
    return float(value)


NOTHING = "nothing"
"""How messages show a key without a value"""


def shown(value: object) -> str:
    """A refused value as messages show it: its kind and, of a scalar, the value."""
    if value is None:
        return NOTHING
    if isinstance(value, dict | list):
        return "a mapping" if isinstance(value, dict) else "a list"
    if isinstance(value, bool):
        return f'boolean "{str(value).lower()}"'
    text = safe_text(str(value))[:60]
    return f'text "{text}"' if isinstance(value, str) else text


def _fraction(value: object, low: float, high: float, bare: float, what: str) -> float:
    match = _PERCENT.fullmatch(value) if isinstance(value, str) and len(value) < LONGEST_FIGURE else None
    number = float(match[1]) / 100 if match else _number(value, what)
    if match is None and abs(number) > bare and low <= number / 100 <= high:
        if number > high or number < low:
            reading = f'did you mean {number / 100:g} or "{number:g}%"?'
            raise ValueError(f"{what} is {low:g}..{bare:g}, got {number:g}; {reading}")
        readings = f'did you mean "{number:g}%" or "{number * 100:g}%"?'
        raise ValueError(f"{what} over {bare:g} needs a percent sign, got {number:g}; {readings}")
    if not low <= number <= high:
        raise ValueError(f"{what} must be from {low:.0%} to {high:.0%}, got {number:.6g}")
    return number


def _share(value: object) -> float:
    return _fraction(value, 0.0, 1.0, 1.0, "a share")


def _ratio(value: object) -> float:
    return _fraction(value, 0.0, 100.0, LARGEST_RATIO, "a ratio")


def _signed_share(value: object) -> float:
    return _fraction(value, -1.0, 1.0, 1.0, "a share")


WRITTEN = "written"
"""context of figures that a user has written, whose amounts have whole minor units; others are rounded to them"""


class TooFine(ValueError):
    """An amount with more decimals than its currency; `nearest` in whole minor units."""

    def __init__(self, amount: float) -> None:
        self.nearest = to_minor(amount) / MINOR_PER_MAJOR
        super().__init__(f"an amount of money has whole minor units, got {amount:.15g}; write at most two decimals")


def _money(value: object, info: ValidationInfo) -> float:
    number = _number(value)
    if number < 0:
        raise ValueError(f"an amount of money must not be negative, got {number:g}")
    if number > EXACT:
        raise ValueError(
            f"an amount of money of at most {EXACT} expected, got {shown(value)}; minor units are exact up to there"
        )
    minor = number * MINOR_PER_MAJOR
    if info.context == WRITTEN and abs(minor - round(minor)) > max(_SLACK, minor * _ULPS):
        raise TooFine(number)
    return number


def _plain(value: object) -> float:
    return _number(value)


def _not_negative(value: object) -> float:
    number = _plain(value)
    if number < 0:
        raise ValueError(f"must not be negative, got {number:g}")
    return number


def _percent_or_plain(value: object) -> float:
    match = _PERCENT.match(value) if isinstance(value, str) else None
    return float(match[1]) / 100 if match else _plain(value)


def _points_or_bound(value: object) -> float:
    """A change of a figure: points (`+2pp`), or what a bound may be."""
    match = _POINTS.fullmatch(value) if isinstance(value, str) and len(value) < LONGEST_FIGURE else None
    return float(match[1]) / 100 if match else _percent_or_plain(value)


def _coefficient(value: object) -> float:
    number = _percent_or_plain(value)
    if number < 0:
        raise ValueError(f"must not be negative, got {number:g}")
    return number


def _bound_or_months(value: object) -> float:
    """What a bound may be, or months as a duration is written."""
    months = _months_of(value)
    return _percent_or_plain(value) if months is None else months


def is_duration(value: object) -> bool:
    """Whether a value is written as a duration: `12mo`."""
    return _months_of(value) is not None


def _duration(value: object) -> float:
    months = _months_of(value)
    if months is None:
        what = f'a duration with its unit expected, such as "12mo", "45d" or "2y", got {shown(value)}'
        raise ValueError(told(what, as_duration(value)))
    return months


def _whole_months(value: object) -> int:
    months = _months_of(value)
    if months is None or months != int(months):
        what = f'a whole number of months (an integer and its unit, "12mo") expected, got {shown(value)}'
        raise ValueError(told(what, as_whole_months(value, months)))
    return int(months)


def _months_of(value: object) -> float | None:
    match = _DURATION.fullmatch(value) if isinstance(value, str) and len(value) < LONGEST_FIGURE else None
    months = float(match[1]) * _IN_MONTHS[match[2]] if match else None
    if months is not None and months > LONGEST_DURATION:
        raise ValueError(f"a duration of at most {LONGEST_DURATION} months expected, got {shown(value)}")
    return months


def date_of(value: object) -> tuple[int, int]:
    """Ordinal of the month of a date, and its day: 1 of a month written without one."""
    match = _MONTH.fullmatch(value) if isinstance(value, str) else None
    if match is None or not 1900 <= int(match[1]) <= 2200 or not 1 <= int(match[2]) <= MONTHS_PER_YEAR:
        raise ValueError(f'a month expected, such as "2025-01" (a date from 1900 to 2200), got {shown(value)}')
    ordinal, day = int(match[1]) * MONTHS_PER_YEAR + int(match[2]) - 1, int(match[3] or 1)
    if not 1 <= day <= days_in(ordinal):
        raise ValueError(f"no such date in the calendar, got {shown(value)}")
    return ordinal, day


def month_ordinal(value: object) -> int:
    """Ordinal of a calendar month written `2025-01`, or as its first day. A later day would be moved in silence."""
    ordinal, day = date_of(value)
    if day > 1:
        raise ValueError(f"{value} lies inside a month, and here months count whole; {_whole(ordinal)}")
    return ordinal


def _whole(ordinal: int) -> str:
    return f"write {month_name(ordinal)} or {month_name(ordinal + 1)}"


def _day_number(value: object) -> int:
    ordinal, day = date_of(value)
    return first_day(ordinal) + day - 1


def _begins(value: object) -> int:
    ordinal, day = date_of(value)
    return ordinal if day == 1 else InMonth(ordinal, day)


def _ends(value: object) -> int:
    ordinal, day = date_of(value)
    return ordinal if day == 1 else InMonth(ordinal + 1, day)


def month_name(ordinal: int) -> str:
    """`2025-01` of a month's ordinal."""
    return f"{ordinal // MONTHS_PER_YEAR:04d}-{ordinal % MONTHS_PER_YEAR + 1:02d}"


def to_minor(amount: float) -> int:
    """Whole minor units (kopecks) of an amount in major units, rounded half to even."""
    return round(amount * MINOR_PER_MAJOR)


def monthly_rate(annual: float) -> float:
    """Effective monthly rate of an effective annual rate: (1 + r)^(1/12) - 1."""
    return float((1.0 + annual) ** (1.0 / MONTHS_PER_YEAR) - 1.0)


def _schema(*kinds: dict[str, Any]) -> WithJsonSchema:
    return WithJsonSchema({"anyOf": list(kinds)})


_NUMBER = {"type": "number"}
Share = Annotated[float, BeforeValidator(_share), _schema({**_NUMBER, "minimum": 0, "maximum": 1}, _PERCENT_TEXT)]
SignedShare = Annotated[float, BeforeValidator(_signed_share), _schema(_NUMBER, _PERCENT_TEXT)]
Ratio = Annotated[float, BeforeValidator(_ratio), _schema({**_NUMBER, "minimum": 0}, _PERCENT_TEXT)]
Money = Annotated[float, BeforeValidator(_money), _schema({**_NUMBER, "minimum": 0})]
Number = Annotated[float, BeforeValidator(_plain), _schema(_NUMBER)]
Positive = Annotated[float, BeforeValidator(_not_negative), _schema({**_NUMBER, "minimum": 0})]
Coefficient = Annotated[
    float, BeforeValidator(_coefficient), _schema({**_NUMBER, "minimum": 0}, _PERCENT_TEXT)
]  # such as a coefficient of variation: a number or a percentage
Change = Annotated[float, BeforeValidator(_points_or_bound), _schema(_NUMBER, _PERCENT_TEXT, _POINTS_TEXT)]
Bound = Annotated[float, BeforeValidator(_percent_or_plain), _schema(_NUMBER, _PERCENT_TEXT)]
Limit = Annotated[
    float,
    BeforeValidator(_bound_or_months),
    _schema(_NUMBER, _PERCENT_TEXT, {"type": "string", "pattern": r"^\d+(\.\d+)?\s*(d|mo|y)$"}),
]  # a bound of what is measured, months among it
Duration = Annotated[
    float, BeforeValidator(_duration), _schema({"type": "string", "pattern": r"^\d+(\.\d+)?\s*(h|d|mo|y)$"})
]
WholeMonths = Annotated[int, BeforeValidator(_whole_months), _schema({"type": "string", "pattern": r"^\d+\s*(mo|y)$"})]
_DATE_TEXT = {"type": "string", "pattern": r"^\d{4}-\d{2}(-\d{2})?$"}
Month = Annotated[int, BeforeValidator(month_ordinal), _schema({"type": "string", "pattern": r"^\d{4}-\d{2}(-01)?$"})]
Begins = Annotated[int, PlainValidator(_begins), _schema(_DATE_TEXT)]  # inside a month an `InMonth`, as Ends
Ends = Annotated[int, PlainValidator(_ends), _schema(_DATE_TEXT)]
_Day = Annotated[int, BeforeValidator(_day_number), _schema(_DATE_TEXT)]

T = TypeVar("T")


class Dated(BaseModel, Generic[T]):
    """A value that changes at dates; a plain value holds always. The first also holds before its date.

    `since` are values by month. A share or a sum may change inside a month, which then has their mean by days.
    """

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)
    since: dict[_Day, T]

    @model_validator(mode="before")
    @classmethod
    def _constant(cls, value: object) -> object:
        if isinstance(value, Dated) or (isinstance(value, dict) and "since" in value):
            return value
        return {"since": {ALWAYS: value}}

    @field_validator("since", mode="before")
    @classmethod
    def _each_once(cls, value: object) -> object:
        """2025-01 and 2025-01-01 are one date: the later written would hold, in silence."""
        twice = [f"{key}-01" for key in value if f"{key}-01" in value] if isinstance(value, dict) else []
        if twice:
            raise ValueError(f"{twice[0]} is stated twice, also as {twice[0][:-3]}; state it once")
        return value

    @field_validator("since")
    @classmethod
    def _by_month(cls, value: dict[int, Any]) -> dict[int, Any]:
        """From days to months."""
        if all(isinstance(one, float) for one in value.values()):
            return by_month(value) if value else {}
        for month, day in map(month_and_day, value):
            if day > 1:
                what = f"{month_name(month)}-{day:02d} lies inside a month, which only a share or a sum can change in"
                raise ValueError(f"{what}; {_whole(month)}")
        return {month_and_day(number)[0]: one for number, one in value.items()}

    @model_validator(mode="after")
    def _not_empty(self) -> Dated[T]:
        if not self.since:
            raise ValueError("at least one date is needed under since")
        return self

    @classmethod
    def always(cls, value: Any) -> Dated[T]:
        """The value that holds at all times, for defaults."""
        return cls.model_validate(value)

    def is_always(self, value: Any) -> bool:
        """Whether it is this value at all times."""
        return set(self.since.values()) == {value}

    def at(self, ordinal: int) -> T:
        """The value in force in the month `ordinal`."""
        if len(self.since) == 1:
            return next(iter(self.since.values()))
        dates = sorted(self.since)
        return self.since[dates[max(bisect_right(dates, ordinal) - 1, 0)]]

    def series(self, first: int, months: int) -> list[T]:
        """The values in force in `months` months from the ordinal `first` on."""
        if len(self.since) == 1:
            return [*self.since.values()] * months
        dates = sorted(self.since)
        values = [self.since[date] for date in dates]
        return [values[max(bisect_right(dates, first + t) - 1, 0)] for t in range(months)]

    @property
    def changes(self) -> list[int]:
        """Ordinals of the months in which the value changes, the first excluded."""
        return sorted(self.since)[1:]


def dated_below(block: Any) -> Iterator[Dated[Any]]:
    """Every dated value of a block and of what it holds."""
    if isinstance(block, Dated):
        yield block
    elif isinstance(block, BaseModel):
        for name in type(block).model_fields:
            yield from dated_below(getattr(block, name))
    elif isinstance(block, dict | list):
        for value in block.values() if isinstance(block, dict) else block:
            yield from dated_below(value)
