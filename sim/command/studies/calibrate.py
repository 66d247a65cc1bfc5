"""`calibrate`: figures of a scenario from data."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.command.frame.options import Root
from sim.command.studies.study import Asked, of_file, of_options


def calibrate(
    file: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", help="A study of this kind.", show_default=False)
    ] = None,
    panel: Annotated[
        Path | None,
        typer.Option(metavar="CSV", show_default=False, help="Who chose whom: choice weights with standard errors."),
    ] = None,
    claims: Annotated[
        Path | None,
        typer.Option(metavar="CSV", show_default=False, help="Premium and claims: loss ratios and their spread."),
    ] = None,
    root: Root = None,
) -> Asked:
    """Choice weights from a panel, loss ratios from claims, open parameters from target figures."""
    if file is not None:
        if panel or claims:
            raise typer.BadParameter("a study says which files it reads: give either FILE, or --panel and --claims")
        return of_file(file, "calibrate", root)
    if panel is None and claims is None:
        raise typer.BadParameter("give a study, --panel or --claims")
    given = {"panel": str(panel) if panel else None, "claims": str(claims) if claims else None}
    return of_options("calibrate", given, (panel or claims or Path("calibrate")).stem, root=root)
