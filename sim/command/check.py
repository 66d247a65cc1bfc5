"""`check`: is a scenario right? Every fault at once, without a run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.command.options import Sets
from sim.command.streams import say


def check(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Scenarios.", show_default=False)],
    sets: Sets = None,
) -> None:
    """Check scenarios and show every fault at once; nothing is run."""
    from sim.base.errors import Problem, ScenarioError
    from sim.base.text import safe_text
    from sim.experiments.loading import load

    faults: list[Problem] = []
    lines: list[str] = []
    for file in files:
        try:
            loaded = load(file, sets or ())
        except ScenarioError as error:
            faults += error.problems
            continue
        lines.append(f"{safe_text(str(file))}: ok")
        lines += [f"{safe_text(str(file))}: note: {note}" for note in loaded.notes]
    if faults:
        raise ScenarioError(faults)
    for line in lines:
        say(line)
