"""Messages of errors and warnings in another language: the code writes them in English, here they are said again.

A row of `messages.csv` is a message as the code writes it, `{}` for each value that it fills in. Values that are
messages themselves are translated too; names, paths and figures stay.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from importlib.resources import files

from sim.base.errors import Problem

VALUE = "{}"
ENGLISH = "en"
NOTHING = "nothing"  # how `sim.base.units.shown` calls a key without a value
KEPT = 4_096  # texts: a scenario says the same of many figures, on its page and in its workbook
LEAST = 12  # letters beside values of half a message: fewer might stand in any sentence
BETWEEN = "; "  # a fault and what to do about it
_STANDS = re.compile(r"(.+)( \([^(): ]+: [^() ]+\))", re.DOTALL)
"""A fault and where something else stands that it is about: `(base: main.yaml:12)`"""
_ABOUT = re.compile(r"([\w\[\]-]+(?:\.[\w\[\]-]+)+: )(.+)", re.DOTALL)
"""A key and what is noted of it: `policy.rules.base: ...`"""


@dataclass(frozen=True)
class Template:
    """A message with places for values, and the same in another language."""

    said: re.Pattern[str]
    again: tuple[str, ...]
    """the text between the values"""
    plain: int
    """letters of the message beside its values: the more, the surer the match"""


@cache
def table(lang: str) -> tuple[Template, ...]:
    """The messages of a language, the most particular first."""
    rows = csv.DictReader(files("sim.report.language").joinpath("messages.csv").read_text("utf-8").splitlines())
    found = [_template(*said) for row in rows for said in _with_halves(row["en"], row[lang])]
    return tuple(sorted(found, key=lambda one: -one.plain))


@lru_cache(maxsize=KEPT)
def said(text: str, lang: str) -> str:
    """A message in a language; what no row knows stays as it is."""
    if lang == ENGLISH or not text:
        return text
    for one in table(lang):
        if match := one.said.fullmatch(text):
            values = [said(value, lang) if _is_said(value) else value for value in match.groups()]
            return "".join(part for pair in zip(one.again, [*values, ""], strict=True) for part in pair)
    if stands := _STANDS.fullmatch(text):
        return said(stands[1], lang) + stands[2]
    if about := _ABOUT.fullmatch(text):
        return about[1] + said(about[2], lang)
    parts = text.split(BETWEEN)
    return BETWEEN.join(said(part, lang) for part in parts) if len(parts) > 1 else text


def problems(found: Iterable[Problem], lang: str) -> list[Problem]:
    """Faults of a user's input in a language; places and names stay."""
    return [replace(one, what=said(one.what, lang), remedy=said(one.remedy, lang)) for one in found]


def _is_said(value: str) -> bool:
    """Whether a value may be a message itself; one word is a name."""
    return " " in value or value == NOTHING


def _with_halves(message: str, again: str) -> Iterator[tuple[str, str]]:
    """A message, and apart the fault and the remedy that it is made of: where they stand apart, each is said alone."""
    yield message, again
    halves = list(zip(message.split(BETWEEN), again.split(BETWEEN), strict=False))
    if len(halves) > 1 and all(one.count(VALUE) == other.count(VALUE) for one, other in halves):
        yield from (pair for pair in halves if len(pair[0].replace(VALUE, "")) >= LEAST)


def _template(message: str, again: str) -> Template:
    parts = message.split(VALUE)
    pattern = "(.+?)".join(map(re.escape, parts))
    return Template(re.compile(pattern, re.DOTALL), tuple(again.split(VALUE)), len("".join(parts)))
