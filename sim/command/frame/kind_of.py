"""What a file is, told from its text without reading it as YAML: a study has a `kind` at its top, a scenario none."""

from __future__ import annotations

import re
from pathlib import Path

LONGEST = 1 << 16  # bytes looked at; `kind` stands at the top
_KIND = re.compile(rb"^kind:[ \t]*[\"']?([A-Za-z][\w-]*)", re.MULTILINE)


def kind_of(path: str | Path) -> str:
    """The kind of a study's file; empty for a scenario and for what cannot be read."""
    try:
        if not Path(path).is_file():
            return ""
        with Path(path).open("rb") as file:
            found = _KIND.search(file.read(LONGEST))
    except (OSError, ValueError):
        return ""
    return found[1].decode("ascii") if found else ""
