"""A scenario's folder in the store: what it says of itself, or why it is none of ours and passed over."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from sim.base.in_python.arguments import LARGEST_SEED
from sim.base.text import safe_text
from sim.scenario.files.bounds import Bounds
from sim.scenario.files.plain_file import MEBIBYTE, UnfitFile, content
from sim.scenario.reads_claims import DRAWN, Claims

ABOUT = "about.json"
SUFFIX = ".part"
LARGEST_ABOUT = MEBIBYTE
LONGEST = 1_000  # characters of a text
LONGEST_SHOWN = 200
KEY = re.compile(r"[0-9a-f]{32}")
_PART = re.compile(rf"(months|figures)-[0-9]{{6,7}}-([0-9]{{4,7}})-[0-9a-f]{{8}}{re.escape(SUFFIX)}")
Text = Annotated[str, Field(max_length=LONGEST)]


@dataclass(frozen=True)
class Stored:
    """What the store holds of one scenario."""

    key: str
    name: str
    seed: int
    version: str
    months: int
    """replications kept month by month"""
    figures: int
    """replications kept as key figures"""
    bytes: int
    claims: Claims = DRAWN


class About(BaseModel):
    """about.json: what was played, and by which simulator."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)
    name: Text
    seed: Annotated[int, Field(ge=0, le=LARGEST_SEED)]
    version: Text
    claims: Claims = DRAWN


class UnsoundError(Exception):
    """A folder that is damaged or none of ours; the text says why."""


def about_of(folder: Path) -> About:
    """What a folder says of itself.

    Raises
    ------
    UnsoundError
    """
    if not KEY.fullmatch(folder.name):
        raise UnsoundError("its name is no key of a scenario")
    if folder.is_symlink() or not folder.is_dir():
        raise UnsoundError("it is no folder, but a link" if folder.is_symlink() else "it is no folder")
    try:
        path = Bounds.within(folder).own(folder / ABOUT)
        return About.model_validate_json(content(path, LARGEST_ABOUT))
    except UnfitFile as error:
        raise UnsoundError(f"{ABOUT}: {error.what}") from None
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(map(str, (ABOUT, *first["loc"])))
        raise UnsoundError(safe_text(f"{place}: {first['msg']}"[:LONGEST_SHOWN])) from None


def stored(folder: Path) -> Stored:
    """What a folder holds.

    Raises
    ------
    UnsoundError
    """
    about = about_of(folder)
    try:
        files = {path.name: path.lstat().st_size for path in folder.iterdir()}
    except OSError as error:
        raise UnsoundError(f"it cannot be read ({error.strerror})") from None
    counts = {"months": 0, "figures": 0}
    for part in map(_PART.fullmatch, files):
        if part is not None:
            counts[part[1]] += int(part[2])
    return Stored(
        folder.name, about.name, about.seed, about.version, counts["months"], counts["figures"], sum(files.values()),
        about.claims,
    )  # fmt: skip
