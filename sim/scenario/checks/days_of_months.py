"""Dates inside a month: what the days before and after them have of it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from sim.base.days import InMonth, days_held, days_in
from sim.base.units import date_of, month_name
from sim.scenario.language.findings import Findings
from sim.scenario.language.nodes import Node, Path, walk

_SINCE, _BEGINS, _ENDS = "since", "effective_from", "effective_until"
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}(-[0-9]{2})?").fullmatch
CODE = "month_by_days"


def note_days(findings: Findings) -> None:
    """Note every date of the tree, once read, that parts a month; one of a whole table of rates once."""
    said: set[tuple[Path, str]] = set()
    for path, node in () if findings.tree is None else walk(findings.tree):
        if isinstance(node.value, dict):
            for text in _changes(node.value) if path[-1:] == (_SINCE,) and all(map(_DATE, node.value)) else ():
                if (_block(path), text) not in said:
                    findings.note(CODE, text, path)
                said.add((_block(path), text))
            _note_rule(node, path, findings)


def _block(path: Path) -> Path:
    """The rule that a place belongs to, or the place itself."""
    return path[: path.index("rules") + 2] if "rules" in path else path


def _changes(since: Collection[str]) -> Iterator[str]:
    """In words, the dates inside a month at which a value changes. The first also holds before its date."""
    first, *later = sorted((date_of(key), key) for key in since)
    if first[0][1] > 1:
        yield f"{first[1]}: the first value holds before its date as well, so its day changes nothing"
    parted: dict[int, list[str]] = {}
    for (month, day), key in later:
        if day > 1:
            parted.setdefault(month, []).append(key)
    for month, keys in parted.items():
        changes = " and ".join(keys)
        yield f"{month_name(month)} has the mean of its {days_in(month)} days: the value changes on {changes}"


def _note_rule(node: Node, path: Path, findings: Findings) -> None:
    begins, ends = (_date(node, key, later) for key, later in ((_BEGINS, 0), (_ENDS, 1)))
    months = {int(date) - back for date, back in ((begins, 0), (ends, 1)) if isinstance(date, InMonth)}
    for month in sorted(months):
        held, whole = days_held(month, begins, ends), days_in(month)
        text = f"it holds on {held} of the {whole} days of {month_name(month)}, and has {held}/{whole} of that month"
        findings.note(CODE, text, path)


def _date(node: Node, key: str, later: int) -> int | None:
    """A date as rules read it, `later` months later where it lies inside one."""
    found = node.value.get(key)
    if found is None or not isinstance(found.value, str) or not _DATE(found.value):
        return None  # such as the source of a key
    month, day = date_of(found.value)
    return InMonth(month + later, day) if day > 1 else month
