"""`--within`: the time in which an answer is wanted."""

from __future__ import annotations

from math import inf
from typing import Annotated

import typer

from sim.base.in_python.arguments import TIMES, seconds_of

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
    seconds = seconds_of(text)
    if seconds is None:
        raise typer.BadParameter(f'--within "{text}": expected {TIMES}')
    return seconds


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
