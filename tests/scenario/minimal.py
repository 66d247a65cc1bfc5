"""A minimal valid scenario as raw YAML values, and ways to change it and write it down."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from pathlib import Path
from typing import Any

MINIMAL: dict[str, Any] = {
    "schema": "1",
    "name": "t",
    "start": "2024-01",
    "months": "24mo",
    "seed": "1",
    "opening": {"capital": "10e6"},
    "products": {
        "hull": {
            "price": "60e3",
            "renewal": "60%",
            "claims": {"loss_ratio": "65%", "frequency": "0.3", "severity": {"dist": "gamma", "cv": "1.2"}},
        },
    },
    "segments": {
        "bank": {
            "partners": "10",
            "flow": "20",
            "mix": {"hull": "30%"},
            "choice": {"review": "5%", "weights": {"commission": "0.2"}},
        },
    },
    "rivals": {"other": {"commission": "12%", "strategy": {"kind": "static"}}},
    "policy": {"rules": {"base": {"kind": "base", "new": "15%"}}},
}


def changed(changes: Mapping[str, Any], base: Mapping[str, Any] = MINIMAL) -> dict[str, Any]:
    """The minimal scenario with raw YAML put in at dotted paths; None removes a key."""
    tree: dict[str, Any] = copy.deepcopy(dict(base))
    for path, raw in changes.items():
        *above, last = path.split(".")
        block = tree
        for part in above:
            if not isinstance(block.get(part), dict):
                block[part] = {}
            block = block[part]
        if raw is None:
            block.pop(last, None)
        else:
            block[last] = copy.deepcopy(raw)
    return tree


def text_of(tree: Mapping[str, Any], indent: str = "") -> str:
    """Block YAML in which every leaf stands exactly as it was given."""
    lines = []
    for key, value in tree.items():
        if isinstance(value, Mapping):
            lines.append(f"{indent}{key}:\n{text_of(value, indent + '  ')}")
        else:
            lines.append(f"{indent}{key}: {value}\n")
    return "".join(lines)


def write(folder: Path, changes: Mapping[str, Any] | None = None, name: str = "main.yaml") -> Path:
    """Write the changed minimal scenario and return its path."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text_of(changed(changes or {})), encoding="utf-8")
    return path
