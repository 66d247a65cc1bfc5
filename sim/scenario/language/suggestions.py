"""Did you mean: the nearest known name."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from sim.base.spelling import Known, difference, letters_apart, looks_like

CLOSE = 60.0
SLIP = 80.0
ABBREVIATED = 3  # letters that a name is known by
MOST_SHOWN = 12


def closest(name: str, known: Iterable[str]) -> str | None:
    """The known name most like `name`, or None where none is like it."""
    from rapidfuzz import fuzz, process, utils

    found = process.extractOne(
        name[:100], list(known), scorer=fuzz.ratio, processor=utils.default_process, score_cutoff=CLOSE
    )
    return str(found[0]) if found else None


def begun(name: str, known: Iterable[str]) -> str | None:
    """The shortest known name that begins as `name` does, which is then an abbreviation of it; or None."""
    start = name.strip().lower()
    found = [one for one in known if len(start) >= ABBREVIATED and one.lower().startswith(start) and one != name]
    found = [one for one in found if not any(map(str.isdigit, one[len(start) :]))]  # bank-1 is not short for bank-10
    return min(found, key=len) if found else None


def slip_of(name: str, known: Iterable[str]) -> bool:
    """Whether a name is that of a known one but for a letter or two."""
    from rapidfuzz import fuzz

    return any(fuzz.ratio(name[:100], one) >= SLIP for one in known)


@cache
def _meanings() -> dict[str, list[str]]:
    """Everyday words and the names that they may mean, the likeliest first."""
    text = Path(__file__).parents[1].joinpath("meanings.csv").read_text("utf-8")
    return {row["word"]: row["names"].split() for row in csv.DictReader(text.splitlines())}


def meant(name: str, known: Iterable[str]) -> str | None:
    """The known name that an everyday word means, or None."""
    names = set(known)
    return next((one for one in _meanings().get(name.strip().lower(), []) if one in names), None)


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A remedy that names the nearest known name, or the known names where they are few."""
    names = sorted(known)
    if (alike := Known(names).find(name)) is not None and alike != name:
        return f"did you mean {alike}? they differ in {difference(name, alike)}"
    if (near := looks_like(name, names)) is not None:
        return f"did you mean {near}? it looks so, but {letters_apart(name, near)}"
    if near := meant(name, names) or begun(name, names) or closest(name, names):
        return f"did you mean {near}?"
    if not names:
        return ""
    listed, more = ", ".join(names[:MOST_SHOWN]), len(names) - MOST_SHOWN
    return f"known: {listed} and {more} more" if more > 0 else f"known: {listed}"
