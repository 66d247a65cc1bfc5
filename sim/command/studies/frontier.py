"""`frontier`: how far a lever may go."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.command.frame.options import Claims, Root, ranged, spread
from sim.command.studies.study import Asked, of_scenario

StudyOrScenario = Annotated[
    Path, typer.Argument(metavar="FILE", help="A scenario, or a study of this kind.", show_default=False)
]


def frontier(
    file: StudyOrScenario,
    lever: Annotated[
        str | None,
        typer.Option(
            metavar="PATH=SAFE..HARSH", show_default=False, help="The lever, from its safe end to its harsh one."
        ),
    ] = None,
    criterion: Annotated[
        list[str] | None,
        typer.Option(show_default=False, help="A criterion of the scenario; left out: all. May be repeated."),
    ] = None,
    budget: Annotated[
        int | None, typer.Option(min=24, show_default=False, help="Replications of a level, at most.")
    ] = None,
    claims: Claims = None,
    root: Root = None,
) -> Asked:
    """The highest (or lowest) level of a lever at which every criterion still holds, with an interval."""
    moved = None
    if lever is not None:
        path, safe, harsh = spread(lever, "--lever")
        moved = ranged(path, safe=safe, harsh=harsh)
    return of_scenario(
        "frontier", file, {"lever": moved, "criteria": criterion, "budget": budget, "claims": claims}, root
    )
