"""The command line: one file a command, heavy imports inside; nothing is imported here until `main` is called."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NoReturn

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run one command and leave with its exit code (see `sim.command.frame.exits`); the console script `partner-sim`.

    Parameters
    ----------
    arguments : what follows the program's name; None takes the process's own
    """
    import sys

    from sim.command.frame.interrupts import deafen
    from sim.command.guard import guarded

    code = guarded(sys.argv[1:] if arguments is None else list(arguments))
    deafen()
    sys.exit(code)
