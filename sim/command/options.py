"""Options that several commands share, and the reading of their values."""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

LARGEST_SEED = 2**63 - 1
MOST_REPLICATIONS = 1_000_000
_RANGE = re.compile(r"\s*([0-9]{1,7})\s*(?:-\s*([0-9]{1,7})\s*)?")

File = Annotated[Path, typer.Argument(metavar="FILE", help="The scenario.", show_default=False)]
Sets = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="PATH=VALUE", show_default=False,
                 help="Put a value into the scenario, such as policy.rules.base.new=15%; may be repeated."),
]  # fmt: skip
Seed = Annotated[
    int | None,
    typer.Option(min=0, max=LARGEST_SEED, show_default=False, help="Seed, instead of the scenario's own."),
]


class Language(StrEnum):
    """Language of labels; keys are English in both."""

    en = "en"
    ru = "ru"


def numbers(text: str, replications: int) -> tuple[int, ...]:
    """Replication numbers such as `0,3,7-9`, sorted, each once and below `replications`.

    Raises
    ------
    typer.BadParameter
    """
    found: set[int] = set()
    for part in text.split(",") if text.strip() else ():
        match = _RANGE.fullmatch(part)
        if match is None:
            raise typer.BadParameter(f"{part!r} is no replication number or range; such as 0,3,7-9")
        first, last = int(match[1]), int(match[2] or match[1])
        if not first <= last < replications:
            raise typer.BadParameter(f"{part.strip()}: replications are numbered from 0 to {replications - 1}")
        found.update(range(first, last + 1))
    return tuple(sorted(found))
