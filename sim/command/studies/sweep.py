"""`sweep`: a grid over one or two axes, as a stress map."""

from __future__ import annotations

import re
from typing import Annotated

import typer

from sim.command.frame.options import Root, figure, relative, spread
from sim.command.studies.frontier import StudyOrScenario
from sim.command.studies.study import Asked, of_scenario

_STEPS = re.compile(r"(.*):([0-9]{1,4})")
METAVAR = "PATH=LOW..HIGH:STEPS"


def sweep(
    file: StudyOrScenario,
    across: Annotated[
        str | None, typer.Option(metavar=METAVAR, show_default=False, help="The axis from left to right.")
    ] = None,
    up: Annotated[
        str | None,
        typer.Option(metavar=METAVAR, show_default=False, help="The axis from bottom to top; may be left out."),
    ] = None,
    root: Root = None,
) -> Asked:
    """A grid over any dotted paths: mean result, probability of loss and of ruin, retention, and where it breaks
    even."""
    return of_scenario("sweep", file, {"across": _axis(across, "--across"), "up": _axis(up, "--up")}, root)


def _axis(text: str | None, option: str) -> dict[str, object] | None:
    if text is None:
        return None
    path, low, rest = spread(text, option)
    found = _STEPS.fullmatch(rest)
    if found is None:
        raise typer.BadParameter(f'{option} "{text}": {METAVAR} expected, such as policy.rules.base.new=5%..45%:9')
    return {**relative(path), "from": figure(low), "to": figure(found[1]), "steps": int(found[2])}
