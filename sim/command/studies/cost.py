"""`cost`: one policy in many worlds."""

from __future__ import annotations

from typing import Annotated

import typer

from sim.command.frame.options import Claims, Root
from sim.command.studies.frontier import StudyOrScenario
from sim.command.studies.study import Asked, of_scenario


def cost(
    file: StudyOrScenario,
    world: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME:PATH=VALUE",
            show_default=False,
            help="A world and what is different in it, such as crisis:market.demand=0.7; "
            "repeat for more of it or more worlds.",
        ),
    ] = None,
    claims: Claims = None,
    root: Root = None,
) -> Asked:
    """What one policy costs in many named worlds, on the same luck."""
    worlds: dict[str, dict[str, dict[str, str]]] = {}
    for text in world or []:
        name, colon, rest = text.partition(":")
        path, sign, value = rest.partition("=")
        if not (name and colon and path and sign):
            raise typer.BadParameter(f'--world "{text}": NAME:PATH=VALUE expected, such as crisis:market.demand=0.7')
        worlds.setdefault(name.strip(), {"set": {}})["set"][path.strip()] = value.strip()
    return of_scenario("cost", file, {"worlds": worlds, "claims": claims}, root)
