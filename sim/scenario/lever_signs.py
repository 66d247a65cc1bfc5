"""How a change of a figure is written down: set, moved, and from when on it holds."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

How = Literal["set", "shift", "scale"]
SIGNS: dict[How, str] = {"set": "=", "shift": "+=", "scale": "*="}
UNMOVED: dict[How, float] = {"shift": 0.0, "scale": 1.0}  # where a relative lever leaves all as it is
ALWAYS = "true: what is set under policy holds in the warm-up as well; left out: from the start"
ALWAYS_SET = "always "  # before a path: the lever also holds in the warm-up


def as_options(sets: Iterable[str]) -> list[str]:
    """What `--set` and `--set-always` said, as words of a command line."""
    pairs = (("--set-always" if one.startswith(ALWAYS_SET) else "--set", one.removeprefix(ALWAYS_SET)) for one in sets)
    return [word for pair in pairs for word in pair]
