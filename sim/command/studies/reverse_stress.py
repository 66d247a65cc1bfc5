"""`reverse-stress`: in which worlds a policy fails."""

from __future__ import annotations

from typing import Annotated

import typer

from sim.command.frame.options import Root
from sim.command.studies.frontier import StudyOrScenario
from sim.command.studies.sensitivity import Vary, uncertain
from sim.command.studies.study import Asked, of_scenario


def reverse_stress(
    file: StudyOrScenario,
    vary: Vary = None,
    sampled: Annotated[
        int | None, typer.Option(min=16, show_default=False, help="Worlds sampled, a power of two.")
    ] = None,
    root: Root = None,
) -> Asked:
    """The nearest and the most likely worlds in which a policy fails, and when it fails in plain words."""
    return of_scenario("reverse_stress", file, {"uncertainties": uncertain(vary), "sampled": sampled}, root)
