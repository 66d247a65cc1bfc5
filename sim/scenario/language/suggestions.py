"""Did you mean: the nearest known name."""

from __future__ import annotations

from collections.abc import Iterable

CLOSE = 60.0
MOST_SHOWN = 12


def closest(name: str, known: Iterable[str]) -> str | None:
    """The known name most like `name`, or None where none is like it."""
    from rapidfuzz import fuzz, process, utils

    found = process.extractOne(
        name[:100], list(known), scorer=fuzz.ratio, processor=utils.default_process, score_cutoff=CLOSE
    )
    return str(found[0]) if found else None


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A remedy that names the nearest known name, or the known names where they are few."""
    names = sorted(known)
    if near := closest(name, names):
        return f"did you mean {near}?"
    if not names:
        return ""
    more = f" and {len(names) - MOST_SHOWN} more" if len(names) > MOST_SHOWN else ""
    return "known: " + ", ".join(names[:MOST_SHOWN]) + more
