"""The folder that bounds what a file may name, and what its name may look like.

A file that a person gives is bounded by the folder named `scenarios` above it, else by that of a project, else by its
own. Links are followed before it is looked where a file lies.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from os import PathLike
from os.path import relpath
from pathlib import Path

from sim.scenario.files.plain_file import UnfitFile

LONGEST_NAME = 255
LONGEST_PATH = 1_000
LONGEST_SHOWN = 40
WIDEN = "or widen what may be read with --root DIR"
Wider = str | PathLike[str] | None
"""a folder that may be read as well"""
_URL = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]*:")


def root_of(main: Path) -> Path:
    """The folder that a file's names may not leave: `scenarios`, else the project's, else the file's own."""
    folder = resolved(main.parent)
    for ancestor in (folder, *folder.parents):
        if ancestor.name == "scenarios" or (ancestor / "pyproject.toml").is_file():
            return ancestor
    return folder


@dataclass(frozen=True)
class Bounds:
    """Folders that may be read, links resolved."""

    folders: tuple[Path, ...]

    @classmethod
    def of(cls, main: Path, wider: Wider = None) -> Bounds:
        """Those of a file that a person gives, and one more."""
        return cls.within(root_of(main), wider)

    @classmethod
    def within(cls, folder: Path, wider: Wider = None) -> Bounds:
        """A folder, and one more."""
        return cls(tuple(resolved(Path(one)) for one in (folder, wider) if one is not None))

    def own(self, path: Path) -> Path:
        """The resolved path of a file that a person gives; refused where it is a link that leads out.

        Raises
        ------
        UnfitFile
        """
        found = resolved(path)
        if not self._hold(found):
            raise UnfitFile("a link that leads out of the scenario folder", f"give the file itself, {WIDEN}")
        return found

    def named(self, name: str, folder: Path, by: str) -> Path:
        """The resolved path of the file `name`, seen from `folder`, that the file `by` names.

        Raises
        ------
        UnfitFile
        """
        if fault := fault_of(name):
            raise UnfitFile(fault, "name a file beside the scenario, relative to it")
        found = resolved(folder / name)
        if not self._hold(found):
            remedy = f"copy the file into the scenario's folder, {WIDEN}"
            raise UnfitFile(f'"{name}" lies outside the scenario folder', remedy)
        try:
            there, plain = found.exists(), found.is_file()
        except OSError as error:
            raise UnfitFile(f'"{name}" cannot be read: {error.strerror}', "check its rights") from None
        if not there:
            raise UnfitFile(f"file not found: {name}, included from {by}", "names are relative to that file")
        if not plain:
            raise UnfitFile(f'"{name}" is not a regular file', "name a file")
        return found

    def _hold(self, path: Path) -> bool:
        return any(path.is_relative_to(folder) for folder in self.folders)


def given(path: Path, wider: Wider = None) -> Path:
    """The resolved path of a file that a person gives and that names no others.

    Raises
    ------
    UnfitFile
    """
    return Bounds.of(path, wider).own(path)


def resolved(path: Path) -> Path:
    """The path without links.

    Raises
    ------
    UnfitFile
    """
    try:
        return path.resolve()
    except (OSError, RuntimeError, ValueError):
        raise UnfitFile("the file name cannot be resolved", "check it, and for links that lead to themselves") from None


def fault_of(name: str) -> str:
    """What is wrong with a name by which a file names another; nothing: it is one."""
    if not name.strip() or any(ord(character) < 32 for character in name):
        return "a file name expected, got an empty one or one with control characters"
    parts = name.encode("utf-8", "surrogatepass").split(b"/")
    if len(name) > LONGEST_PATH or any(len(part) > LONGEST_NAME for part in parts):
        return f'the file name is too long: "{name[:LONGEST_SHOWN]}..." has {len(name)} characters'
    if name.startswith(("/", "\\", "~")) or _URL.match(name):
        return f'local file expected, relative to this one, got "{name}"'
    return ""


def relative(path: Path, folder: Path) -> str:
    """`path` as seen from `folder`, with forward slashes."""
    return Path(relpath(path, folder)).as_posix()  # pathlib cannot walk up before Python 3.12


def shown(path: Path) -> str:
    """A path as messages name it: from the present folder where it lies below."""
    try:
        here = Path.cwd()
    except OSError:  # the present folder has been removed
        return str(path)
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)
