"""`backtest`: a scenario against what happened."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.command.frame.options import Root
from sim.command.studies.frontier import StudyOrScenario
from sim.command.studies.study import Asked, of_scenario


def backtest(
    file: StudyOrScenario,
    actuals: Annotated[
        Path | None,
        typer.Option(
            metavar="CSV", show_default=False,
            help="What happened: month, segment or product, and premium, claims, commission, partners.",
        ),
    ] = None,
    share: Annotated[
        float | None,
        typer.Option(min=0.5, max=0.99, show_default=False, help="Share of the months that the band is to hold: 0.9."),
    ] = None,
    root: Root = None,
) -> Asked:  # fmt: skip
    """What happened against the fan of a scenario: months inside, bias, what to recalibrate first."""
    return of_scenario("backtest", file, {"actuals": str(actuals) if actuals else None, "share": share}, root)
