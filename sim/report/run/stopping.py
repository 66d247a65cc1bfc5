"""A run in rounds in words: how to ask for it, what it waited for, how far it came, what would be needed."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from math import ceil, floor, log10
from typing import TYPE_CHECKING

from sim.report.language.labels import Labels
from sim.report.language.numbers import NO_BREAK, PERCENT, Numbers

if TYPE_CHECKING:
    from sim.judgement.precision import Reached, Until
    from sim.judgement.result import Result

DIGITS = 3  # of half an interval
NEED_DIGITS = 2  # of a need: it is guessed from mean and spread so far
MOST_DECIMALS = 8  # of what was asked for
SLACK = 1e-9  # of the last digit: 0.7 is not rounded up to 0.701
MOST = 2_000  # replications of the command that decides; the scenario's own number may just have been played


def deciding(words: Sequence[str]) -> str:
    """The command that plays on until every criterion is decided; `words` are the scenario's file and options."""
    return f"partner-sim {shlex.join(words)} --until-decided --replications {MOST}"


def stopped(result: Result, labels: Labels, numbers: Numbers) -> str:
    """Why the run ended, in a sentence or two; empty where it was played at once."""
    if result.until is None or result.look is None:
        return ""
    found = result.until.reached(result.look)
    played = {
        "played": numbers.count(found.replications),
        "rounds": numbers.count(found.rounds),
        "budget": numbers.count(found.budget),
    }
    if result.until.kpi is None:
        return labels("stopped.decided" if found.enough else "stopped.undecided", **played)
    kpi, unit = labels.kpi(result.until.kpi), result.figures[result.until.kpi].unit
    if found.unknown:
        return labels("stopped.unknown", kpi=kpi, unknown=numbers.count(found.unknown), **played)
    asked, got = _halves(result.until, found, unit, labels, numbers)
    said = labels("stopped.precise" if found.enough else "stopped.wide", kpi=kpi, asked=asked, reached=got, **played)
    return said if found.enough else f"{said} {_need(result.until, found, labels, numbers)}"


def _need(until: Until, found: Reached, labels: Labels, numbers: Numbers) -> str:
    need = (
        labels("stopped.need_none")
        if found.needed is None
        else labels("stopped.need", needed=numbers.count(about(found.needed)))
    )
    return f"{need} {labels('stopped.zero')}" if until.relative and found.holds_zero else need


def about(number: int) -> int:
    """A number rounded up to two digits."""
    step = 10 ** max(floor(log10(number)) - NEED_DIGITS + 1, 0)
    return -(-number // step) * step


def _halves(until: Until, found: Reached, unit: str, labels: Labels, numbers: Numbers) -> tuple[str, str]:
    """Half the interval asked for and reached, in the terms in which it was asked; what is too wide is rounded up."""
    scale = abs(found.figure) if until.relative else 1.0
    if not scale:
        return f"{_plain(until.half * 100, numbers)}{NO_BREAK}%", labels("word.unknown")
    reached = _rounded(found.half / scale, up=not found.enough)
    if not until.relative and unit == "money":
        return numbers.figure(until.half, unit), numbers.figure(reached, unit)
    percent = until.relative or unit in PERCENT
    name = (
        "%"
        if until.relative
        else labels("word.points")
        if percent
        else labels("word.unit_months")
        if unit == "month"
        else ""
    )
    asked, got = (_plain(value * 100 if percent else value, numbers) for value in (until.half, reached))
    return (f"{asked}{NO_BREAK}{name}", f"{got}{NO_BREAK}{name}") if name else (asked, got)


def _rounded(value: float, up: bool) -> float:
    """A number to a few digits."""
    if value <= 0:
        return value
    step = 10.0 ** (floor(log10(value)) - DIGITS + 1)
    return (ceil(value / step - SLACK) if up else round(value / step)) * step


def _plain(value: float, numbers: Numbers) -> str:
    """A number with the decimals that it has."""
    return numbers.plain(value, len(f"{value:.{MOST_DECIMALS}f}".rstrip("0").partition(".")[2]))
