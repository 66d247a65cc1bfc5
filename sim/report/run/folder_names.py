"""Names of output folders and the system's refusals of them, in words."""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sim.base.errors import OutputError
from sim.base.text import safe_text

LONGEST_NAME = 60
MOST_FOLDERS = 10_000
_UNSAFE = re.compile(r"[^\w.-]+")
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
_REMEDIES = {
    errno.ENOSPC: "the disk is full: free some space or give another --out",
    getattr(errno, "EDQUOT", -1): "your disk quota is used up: free some space or give another --out",
    errno.EFBIG: "the file system does not take files of this size: give another --out",
    errno.EACCES: "the folder may not be written: give another --out",
    errno.EPERM: "the folder may not be written: give another --out",
    errno.EROFS: "the file system is read-only: give another --out",
    errno.ENAMETOOLONG: "the name is too long: give a shorter --out",
    errno.ENOTDIR: "a file is where a folder should be: give another --out",
    errno.ENOTEMPTY: "something was put there in the meantime: give another --out",
    errno.EEXIST: "something was put there in the meantime: give another --out",
}


def free_folders(scenario_path: str | os.PathLike[str], name: str = "", home: Path = Path("out")) -> Iterator[Path]:
    """Folders that are still free: `out/<stem of the scenario's file>`, then with -2, -3 and so on.

    `name` stands in where the stem has no letter or digit that a file name can keep.

    Raises
    ------
    OutputError
        All of them are taken.
    """
    stem = safe_name(Path(scenario_path).stem) or safe_name(name) or "run"
    for number in range(1, MOST_FOLDERS):
        folder = home / (stem if number == 1 else f"{stem}-{number}")
        if not os.path.lexists(folder):
            yield folder
    raise OutputError(f"{safe_text(str(home))} holds {MOST_FOLDERS} folders of {stem}: remove some or give --out")


def safe_name(text: str) -> str:
    """`text` as a file name that every system can hold: letters, digits, `-`, `_` and inner dots."""
    name = _UNSAFE.sub("-", text).strip("-._")
    while len(name.encode()) > LONGEST_NAME:
        name = name[:-1].rstrip("-._")
    return f"{name}-run" if _RESERVED.fullmatch(name) else name


@contextmanager
def told(place: Path) -> Iterator[None]:
    """The system's refusals in words, with what to do."""
    try:
        yield
    except ValueError as error:
        raise OutputError(f"{safe_text(str(place))} cannot be a file name ({error}): give another --out") from error
    except OSError as error:
        remedy = _REMEDIES.get(error.errno or 0, f"{error.strerror or error}: give another --out")
        raise OutputError(f"cannot write {safe_text(str(place))}: {remedy}") from error
