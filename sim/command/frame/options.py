"""Options that several commands share, and the reading of their values."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from enum import StrEnum
from itertools import pairwise
from pathlib import Path
from typing import Annotated

import typer

from sim.base.in_python.arguments import LARGEST_SEED, MOST_REPLICATIONS, MOST_WORKERS

NO_STORE = "none"
LANG = "--lang"
LANG_VARIABLE = "PARTNER_SIM_LANG"
LOCALES = ("LC_ALL", "LC_MESSAGES", "LANG")  # of the environment, the first that is set holds
_RANGE = re.compile(r"\s*([0-9]{1,7})\s*(?:-\s*([0-9]{1,7})\s*)?")

File = Annotated[Path, typer.Argument(metavar="FILE", help="The scenario.", show_default=False)]
Root = Annotated[
    Path | None,
    typer.Option(metavar="DIR", exists=True, file_okay=False, show_default=False,
                 help="A folder that may be read beside that of the file: files that it names, and links, may lead "
                      "into it."),
]  # fmt: skip
Sets = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="PATH=VALUE", show_default=False,
                 help="Put a value into the scenario, such as policy.rules.base.new=15%, or move one: PATH+=2pp, "
                      "PATH*=1.1; may be repeated. What is set under policy holds from the start."),
]  # fmt: skip
Always = Annotated[
    list[str] | None,
    typer.Option("--set-always", metavar="PATH=VALUE", show_default=False,
                 help="The same, in the warm-up as well; after every --set."),
]  # fmt: skip
Seed = Annotated[
    int | None,
    typer.Option(min=0, max=LARGEST_SEED, show_default=False, help="Seed, instead of the scenario's own."),
]


class Played(StrEnum):
    """How claims are played."""

    drawn = "drawn"
    expected = "expected"


Claims = Annotated[
    Played | None,
    typer.Option(
        "--claims",
        show_default=False,
        help="expected: the mean of each month's claims in place of a draw; less noise in means, no probabilities. "
        "Left out: drawn.",
    ),
]


class Language(StrEnum):
    """Language of labels; keys are English in both."""

    en = "en"
    ru = "ru"


Lang = Annotated[
    Language | None,
    typer.Option(envvar=LANG_VARIABLE, show_default=False, help="Language of labels; left out: the locale's, or en."),
]
Replications = Annotated[
    int | None, typer.Option(min=1, max=MOST_REPLICATIONS, show_default=False, help="Instead of the file's own.")
]
Workers = Annotated[
    int | None,
    typer.Option(min=1, max=MOST_WORKERS, show_default=False, help="Processes; left out: the processors at hand."),
]
Out = Annotated[
    Path | None, typer.Option(metavar="DIR", show_default=False, help="Output folder; left out: a new one in out/.")
]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace an output folder that exists.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress on standard error.")]
Whole = Annotated[
    bool, typer.Option("--all", help="Every key figure and table on the screen, not only those that decide.")
]
Cluster = Annotated[
    str | None,
    typer.Option(
        metavar="ADDRESS", show_default=False, help="A Dask scheduler to play on, such as tcp://192.0.2.1:8786."
    ),
]
StoreFolder = Annotated[
    Path,
    typer.Option(
        "--store",
        metavar="DIR",
        envvar="PARTNER_SIM_STORE",
        help="Keeps replications as they finish, so that the same command goes on where it was cut off; "
        f"{NO_STORE}: no store.",
    ),
]
NoStore = Annotated[bool, typer.Option("--no-store", help="Keep no replications and take none from the store.")]
Doubt = Annotated[
    int | None,
    typer.Option(
        "--doubt",
        min=0,
        max=MOST_REPLICATIONS,
        metavar="N",
        show_default=False,
        help="Replications played with doubt too, where the scenario states uncertainties; 0 leaves doubt out. "
        "Left out: as many as without.",
    ),
]
NoBreaks = Annotated[bool, typer.Option("--no-breaks", help="Look for no breaking points.")]
WithTwin = Annotated[
    bool, typer.Option("--twin", help="Play the same without the partner programme too: what partners add.")
]
STORE = Path("out/store")


def language(stated: Language | None) -> Language:
    """The language that is stated; else the locale's where there are labels in it; else English."""
    if stated is not None:
        return stated
    locale = next((found for name in LOCALES if (found := os.environ.get(name))), "")
    return next((one for one in Language if re.fullmatch(rf"{one.value}([_.@-].*)?", locale)), Language.en)


def language_of(arguments: Sequence[str]) -> Language:
    """The language of a command line that may not be read to its end: as `language`, by what stands in it."""
    stated = [after for before, after in pairwise(("", *arguments)) if before == LANG]
    stated += [one.partition("=")[2] for one in arguments if one.startswith(f"{LANG}=")]
    stated.append(os.environ.get(LANG_VARIABLE, ""))
    return language(next((Language(one) for one in stated if one in set(Language)), None))


def store_folder(store: Path, no_store: bool) -> Path | None:
    """The folder of the store, or None where none is wanted."""
    return None if no_store or str(store) == NO_STORE else store


def levers(sets: list[str] | None, always: list[str] | None) -> list[str]:
    """What `--set` and `--set-always` say, as loading takes it."""
    from sim.scenario.lever_signs import ALWAYS_SET

    return [*(sets or ()), *(ALWAYS_SET + one for one in always or ())]


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


def spread(text: str, option: str) -> tuple[str, str, str]:
    """`path=low..high` as (path, low, high).

    Raises
    ------
    typer.BadParameter
    """
    path, sign, ends = text.partition("=")
    low, dots, high = ends.partition("..")
    if not (path.strip() and sign and low.strip() and dots and high.strip()):
        raise typer.BadParameter(f'{option} "{text}": PATH=LOW..HIGH expected, such as policy.rules.base.new=5%..45%')
    return path.strip(), low.strip(), high.strip()


def ranged(path: str, **ends: str) -> dict[str, object]:
    """A path whose values lie between two ends, each by its name; of a share, where one is written as such."""
    share = any("%" in one or "pp" in one for one in ends.values())
    return {**relative(path), **{name: figure(one) for name, one in ends.items()}, "percent": share}


def relative(path: str) -> dict[str, str]:
    """A path and how its values are meant, by the sign at its end: `path+` shifts, `path*` scales."""
    how = {"+": "shift", "*": "scale"}.get(path[-1:])
    return {"path": path} if how is None else {"path": path[:-1].rstrip(), "change": how}


def figure(text: str) -> float | str:
    """A number where it is one; a percentage stays as it was written."""
    try:
        return float(text)
    except ValueError:
        return text
