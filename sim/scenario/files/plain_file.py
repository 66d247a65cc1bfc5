"""Plain files of limited size: whatever else a name may stand for is refused, and never waited for."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path

from sim.base.errors import Problem, ScenarioError

MEBIBYTE = 2**20
OF_THE_KERNEL = ("/proc", "/sys")  # what they hold has no end or no size, and tells of the machine
_HOW = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
_KINDS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


class UnfitFile(ScenarioError):
    """A file that is not read; `remedy` says what to do. Who knows where it was named tells that, too."""

    def __init__(self, what: str, remedy: str) -> None:
        self.what, self.remedy = what, remedy
        super().__init__(Problem("", what, remedy))

    def __reduce__(self) -> tuple[type[UnfitFile], tuple[str, str]]:  # type: ignore[override]  # its own arguments
        return type(self), (self.what, self.remedy)


@contextmanager
def opened(path: Path, limit: int, smaller: str = "split it") -> Iterator[BufferedReader]:
    """A plain file of at most `limit` bytes, open for reading; `smaller` says how to make do with less.

    Raises
    ------
    UnfitFile
    """
    try:
        _check(path, path.stat(), limit, smaller)
        number = os.open(path, _HOW)
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from None
    with os.fdopen(number, "rb") as file:
        _check(path, os.fstat(number), limit, smaller)  # another file may stand there by now
        yield file


def content(path: Path, limit: int, smaller: str = "split it") -> bytes:
    """The bytes of a plain file of at most `limit` of them.

    Raises
    ------
    UnfitFile
    """
    with opened(path, limit, smaller) as file:
        try:
            data = file.read(limit + 1)
        except OSError as error:
            raise _unreadable(path, error) from None
    if len(data) > limit:
        raise _too_large(len(data), limit, smaller)
    return data


def _check(path: Path, found: os.stat_result, limit: int, smaller: str) -> None:
    kind = next((name for is_one, name in _KINDS if is_one(found.st_mode)), "")
    if not stat.S_ISREG(found.st_mode):
        raise UnfitFile("not a regular file" + (f", {kind}" if kind else ""), "name a file")
    if any(path.resolve().is_relative_to(folder) for folder in OF_THE_KERNEL):
        raise UnfitFile("not a regular file, what the system tells of itself", "name a file")
    if found.st_size > limit:
        raise _too_large(found.st_size, limit, smaller)


def _too_large(size: int, limit: int, smaller: str) -> UnfitFile:
    most = f"over {limit / MEBIBYTE:g} MB"
    return UnfitFile(f"file too large: {most} ({size / MEBIBYTE:,.1f} MB)", smaller)


def _unreadable(path: Path, error: OSError | ValueError) -> UnfitFile:
    if isinstance(error, FileNotFoundError):
        return UnfitFile(f"file not found: {path.name}", "check the name and the folder")
    if isinstance(error, OSError) and error.errno == errno.ENXIO:
        return UnfitFile("not a regular file, a socket", "name a file")
    reason = getattr(error, "strerror", None) or "its name is not a file name"
    return UnfitFile(f"the file cannot be read: {reason}", "check its name and rights")
