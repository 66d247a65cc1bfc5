"""Columns of the roster that say what a partner is to us and when: certificates, changes of group, rank and the like.

`certified` and `certified.<name>` hold months (2025-03, 2025-03..2026-03); `group.2025-07` is the group from that month
on, likewise `region.`, `rank.` and `segment.`; `rank` is the rank at all times. An empty field changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from sim.base.spelling import tidy
from sim.base.spells import CERTIFICATE, LONG_AGO, Spells, spells_of
from sim.base.units import month_ordinal
from sim.partners.listed import Appointed

CERTIFIED = "certified"
RANK = "rank"
DATED = re.compile(r"(?:certified\.[^.]+|(?:group|region|rank|segment)\.[0-9]{4}-[0-9]{2})")
HIGHEST_RANK = 100
Certificates = tuple[tuple[str, Spells], ...]
Fault = Callable[[str, str, str], None]
"""column, what, remedy"""


Column = tuple[str, str, str]
"""a column of the file, what it is about, and the certificate or the month that it names"""


def standing_columns(names: Iterable[str]) -> tuple[Column, ...]:
    """Those of the columns of a roster that say what a partner is to us; others with a point are labels."""
    told = (column for column in names if column in (CERTIFIED, RANK) or DATED.fullmatch(column))
    return tuple((column, *column.partition(".")[::2]) for column in told)


def standing_of(
    fields: dict[str, str], columns: Iterable[Column], fault: Fault
) -> tuple[Certificates, tuple[Appointed, ...]]:
    """What a row of the roster says: certificates with their months, and changes in the order of months."""
    certified, appointed = [], []
    for column, name, what in columns:
        text = tidy(fields[column])
        try:
            if text and name == CERTIFIED:
                certified.append((what or CERTIFICATE, spells_of(text)))
            elif text:
                since = month_ordinal(what) if what else LONG_AGO
                appointed.append((since, name, _rank(text) if name == RANK else text))
        except ValueError as error:
            said, _, remedy = str(error).partition("; ")
            fault(column, said, remedy)
    return tuple(certified), tuple(sorted(appointed, key=lambda one: one[0]))


def _rank(text: str) -> int:
    if not text.isdecimal() or int(text) > HIGHEST_RANK:
        raise ValueError(f'the number of a rank expected, got "{text[:40]}"; 1 is the lowest')
    return int(text)
