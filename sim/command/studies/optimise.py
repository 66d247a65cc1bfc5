"""`optimise`: the best policy under limits."""

from __future__ import annotations

import re
from typing import Annotated

import typer

from sim.command.frame.options import Root, figure, ranged, spread
from sim.command.studies.frontier import StudyOrScenario
from sim.command.studies.study import Asked, of_scenario

_LIMIT = re.compile(r"\s*([\w.]+)\s*(<=|>=)\s*(\S+)\s*")


def optimise(
    file: StudyOrScenario,
    lever: Annotated[
        list[str] | None,
        typer.Option(metavar="PATH=LOW..HIGH", show_default=False, help="A lever and its range; may be repeated."),
    ] = None,
    goal: Annotated[
        list[str] | None,
        typer.Option(
            metavar="[-]KPI",
            show_default=False,
            help="Key figure to maximise (minimise with - before it); several give a Pareto set.",
        ),
    ] = None,
    limit: Annotated[
        list[str] | None,
        typer.Option(
            metavar="KPI<=BOUND", show_default=False, help="Bound of a mean, such as ruined<=1%; may be repeated."
        ),
    ] = None,
    root: Root = None,
) -> Asked:
    """The best policy under limits, honest about noise; with several goals, the policies none of which is better
    in all."""
    ranges = [spread(one, "--lever") for one in lever or []]
    levers = {path: ranged(path, low=low, high=high) for path, low, high in ranges}
    goals = {one.lstrip("-"): "minimise" if one.startswith("-") else "maximise" for one in goal or []}
    return of_scenario(
        "optimise", file, {"levers": levers, "goals": goals, "limits": dict(map(_limit, limit or []))}, root
    )


def _limit(text: str) -> tuple[str, dict[str, object]]:
    found = _LIMIT.fullmatch(text)
    if found is None:
        raise typer.BadParameter(f'--limit "{text}": KPI<=BOUND or KPI>=BOUND expected, such as ruined<=1%')
    return text, {"kpi": found[1], "at_most" if found[2] == "<=" else "at_least": figure(found[3])}
