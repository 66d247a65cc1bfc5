"""`schema`: the scenario language for editors."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.command.frame.streams import say


def schema(
    out: Annotated[Path | None, typer.Option(metavar="FILE", show_default=False, help="Write it to a file.")] = None,
) -> None:
    """Print the JSON Schema of scenarios, for completion and checks in editors."""
    from sim.scenario.editor import schema_text

    text = schema_text()
    if out is None:
        say(text.rstrip("\n"))
        return
    from sim.command.frame.files import write

    write(out, text)
    say(f"written: {out}")
