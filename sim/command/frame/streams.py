"""Standard output and error: never a crash for a character the terminal lacks, for a closed pipe or a full disk.

Whatever is said passes through here, so that nothing in a name or a file steers the terminal (`safe_lines`).
What a stream does not take is dropped and the work goes on. A command whose answer is what it prints ends with 4 where
standard output took only a part of it; one whose answer is a verdict or a folder ends as it would have ended.
"""

from __future__ import annotations

import codecs
import contextlib
import io
import os
import select
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, TextIO

from sim.base.text import safe_lines

if TYPE_CHECKING:
    from rich.console import Console
    from rich.segment import Segment

PIPE_WIDTH = 140  # columns of a table where no terminal says otherwise
_FOR_LACKING = {
    "₽": "RUB", "€": "EUR", "≥": ">=", "≤": "<=", "≈": "~", "×": "x", "−": "-", "–": "-", "—": "-", "…": "...",
    "→": "->", "•": "*", "·": ".", "±": "+/-", "«": '"', "»": '"', "“": '"', "”": '"', "’": "'", "\u00a0": " ",
    "\u202f": " ", "─": "-", "━": "-", "│": "|", "┃": "|", "✓": "v", "✗": "x",
}  # fmt: skip


class _Tolerant(io.FileIO):
    """A descriptor that takes everything: what it cannot write goes nowhere, and `lost` keeps the reason."""

    lost: OSError | None = None

    def write(self, data: Any, /) -> int:
        try:
            while (written := super().write(data)) is None:  # a pipe that does not block and is full
                select.select([], [self.fileno()], [])
            return written
        except OSError as error:
            if not isinstance(error, BrokenPipeError):
                self.lost = error
            _to_nowhere(self.fileno())
            return int(memoryview(data).nbytes)


_lost: dict[str, _Tolerant] = {}


def prepare() -> None:
    """Open what is closed, let standard output and error show what they can, replace and drop the rest."""
    codecs.register_error("sim.lacking", _replacement)
    _open_closed()
    _lost.clear()
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if type(stream) is io.TextIOWrapper and stream is getattr(sys, f"__{name}__"):
            stream = _tolerant(name, stream)
            setattr(sys, name, stream)
        with contextlib.suppress(AttributeError, ValueError):
            stream.reconfigure(errors="sim.lacking")


def _open_closed() -> None:
    """A file opened later must not get the number of a closed stream, to which others write."""
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # the lowest number that is free
            with contextlib.suppress(OSError):
                os.set_inheritable(number, True)
        if getattr(sys, name) is None:
            setattr(sys, name, open(number, "w" if number else "r", encoding="utf-8", closefd=False))  # noqa: SIM115


def _tolerant(name: str, stream: io.TextIOWrapper) -> io.TextIOWrapper:
    raw = _Tolerant(stream.fileno(), "w", closefd=False)
    _lost[name] = raw
    return io.TextIOWrapper(
        io.BufferedWriter(raw), stream.encoding, stream.errors, line_buffering=stream.line_buffering,
        write_through=stream.write_through,
    )  # fmt: skip


def answered_elsewhere() -> None:
    """The answer is an exit code or a folder: what the screen loses of it changes nothing."""
    _lost.clear()


def _replacement(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lacking = error.object[error.start : error.end]
    shown = "".join(_FOR_LACKING.get(character, "?") for character in lacking)
    return shown.encode(error.encoding, "replace").decode(error.encoding), error.end


def say(text: str = "", lang: str = "") -> None:
    """Print a line on standard output, in a language where one is given."""
    _write(sys.stdout, said(text, lang))


def tell(text: str = "", lang: str = "") -> None:
    """Print a line on standard error, in a language where one is given."""
    _write(sys.stderr, said(text, lang))


def said(text: str, lang: str) -> str:
    """A message in a language; in English where the words themselves cannot be read."""
    if not lang:
        return text
    try:
        from sim.report.language import messages

        return messages.said(text, lang)
    except (ImportError, OSError, MemoryError):
        return text


def _write(stream: TextIO, text: str) -> None:
    with contextlib.suppress(OSError, ValueError):  # a stream that is not ours to make tolerant
        stream.write(safe_lines(text) + "\n")
        stream.flush()


def silence(stream: TextIO) -> None:
    """The reader has gone (`| head -1`): what follows goes nowhere, and the work goes on."""
    with contextlib.suppress(OSError, ValueError):
        _to_nowhere(stream.fileno())


def _to_nowhere(number: int) -> None:
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, number)
    os.close(nowhere)


def finish() -> None:
    """Hand over everything that is still buffered, so that the interpreter finds nothing to fail on.

    Raises
    ------
    OutputError
        Standard output has not taken what was to be the answer.
    """
    from sim.base.errors import OutputError

    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError, AttributeError):
            stream.flush()
    out = _lost.get("stdout")
    if out is not None and out.lost is not None:
        raise OutputError(f"cannot write standard output: {out.lost.strerror}")


def console(stream: TextIO) -> Console:
    """A rich console on a stream: plain text of a fixed width where it is no terminal, quiet when its reader goes.

    Texts are escaped as they are laid out, whoever forgot to do so before.
    Sentences are broken at the width of a terminal, or of `COLUMNS`; in a pipe without it each stays on its line.
    """
    from rich.console import Console
    from rich.segment import Segment

    class Tolerant(Console):
        def render(self, renderable: Any, options: Any = None) -> Iterator[Segment]:
            for one in super().render(renderable, options):
                yield one if one.control else Segment(safe_lines(one.text), one.style)

        def on_broken_pipe(self) -> None:
            silence(stream)

    how: dict[str, Any] = {"file": stream, "highlight": False, "markup": False, "emoji": False}
    if stream.isatty():
        return Tolerant(**how)
    width = os.environ.get("COLUMNS", "")
    how |= {"no_color": True, "force_terminal": False}
    if width.isdigit():
        return Tolerant(**how, width=int(width))
    return Tolerant(**how, width=PIPE_WIDTH, soft_wrap=True)
