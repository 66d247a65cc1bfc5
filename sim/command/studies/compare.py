"""`compare`: policies side by side on the same luck."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.base.text import safe_text
from sim.command.frame.kind_of import is_scenario, name_of
from sim.command.frame.options import Claims, Root
from sim.command.studies.study import Asked, of_file, of_options

LONGEST_NAME = 100


def compare(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE...", help="Scenarios, the present policy first; or one study.", show_default=False
        ),
    ],
    name: Annotated[str | None, typer.Option(show_default=False, help="Title of the comparison.")] = None,
    followed: Annotated[
        int | None,
        typer.Option(min=0, max=1000, show_default=False, help="Replications whose partners are followed one by one."),
    ] = None,
    claims: Claims = None,
    root: Root = None,
) -> Asked:
    """Compare policies on the same luck: what differs, how surely, what drove it, who wins and who loses."""
    if len(files) == 1:
        shown = safe_text(str(files[0]))
        if is_scenario(files[0]):
            raise typer.BadParameter(f"{shown} is one scenario: give two or more, the present first, or one study")
        if claims is not None:
            raise typer.BadParameter(f"{shown} is a study: write claims: {claims.value} in it")
        return of_file(files[0], "compare", root)
    names = called(files)
    policies = {
        key: {"scenario": str(path), **said} for key, path, said in zip(_names(files), files, names, strict=True)
    }
    return of_options(
        "compare", {"policies": policies, "name": name, "followed": followed, "claims": claims}, root=root
    )


def called(files: list[Path]) -> list[dict[str, str]]:
    """What pages call each file: by the name that it gives itself, where all have one of their own."""
    names = [name_of(path) for path in files]
    apart = all(0 < len(one) <= LONGEST_NAME for one in names) and len(set(names)) == len(names)
    return [{"name": one} if apart else {} for one in names]


def _names(files: list[Path]) -> list[str]:
    """A name for each file: its stem, numbered where stems are alike."""
    stems = [path.stem for path in files]
    return [f"{stem}-{stems[: at + 1].count(stem)}" if stems.count(stem) > 1 else stem for at, stem in enumerate(stems)]
