"""What a file is, told from its text without reading it as YAML: a study has a `kind` at its top, a scenario none."""

from __future__ import annotations

import re
from pathlib import Path

LONGEST = 1 << 16  # bytes looked at; `kind` stands at the top
_KIND = re.compile(rb"^kind:[ \t]*[\"']?([A-Za-z][\w-]*)", re.MULTILINE)
_OF_SCENARIO = re.compile(rb"^(?:extends|products|segments|opening|rivals):", re.MULTILINE)


def kind_of(path: str | Path) -> str:
    """The kind of a study's file; empty for a scenario and for what cannot be read."""
    found = _KIND.search(_top(path))
    return found[1].decode("ascii") if found else ""


def is_scenario(path: str | Path) -> bool:
    """Whether a file has keys at its top that a scenario has and no study."""
    top = _top(path)
    return _KIND.search(top) is None and _OF_SCENARIO.search(top) is not None


def _top(path: str | Path) -> bytes:
    """Where the keys stand that tell what a file is; nothing of what cannot be read."""
    try:
        if not Path(path).is_file():
            return b""
        with Path(path).open("rb") as file:
            return file.read(LONGEST)
    except (OSError, ValueError):
        return b""
