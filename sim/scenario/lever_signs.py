"""How a change of a figure is written down: set, moved, and from when on it holds."""

from __future__ import annotations

from typing import Literal

How = Literal["set", "shift", "scale"]
SIGNS: dict[How, str] = {"set": "=", "shift": "+=", "scale": "*="}
UNMOVED: dict[How, float] = {"shift": 0.0, "scale": 1.0}  # where a relative lever leaves all as it is
ALWAYS = "true: what is set under policy holds in the warm-up as well; left out: from the start"
ALWAYS_SET = "always "  # before a path: the lever also holds in the warm-up
