"""Faults of a user's input as text: `file:line:col: path: what; remedy`, on a terminal with the line and a caret."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TextIO
from unicodedata import combining, east_asian_width

from sim.base.errors import Problem
from sim.base.text import safe_text
from sim.scenario.language.findings import SETS

OPTION = "--set"  # how a command calls overrides
LONGEST = 110  # columns of a quoted line


def shown(problems: Iterable[Problem], stream: TextIO) -> str:
    """All problems, one a line; with the source line and a caret under the place where a person reads them."""
    person = stream.isatty()
    problems = [replace(one, file=OPTION) if one.file == SETS else one for one in problems]
    return "\n".join(_with_source(one) if person else str(one) for one in problems)


def _with_source(problem: Problem) -> str:
    if not problem.source or not problem.column:
        return str(problem)
    before = safe_text(problem.source[: problem.column - 1])
    line, at = problem.source.rstrip(), _columns(before)
    cut = max(0, problem.column - LONGEST // 2)
    if len(line) > LONGEST:
        before = line[cut : problem.column - 1]
        line, at = line[cut : cut + LONGEST], _columns(before)
    number = f"{problem.line:>5} | "
    return f"{problem}\n{number}{line}\n{' ' * (len(number) - 2)}| {' ' * at}^"


def _columns(text: str) -> int:
    """Columns that a text takes on a terminal."""
    return sum(0 if combining(one) else 2 if east_asian_width(one) in "WF" else 1 for one in text)
