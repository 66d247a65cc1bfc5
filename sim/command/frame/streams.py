"""Standard output and error: never a crash for a character the terminal lacks, never a noise for a closed pipe."""

from __future__ import annotations

import codecs
import contextlib
import os
import sys
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from rich.console import Console

PIPE_WIDTH = 140  # columns of a table where no terminal says otherwise
_FOR_LACKING = {
    "₽": "RUB", "€": "EUR", "≥": ">=", "≤": "<=", "≈": "~", "×": "x", "−": "-", "–": "-", "—": "-", "…": "...",
    "→": "->", "•": "*", "·": ".", "±": "+/-", "«": '"', "»": '"', "“": '"', "”": '"', "’": "'", "\u00a0": " ",
    "\u202f": " ", "─": "-", "━": "-", "│": "|", "┃": "|", "✓": "v", "✗": "x",
}  # fmt: skip


def prepare() -> None:
    """Let standard output and error show what they can and replace the rest."""
    codecs.register_error("sim.lacking", _replacement)
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError, ValueError):
            stream.reconfigure(errors="sim.lacking")  # type: ignore[union-attr]  # a text stream


def _replacement(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lacking = error.object[error.start : error.end]
    shown = "".join(_FOR_LACKING.get(character, "?") for character in lacking)
    return shown.encode(error.encoding, "replace").decode(error.encoding), error.end


def say(text: str = "") -> None:
    """Print a line on standard output."""
    _write(sys.stdout, text)


def tell(text: str = "") -> None:
    """Print a line on standard error."""
    _write(sys.stderr, text)


def _write(stream: TextIO, text: str) -> None:
    try:
        stream.write(text + "\n")
        stream.flush()
    except BrokenPipeError:
        silence(stream)


def silence(stream: TextIO) -> None:
    """The reader has gone (`| head -1`): what follows goes nowhere, and the work goes on."""
    with contextlib.suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)


def finish() -> None:
    """Hand over everything that is still buffered, so that the interpreter finds nothing to fail on."""
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None:
                stream.flush()
        except BrokenPipeError:
            silence(stream)
        except OSError:
            silence(stream)
            raise


def console(stream: TextIO) -> Console:
    """A rich console on a stream: plain text of a fixed width where it is no terminal, quiet when its reader goes."""
    from rich.console import Console

    class Tolerant(Console):
        def on_broken_pipe(self) -> None:
            silence(stream)

    how: dict[str, Any] = {"file": stream, "highlight": False, "markup": False, "emoji": False}
    if stream.isatty():
        return Tolerant(**how)
    width = os.environ.get("COLUMNS", "")
    return Tolerant(**how, no_color=True, force_terminal=False, width=int(width) if width.isdigit() else PIPE_WIDTH)
