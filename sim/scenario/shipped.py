"""The scenarios and studies that come with the package, and what each of them needs besides itself."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from sim.base.errors import OutputError

PACKAGE = Path(__file__).parents[1]
IN_WHEEL, IN_REPOSITORY = PACKAGE / "scenarios", PACKAGE.parent / "scenarios"
_FILE = re.compile(r"[\w./-]+\.(?:yaml|csv)")
_NAME = re.compile(r"^name:[ \t]*(.+?)[ \t]*$", re.MULTILINE)
_KIND = re.compile(r"^kind:[ \t]*(\S+)", re.MULTILINE)
_EXTENDS = re.compile(r"^extends:", re.MULTILINE)


class Example(NamedTuple):
    """One shipped file."""

    name: str
    """by which it is asked for: the file's name without its ending"""
    path: Path
    title: str
    kind: str
    """of a study; empty for a scenario"""
    extends: bool
    """it changes another, and says nothing by itself"""


def folder() -> Path:
    """Where the shipped scenarios are: in an installed package, or in the repository beside it."""
    return IN_WHEEL if IN_WHEEL.is_dir() else IN_REPOSITORY


def examples() -> dict[str, Example]:
    """Every shipped scenario and study, by name."""
    root = folder()
    found = [_read(path) for path in sorted(root.rglob("*.yaml"))]
    if not found:
        raise OutputError(f"no examples are installed: {root} is not there; install the package again")
    return {one.name: one for one in found}


def needed(example: Example) -> list[Path]:
    """The file and every shipped file that it names, and so on: what it extends, compares, reads."""
    root, found, waiting = folder(), [], [example.path]
    while waiting:
        path = waiting.pop()
        if path in found:
            continue
        found.append(path)
        if path.suffix == ".yaml":
            named = ((path.parent / one).resolve() for one in _FILE.findall(_without_comments(path)))
            waiting += [one for one in named if one.is_file() and one.is_relative_to(root.resolve())]
    return sorted(found)


def _read(path: Path) -> Example:
    text = path.read_text("utf-8")
    name, kind = _NAME.search(text), _KIND.search(text)
    return Example(
        path.stem, path.resolve(), name[1].strip("\"'") if name else "", kind[1] if kind else "",
        bool(_EXTENDS.search(text)),
    )  # fmt: skip


def _without_comments(path: Path) -> str:
    return "\n".join(line.split(" #")[0] for line in path.read_text("utf-8").splitlines() if line[:1] != "#")
