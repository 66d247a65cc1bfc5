"""`--within`: the time in which an answer is wanted."""

from __future__ import annotations

import re
from math import inf
from typing import Annotated

import typer

SECONDS = {"s": 1.0, "min": 60.0, "h": 3600.0}
_TIME = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,9})?) ?(s|min|h)")
FORMS = "a time above 0 with its unit, such as 30s, 2min or 1h"

Within = Annotated[
    str | None,
    typer.Option(
        "--within",
        metavar="TIME",
        show_default=False,
        help="Answer in about this time, such as 2min, with as much as can be played in it; "
        "it says what more would bring.",
    ),
]


def within(text: str | None) -> float:
    """Seconds; without end where none are given.

    Raises
    ------
    typer.BadParameter
    """
    if text is None:
        return inf
    match = _TIME.fullmatch(text.strip())
    if match is None or not float(match[1]):
        raise typer.BadParameter(f'--within "{text}": expected {FORMS}')
    return float(match[1]) * SECONDS[match[2]]


def check_alone(given: str | None, precision: str | None, decided: bool) -> None:
    """Refuse two ends of one run.

    Raises
    ------
    typer.BadParameter
    """
    if given is not None and (precision is not None or decided):
        other = "--until-decided" if precision is None else f"--precision {precision}"
        raise typer.BadParameter(
            f"--within {given} and {other} are two ends of one run: give the one that you wait for"
        )
