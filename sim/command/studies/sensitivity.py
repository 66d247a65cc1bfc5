"""`sensitivity`: what moves a key figure."""

from __future__ import annotations

from typing import Annotated

import typer

from sim.command.frame.options import Root, ranged, spread
from sim.command.studies.frontier import StudyOrScenario
from sim.command.studies.study import Asked, of_scenario

Vary = Annotated[
    list[str] | None,
    typer.Option(
        metavar="PATH=LOW..HIGH", show_default=False, help="Something uncertain, any value alike; may be repeated."
    ),
]


def sensitivity(
    file: StudyOrScenario,
    vary: Vary = None,
    of: Annotated[
        str | None, typer.Option(metavar="KPI", show_default=False, help="Key figure; left out: result.")
    ] = None,
    method: Annotated[
        str | None, typer.Option(show_default=False, help="tornado, morris or sobol; left out: tornado.")
    ] = None,
    points: Annotated[
        int | None, typer.Option(min=2, show_default=False, help="Trajectories of morris, rows of sobol.")
    ] = None,
    root: Root = None,
) -> Asked:
    """Which of the things that we do not know move a key figure: tornado, Morris or Sobol'."""
    fields = {"uncertainties": uncertain(vary), "figure": of, "method": method, "points": points}
    return of_scenario("sensitivity", file, fields, root)


def uncertain(vary: list[str] | None) -> dict[str, dict[str, object]]:
    """Uniform laws by path."""
    found = [spread(one, "--vary") for one in vary or []]
    return {path: ranged(path, low=low, high=high) for path, low, high in found}
