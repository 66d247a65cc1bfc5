"""`--yes`: work that takes long, or most of the memory, is begun where the user says so."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from sim.command.frame import streams
from sim.command.frame.stages import duration, size

LONG_SECONDS = 3600.0
MUCH = 0.75  # of the memory that is free
ASK = {"en": "It {why}. Go on? [y/N]", "ru": "{why}. Продолжить? [д/Н]"}
YES = ("y", "yes", "д", "да")
TOLD = {
    "en": ("takes about {time}, over an hour", "needs about {memory} of memory, most of the {free} that are free"),
    "ru": ("Это займёт около {time}, больше часа", "Нужно около {memory} памяти, почти всё из свободных {free}"),
}

Yes = Annotated[
    bool,
    typer.Option("--yes", help="Begin without being asked, however long it takes: over an hour, three quarters of the "
                               "free memory, a grid of very many cells."),
]  # fmt: skip


def why_asked(seconds: float, memory: float, free: int | None, lang: str = "en") -> str:
    """Why work is not begun at once, in words; empty where it is."""
    of_time, of_memory = TOLD[lang]
    if seconds > LONG_SECONDS:
        return of_time.format(time=duration(seconds, lang))
    if free is not None and memory > MUCH * free:
        return of_memory.format(memory=size(memory, lang), free=size(free, lang))
    return ""


def confirm(why: str, lang: str) -> None:
    """Ask a person; where there is none, refuse.

    Raises
    ------
    OutputError
    """
    from sim.base.errors import OutputError

    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise OutputError(f"the work ahead {why}: confirm with --yes, or ask for less, such as fewer --replications")
    streams.tell(ASK[lang].format(why=why))
    if sys.stdin.readline().strip().lower() not in YES:
        raise OutputError("nothing was played; --yes begins without being asked")
