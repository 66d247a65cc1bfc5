"""What a file is, told from its text without reading it as YAML: a study has a `kind` at its top, a scenario none.

So is its `name`, where that stands in one line at the top.
"""

from __future__ import annotations

import re
from pathlib import Path

LONGEST = 1 << 16  # bytes looked at; `kind` stands at the top
_NAME = re.compile(
    rb"""^name:[ \t]+(?:"([^"\\\r\n]+)"|'([^'\r\n]+)'|([^\s"'|>&*!#{\[](?:[^\r\n#]|(?<=\S)#)*))[ \t]*(?:#.*)?\r?$""",
    re.MULTILINE,
)
_KIND = re.compile(rb"^kind:[ \t]*[\"']?([A-Za-z][\w-]*)", re.MULTILINE)
_OF_SCENARIO = re.compile(rb"^(?:extends|products|segments|opening|rivals):", re.MULTILINE)


def kind_of(path: str | Path) -> str:
    """The kind of a study's file; empty for a scenario and for what cannot be read."""
    found = _KIND.search(_text(path))
    return found[1].decode("ascii") if found else ""


def is_scenario(path: str | Path) -> bool:
    """Whether a file has keys at its top that a scenario has and no study."""
    text = _text(path)
    return _KIND.search(text) is None and _OF_SCENARIO.search(text) is not None


def name_of(path: str | Path) -> str:
    """The name that a scenario's file gives itself, in one line; empty where there is none."""
    found = _NAME.search(_text(path))
    if found is None:
        return ""
    return (found[1] or found[2] or found[3]).decode("utf-8", "replace").strip()


def _text(path: str | Path) -> bytes:
    """The beginning of a file; nothing of what is none or cannot be read."""
    try:
        if not Path(path).is_file():
            return b""
        with Path(path).open("rb") as file:
            return file.read(LONGEST)
    except (OSError, ValueError):
        return b""
