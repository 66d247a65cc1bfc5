"""What to write in place of a figure that was written as people write it elsewhere."""

from __future__ import annotations

import re

_EITHER = re.compile(r"[+-]?[1-9][0-9]{0,2},[0-9]{3}")  # a thousand, or one and three decimals
_DECIMAL_COMMA = re.compile(r"[+-]?[0-9]+,[0-9]+ *%?")
_GROUPED = re.compile(r"[0-9]{1,3}(?:[ _\u00a0\u202f'][0-9]{3})+")
_QUOTED_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_IN_WORDS = re.compile(r"(?:([0-9]{1,4})[ -]*)?([A-Za-z]+)")
_WORDS = {
    word: meant
    for words, meant in (
        ("month months monthly m", (1, "mo")), ("quarter quarters quarterly", (3, "mo")),
        ("year years yearly annual annually yr", (12, "mo")), ("day days daily", (1, "d")),
        ("week weeks weekly", (7, "d")),
    ) for word in words.split()
}  # fmt: skip
_OF_MONEY = re.compile(r"(?:[A-Z]{3}|[$€£¥₽]) ?([0-9.]+)|([0-9.]+) ?(?:[A-Z]{3}|[$€£¥₽]|руб\.?|rub)")
"""an amount with its currency"""


def told(what: str, remedy: str) -> str:
    """What is wrong and, where that is known, what to do."""
    return f"{what}; {remedy}" if remedy else what


def as_number(value: object) -> str:
    """What to write in place of a number that was written in another way, where that is known."""
    if not isinstance(value, str):
        return ""
    if _EITHER.fullmatch(value):
        return f"write {value.replace(',', '')} or {value.replace(',', '.')}: a comma might be either"
    if _DECIMAL_COMMA.fullmatch(value):
        return f"write a decimal point: {value.replace(',', '.')}"
    if _GROUPED.fullmatch(value):
        return f"write it without separators: {re.sub(r'[^0-9]', '', value)}"
    if match := _OF_MONEY.fullmatch(value):
        return f"write the number alone, {match[1] or match[2]}: the currency is that of the scenario"
    return "remove the quotes" if _QUOTED_NUMBER.fullmatch(value) else ""


def as_duration(value: object, days: bool = True) -> str:
    """What to write where a unit was left out or said in words; `days` are possible beside months."""
    if isinstance(value, str) and (match := _IN_WORDS.fullmatch(value)) and match[2].lower() in _WORDS:
        number, unit = _WORDS[match[2].lower()]
        found = int(match[1] or 1) * number
        return f"write {found}mo" if unit == "mo" else f"write {found}d" if days else ""
    if isinstance(value, bool) or not isinstance(value, int):
        return ""
    return f"write {value}mo or {value}d" if days else f"write {value}mo"


def as_whole_months(value: object, months: float | None) -> str:
    """What to write in place of a duration of no whole months, or of what is none."""
    return as_duration(value, days=False) if months is None else f"write {int(months)}mo or {int(months) + 1}mo"
