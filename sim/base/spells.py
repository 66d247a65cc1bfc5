"""Spells: months from one on, or up to another, in which something holds, as a scenario and a roster write them."""

from __future__ import annotations

import re
from typing import Annotated, NamedTuple

from pydantic import BeforeValidator, WithJsonSchema

from sim.base.units import month_ordinal, shown

LONG_AGO = 0  # an ordinal before any month
CERTIFICATE = "certificate"  # what a certificate is called where there is but one
_SPELL = re.compile(r"([0-9]{4}-[0-9]{2})(?:\.\.([0-9]{4}-[0-9]{2}))?")
_WRITTEN = "write 2025-03 (from that month on) or 2025-03..2026-03 (until the second month begins), blanks between"


class Spell(NamedTuple):
    """From the month `first` on; `end` is the first month in which it holds no more, None without an end."""

    first: int
    end: int | None = None


Spells = tuple[Spell, ...]


def spells_of(value: object) -> Spells:
    """Spells as written: `2025-03`, `2025-03..2026-03`, several with blanks between; true: always; false: never.

    Raises
    ------
    ValueError
        Where it is none of these, or a spell ends before it begins.
    """
    if isinstance(value, bool):
        return (Spell(LONG_AGO),) if value else ()
    if isinstance(value, tuple):
        return value
    if not isinstance(value, str) or not value.split():
        raise ValueError(f"months expected, got {shown(value)}; {_WRITTEN}")
    return tuple(_spell(part) for part in value.split())


def _spell(text: str) -> Spell:
    match = _SPELL.fullmatch(text)
    if match is None:
        raise ValueError(f"months expected, got {shown(text)}; {_WRITTEN}")
    first, end = month_ordinal(match[1]), None if match[2] is None else month_ordinal(match[2])
    if end is not None and end <= first:
        raise ValueError(f"a spell must end later than it begins, got {shown(text)}")
    return Spell(first, end)


_TEXT = r"^\d{4}-\d{2}(\.\.\d{4}-\d{2})?( +\d{4}-\d{2}(\.\.\d{4}-\d{2})?)*$"
Held = Annotated[
    tuple[Spell, ...],
    BeforeValidator(spells_of),
    WithJsonSchema({"anyOf": [{"type": "boolean"}, {"type": "string", "pattern": _TEXT}]}),
]


def by_certificate(value: object) -> object:
    """A value by name of a certificate; one that is of no name is of the only one there is."""
    named = isinstance(value, dict) and "since" not in value
    return value if named else {CERTIFICATE: value}
