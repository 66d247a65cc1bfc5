"""`show`: the scenario as it will be played, the order of its rules, where values came from, what a run needs."""

from __future__ import annotations

from typing import Annotated

import typer

from sim.command.frame.options import Always, File, Root, Sets, levers
from sim.command.frame.streams import say


def show(
    file: File,
    origins: Annotated[bool, typer.Option("--origins", help="Each value with its file, line and column.")] = False,
    state: Annotated[
        bool, typer.Option("--state", help="Only what a run needs: bytes a partner, memory, time.")
    ] = False,
    sets: Sets = None,
    always: Always = None,
    root: Root = None,
) -> None:
    """Show a scenario resolved, the order in which its rules act, its terms of payment, and what a run of it needs."""
    from sim.base.text import safe_text
    from sim.results.loading import load

    loaded = load(file, levers(sets, always), root=root)
    if state:
        from sim.command.needs import needs

        for line in needs(loaded):
            say(line)
    elif origins:
        from sim.scenario.show import origin_lines

        for one in origin_lines(loaded):
            say(safe_text(str(one)))
    else:
        from sim.command.needs import needs
        from sim.scenario.acting import acting
        from sim.scenario.show import resolved_yaml

        say(resolved_yaml(loaded).rstrip("\n"))
        notes = [*(f"note: {note}" for note in loaded.notes), *([""] if loaded.notes else [])]
        for line in [*notes, *acting(loaded.scenario), "", *needs(loaded)]:
            say(f"# {line}".rstrip())  # as comments: the output is a scenario that loads
