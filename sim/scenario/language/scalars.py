"""What a plain (unquoted) YAML scalar means: YAML 1.2, with the traps of 1.1 refused instead of guessed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

LARGEST_INTEGER = 2**63 - 1
_NULL = re.compile(r"(?:~|null|Null|NULL|)")
_BOOLEAN = re.compile(r"(?:true|True|TRUE|false|False|FALSE)")
_OLD_BOOLEAN = re.compile(r"(?:y|n|yes|no|on|off)", re.IGNORECASE)
_INTEGER = re.compile(r"[+-]?[0-9]+")
_LEADING_ZERO = re.compile(r"[+-]?0[0-9_]+")
_OTHER_BASE = re.compile(r"[+-]?0[xXoObB][0-9a-fA-F_]+")
_FLOAT = re.compile(r"[+-]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][+-]?[0-9]+)?")
_SPECIAL = re.compile(r"[+-]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")


@dataclass(frozen=True)
class Fault:
    """Why a scalar is refused and how to mend it."""

    what: str
    remedy: str


def plain_value(text: str) -> Any:
    """The Python value of a plain scalar, or a `Fault`. Dates, `12%`, `12mo` and `12:30` stay text."""
    if _NULL.fullmatch(text):
        return None
    if _BOOLEAN.fullmatch(text):
        return text.lower() == "true"
    if fault := _trap(text):
        return fault
    if _INTEGER.fullmatch(text):
        return _integer(text)
    if _FLOAT.fullmatch(text):
        return float(text)
    return float(text.replace(".", "", 1)) if _SPECIAL.fullmatch(text) else text


def key_fault(text: str) -> Fault | None:
    """Why a plain scalar cannot be a key; any other is the text as it is written."""
    if text == "<<":
        return Fault("merge keys (<<) and aliases are not allowed", "use extends, or write the values out")
    if _NULL.fullmatch(text):
        return Fault("a key is empty", "name it, or quote it if the text is meant")
    if _BOOLEAN.fullmatch(text) or _OLD_BOOLEAN.fullmatch(text):
        return Fault(f'text expected as key, got a boolean word "{text}"', f'quote it: "{text}"')
    return None


def _trap(text: str) -> Fault | None:
    if _OLD_BOOLEAN.fullmatch(text):
        return Fault(f'text expected, got a YAML 1.1 boolean "{text}"', f'quote it: "{text}", or write true or false')
    if _OTHER_BASE.fullmatch(text):
        return Fault(f'a decimal integer expected, got "{text}"', "write a decimal integer, or quote the text")
    if _LEADING_ZERO.fullmatch(text):
        return Fault(f'an integer with leading zeros, "{text}"', f'write a decimal integer, or quote the id: "{text}"')
    return None


def _integer(text: str) -> int | Fault:
    # the length first: Python refuses to convert thousands of digits
    if len(text) > len(str(LARGEST_INTEGER)) + 1 or abs(int(text)) > LARGEST_INTEGER:
        return Fault("an integer over 64 bit", f"integers go up to {LARGEST_INTEGER}; put an id in quotes")
    return int(text)
