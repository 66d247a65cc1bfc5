"""What the cell of a table says: numbers with separators, signs and per cent, flags, months; and why it says none."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite, nan

from sim.base.text import BLANKS, csv_safe, safe_text
from sim.base.units import date_of, month_name

LONGEST_SHOWN = 40
MINUS = "\u2212"
_SIMPLE = re.compile(r"[0-9]{1,15}(?:[.,][0-9]+)?")  # most numbers: read without further questions
_ALL_SIMPLE = re.compile(rf"(?:{_SIMPLE.pattern}\n)*")
_PLAIN = re.compile(r"[+-]?(?:[0-9]+(?:[.,][0-9]*)?(?:[eE][+-]?[0-9]{1,3})?|[.,][0-9]+)")
_BLANKS = re.compile(r"[+-]?[0-9]{1,3}(?:([ _'\u2019\u00a0\u2009\u202f])[0-9]{3}(?:\1[0-9]{3})*)(?:[.,][0-9]+)?")
_COMMAS = re.compile(r"[+-]?[0-9]{1,3}(?:(?:,[0-9]{3}){2,}(?:\.[0-9]+)?|,[0-9]{3}\.[0-9]+)")
_DOTS = re.compile(r"[+-]?[0-9]{1,3}(?:(?:\.[0-9]{3}){2,}(?:,[0-9]+)?|\.[0-9]{3},[0-9]+)")
_EITHER = re.compile(r"[+-]?[1-9][0-9]{0,2},[0-9]{3}")
_BOOKED = re.compile(r"\([0-9., ]+\)")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}(?:-[0-9]{2})?")
_TIMED = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[T ]([0-9]{2}):?([0-9]{2})(?::?([0-9]{2})(?:[.,][0-9]+)?)? ?"
    r"(?:Z|[+-][0-9]{2}(?::?[0-9]{2})?)?"
)
_QUARTER = re.compile(r"(?:([0-9]{4})[- ]?[Qq]([1-4])|[Qq]([1-4])[- ]?([0-9]{4}))")
_DAY_FIRST = re.compile(r"(?:[0-9]{1,2}\.)?([0-9]{1,2})\.([0-9]{4})")
_SHORT = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})(?:[-/.][0-9]{1,2})?")
_LAST = (24, 59, 60)  # hour, minute, second (of midnight, and with a leap second)
_BEGINS_ODDLY = re.compile(r"\0[^\w\0]")
YES = frozenset(("1", "yes", "y", "true", "t", "да", "истина"))
NO = frozenset(("0", "no", "n", "false", "f", "нет", "ложь"))
MONTHS = 12
OF_QUARTER = 3
_NO_MONTH = "there is no such month in the calendar: {}"
_NO_DATE = "there is no such date in the calendar: {}"
_NO_TIME = "there is no such time in the calendar: {}"


@dataclass(slots=True)
class Figure:
    """A number as it is written: whether with a per cent sign, whether its digits were grouped."""

    value: float
    percent: bool = False
    grouped: bool = False


class Unreadable(ValueError):
    """A cell that does not say what is asked; `remedy` how to mend it."""

    def __init__(self, what: str, remedy: str) -> None:
        self.remedy = remedy
        super().__init__(what)


def number_in(text: str, commas_separate: bool = False) -> Figure:
    """The number in a cell.

    `commas_separate`: fields are separated by commas, so that a comma within one is as likely to group digits.

    Raises
    ------
    Unreadable
    """
    if _SIMPLE.fullmatch(text) and not (commas_separate and "," in text):
        return Figure(float(text.replace(",", ".")))
    percent = text.endswith("%")
    digits = (text[:-1].rstrip() if percent else text).replace(MINUS, "-")
    if commas_separate and _EITHER.fullmatch(digits):
        whole, _, part = digits.partition(",")
        raise Unreadable(f'"{text}" may be {whole}{part} or {whole}.{part}', f"write {whole}{part}, or {whole}.{part}")
    for shape, plain in ((_PLAIN, _decimal), (_BLANKS, _without_blanks), (_COMMAS, _without_commas), (_DOTS, _dotted)):
        if shape.fullmatch(digits):
            value = float(plain(digits))
            if isfinite(value):
                return Figure(value, percent, shape is not _PLAIN)
    raise Unreadable(f'number expected, got "{cut(text)}"', _of_no_number(text))


def simple_numbers(texts: Sequence[str], commas_separate: bool = False) -> list[float] | None:
    """What `number_in` reads in many cells where all of them are simple; None where some are not."""
    whole = "\n".join((*texts, ""))
    if _ALL_SIMPLE.fullmatch(whole) is None or (commas_separate and "," in whole) or whole.count("\n") > len(texts):
        return None
    return [float(text) for text in whole.replace(",", ".").split("\n")[:-1]]


def _decimal(digits: str) -> str:
    return digits.replace(",", ".")


def _without_blanks(digits: str) -> str:
    return _decimal(re.sub(r"[^0-9.,+-]", "", digits))


def _without_commas(digits: str) -> str:
    return digits.replace(",", "")


def _dotted(digits: str) -> str:
    return _decimal(digits.replace(".", ""))


def _of_no_number(text: str) -> str:
    if not text:
        return "fill it in"
    if _BOOKED.fullmatch(text):
        return f"write -{text[1:-1]} for an amount below 0"
    return "such as 12.5 or 12,5, without a unit"


def flag_in(text: str) -> float:
    """1 or 0 of a cell that says yes or no.

    Raises
    ------
    Unreadable
    """
    word = text.casefold()
    if word in YES or word in NO:
        return float(word in YES)
    try:
        value = number_in(text).value
    except Unreadable:
        value = nan
    if value in (0.0, 1.0):
        return value
    raise Unreadable(f'must be 0 or 1, got "{cut(text)}"', "write 1 or yes, 0 or no")


def month_in(text: str) -> int:
    """Ordinal of the month of a cell: `2025-01`, a date in it, or a date with its time of day.

    Raises
    ------
    Unreadable
    """
    timed = _TIMED.fullmatch(text)
    date = timed[1] if timed else text
    if _DATE.fullmatch(date) is None:
        raise Unreadable(f'a month expected, such as 2025-01, got "{cut(text)}"', _of_no_month(text))
    try:
        if timed and any(int(part or 0) > last for part, last in zip(timed.groups()[1:], _LAST, strict=True)):
            raise ValueError
        return date_of(date)[0]
    except ValueError:
        what = _NO_TIME if timed else _NO_DATE if date.count("-") > 1 else _NO_MONTH
        raise Unreadable(what.format(text), "mend it; dates go from 1900 to 2200") from None


def _of_no_month(text: str) -> str:
    if quarter := _QUARTER.fullmatch(text):
        year, number = (quarter[1] or quarter[4]), int(quarter[2] or quarter[3])
        return f"write the month of the quarter that is meant, such as {year}-{OF_QUARTER * number - 2:02d}"
    if found := _DAY_FIRST.fullmatch(text):
        return _as_month(int(found[2]), int(found[1]))
    if found := _SHORT.fullmatch(text):
        return _as_month(int(found[1]), int(found[2]))
    return "write it as 2025-01"


def _as_month(year: int, month: int) -> str:
    return f"write it as {month_name(year * MONTHS + month - 1)}" if 1 <= month <= MONTHS else "write it as 2025-01"


def may_hold_formulas(cells: Sequence[str]) -> bool:
    """Whether some cell begins with neither a letter nor a digit, so that a closer look is worth it."""
    return _BEGINS_ODDLY.search("\0" + "\0".join(cells)) is not None


def spreadsheet_cell(text: str) -> str:
    """A cell as a spreadsheet may open it: a text that it would take for a formula is marked by an apostrophe.

    Numbers stay as they are.
    """
    marked = csv_safe(text)
    return text if marked == text or _is_number(text.strip()) else marked


def without_mark(text: str) -> str:
    """A cell without the apostrophe that marks it as a text; any other apostrophe is part of the text."""
    bare = text.lstrip(BLANKS)
    rest = bare.removeprefix("'")
    return rest if rest != bare and spreadsheet_cell(rest) != rest else text


def _is_number(text: str) -> bool:
    try:
        number_in(text)
    except Unreadable:
        return False
    return True


def cut(text: str) -> str:
    """A cell as messages show it."""
    return safe_text(text[:LONGEST_SHOWN])
